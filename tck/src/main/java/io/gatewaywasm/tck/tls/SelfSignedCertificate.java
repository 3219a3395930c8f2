package io.gatewaywasm.tck.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for the name {@code tck.example}, which the JDK's {@code keytool} creates
 * for one run. It need not be trusted.
 *
 * @param keyStore the PKCS #12 file with the key and the certificate
 */
public record SelfSignedCertificate(Path keyStore) {

	/** The password of the key store. */
	public static final String PASSWORD = "changeit";

	private static final String ALIAS = "tck";

	/** A subject with attributes and characters that proxies print in different ways. */
	private static final String SUBJECT = "EMAILADDRESS=ops@tck.example, SERIALNUMBER=7, GIVENNAME=G, SURNAME=S, "
			+ "T=t, STREET=s, DC=dc, UID=u, CN=tck.example, OU=a\\=b#1, OU=\\#c\\, d\\+e\\\\\\\"\\<f\\>\\;, "
			+ "O=B\u00fccher";

	/** Creates a certificate in a directory. */
	public static SelfSignedCertificate create(Path directory) throws IOException {
		Files.createDirectories(directory);
		Path keyStore = directory.resolve("certificate.p12").toAbsolutePath();
		Files.deleteIfExists(keyStore);
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-dname", SUBJECT, "-ext",
				"san=dns:tck.example,uri:spiffe://tck.example/proxy", "-validity", "2", "-storetype", "PKCS12",
				"-keystore", keyStore.toString(), "-storepass", PASSWORD)
			.redirectErrorStream(true)
			.start();
		String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (!Files.exists(keyStore)) {
			throw new IOException("keytool made no certificate: " + output);
		}
		return new SelfSignedCertificate(keyStore);
	}

	/** Returns the certificate in PEM. */
	public String certificate() throws IOException {
		try {
			return pem("CERTIFICATE", load().getCertificate(ALIAS).getEncoded());
		}
		catch (GeneralSecurityException ex) {
			throw new IOException(ex);
		}
	}

	/** Returns the private key in PEM. */
	public String privateKey() throws IOException {
		try {
			return pem("PRIVATE KEY", load().getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
		}
		catch (GeneralSecurityException ex) {
			throw new IOException(ex);
		}
	}

	/** Returns the TLS context of servers that present this certificate. */
	public SSLContext serverContext() throws IOException {
		try {
			KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			keys.init(load(), PASSWORD.toCharArray());
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(keys.getKeyManagers(), null, null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IOException(ex);
		}
	}

	private KeyStore load() throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(this.keyStore)) {
			store.load(input, PASSWORD.toCharArray());
		}
		return store;
	}

	private static String pem(String kind, byte[] bytes) {
		return String.join("\n",
				List.of("-----BEGIN " + kind + "-----",
						Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes),
						"-----END " + kind + "-----", ""));
	}

}
