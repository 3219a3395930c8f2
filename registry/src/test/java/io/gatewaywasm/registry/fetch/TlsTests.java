package io.gatewaywasm.registry.fetch;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchObserver;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.TlsMaterials.TlsMaterial;
import io.gatewaywasm.testsupport.StubServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for servers with certificates of a private authority.
 */
@Tag("slow")
class TlsTests {

	private static final char[] PASSWORD = "changeit".toCharArray();

	private final Settings settings = new Settings();

	private final Map<String, TlsMaterial> materials = new HashMap<>();

	private HttpsServer server;

	private Runnable updated;

	@BeforeEach
	void start(@TempDir Path directory) throws Exception {
		this.settings.retries = 0;
		KeyStore keys = createKeys(directory.resolve("keys.p12"));
		KeyStore authorities = KeyStore.getInstance("PKCS12");
		authorities.load(null, null);
		authorities.setCertificateEntry("authority", keys.getCertificate("server"));
		this.materials.put("private", material(authorities));
		this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setHttpsConfigurator(new HttpsConfigurator(sslContext(keys)));
		this.server.createContext("/a.wasm", (exchange) -> {
			try (exchange) {
				StubServer.body(Settings.smallWasm()).handle(exchange);
			}
		});
		this.server.start();
	}

	private static TlsMaterial material(KeyStore authorities) throws Exception {
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(authorities);
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(null, null);
		return new TlsMaterial(keys, trust);
	}

	private static TlsMaterial nothingTrusted() throws Exception {
		KeyStore none = KeyStore.getInstance("PKCS12");
		none.load(null, null);
		return material(none);
	}

	private static KeyStore createKeys(Path file) throws Exception {
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost", "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass",
				new String(PASSWORD))
			.redirectErrorStream(true)
			.start();
		String output = new String(keytool.getInputStream().readAllBytes());
		assertThat(keytool.waitFor()).as(output).isZero();
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(file)) {
			keys.load(input, PASSWORD);
		}
		return keys;
	}

	private static SSLContext sslContext(KeyStore keys) throws Exception {
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(keys, PASSWORD);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(factory.getKeyManagers(), null, null);
		return context;
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private String authority(String host) {
		return host + ":" + this.server.getAddress().getPort();
	}

	private FetchedModule fetch(String host) {
		try (RemoteModuleFetcher fetcher = new RemoteModuleFetcher(this.settings.build(), this::find,
				FetchObserver.NONE)) {
			return fetcher.fetch(ModuleRequest.of("https://" + authority(host) + "/a.wasm"));
		}
	}

	private TlsMaterial find(String name, Runnable onUpdate) {
		this.updated = onUpdate;
		return this.materials.get(name);
	}

	private void trust(String host, String bundle) {
		this.settings.registry(new RegistrySettings(authority(host), false, null, null, null, null, bundle, List.of()));
	}

	@Test
	void trustsTheAuthorityOfTheBundle() {
		trust("localhost", "private");
		assertThat(fetch("localhost").bytes()).hasSize(8);
	}

	@Test
	void trustsTheAuthorityOfTheUpdatedBundle() throws Exception {
		trust("localhost", "private");
		TlsMaterial trusted = this.materials.put("private", nothingTrusted());
		try (RemoteModuleFetcher fetcher = new RemoteModuleFetcher(this.settings.build(), this::find,
				FetchObserver.NONE)) {
			ModuleRequest request = ModuleRequest.of("https://" + authority("localhost") + "/a.wasm");
			assertRefused(FetchFailure.UNREACHABLE, () -> fetcher.fetch(request));
			this.materials.put("private", trusted);
			assertRefused(FetchFailure.UNREACHABLE, () -> fetcher.fetch(request));
			this.updated.run();
			assertThat(fetcher.fetch(request).bytes()).hasSize(8);
		}
	}

	@Test
	void trustsNoUnknownAuthority() {
		ModuleFetchException refusal = assertRefused(FetchFailure.UNREACHABLE, () -> fetch("localhost"));
		assertThat(refusal.getRemedy()).contains("ssl-bundle");
	}

	@Test
	void trustsNoCertificateOfAnotherHost() {
		trust("127.0.0.1", "private");
		assertRefused(FetchFailure.UNREACHABLE, () -> fetch("127.0.0.1"));
	}

	@Test
	void reportsAMissingBundle() {
		trust("localhost", "other");
		ModuleFetchException refusal = assertRefused(FetchFailure.REQUEST, () -> fetch("localhost"));
		assertThat(refusal).hasMessageContaining("'other'");
	}

	@Test
	void refusesRedirectsOutOfTls() {
		trust("localhost", "private");
		this.server.createContext("/b.wasm", (exchange) -> {
			try (exchange) {
				StubServer.redirect("http://localhost/a.wasm").handle(exchange);
			}
		});
		try (RemoteModuleFetcher fetcher = new RemoteModuleFetcher(this.settings.build(), this::find,
				FetchObserver.NONE)) {
			assertRefused(FetchFailure.PROTOCOL,
					() -> fetcher.fetch(ModuleRequest.of("https://" + authority("localhost") + "/b.wasm")));
		}
	}

}
