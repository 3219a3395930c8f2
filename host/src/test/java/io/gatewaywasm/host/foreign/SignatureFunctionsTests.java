package io.gatewaywasm.host.foreign;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SignatureFunctionsTests {

	private static final KeyPair RSA = generate("RSA", 2048);

	private static final KeyPair EC = generate("EC", 256);

	private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

	private static KeyPair generate(String algorithm, int size) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
			generator.initialize(size);
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@CsvSource({ "RSA,sha1,SHA1withRSA", "RSA,SHA256,SHA256withRSA", "RSA,sha512,SHA512withRSA",
			"EC,sha224,SHA224withECDSA", "EC,sha256,SHA256withECDSA", "EC,sha384,SHA384withECDSA" })
	void signatureOfTheJdkIsVerified(String key, String hash, String algorithm) throws Exception {
		KeyPair pair = key.equals("RSA") ? RSA : EC;
		Signature signature = Signature.getInstance(algorithm);
		signature.initSign(pair.getPrivate());
		signature.update(TEXT);
		byte[] signed = signature.sign();
		assertThat(verify(hash, pair, signed, TEXT).flag(1)).isTrue();
		ProtobufMessage other = verify(hash, pair, signed, new byte[] { 1 });
		assertThat(other.flag(1)).isFalse();
		assertThat(other.text(2)).contains("does not match");
	}

	@ParameterizedTest
	@CsvSource({ "RSA", "EC" })
	void whatIsSignedIsVerified(String key) {
		KeyPair pair = key.equals("RSA") ? RSA : EC;
		byte[] signature = sign(pair.getPrivate().getEncoded(), "");
		assertThat(verify("sha256", pair, signature, TEXT).flag(1)).isTrue();
		byte[] fromPem = sign(new byte[0], pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
		byte[] result = SignatureFunctions.verify(new FakeCall(),
				ProtobufMessage.builder()
					.text(1, "sha256")
					.text(5, pem("PUBLIC KEY", pair.getPublic().getEncoded()))
					.bytes(3, fromPem)
					.bytes(4, TEXT)
					.toByteArray());
		assertThat(ProtobufMessage.parse(result).flag(1)).isTrue();
	}

	@Test
	void olderFormsOfPrivateKeysInPemAreUnderstood() {
		byte[] pkcs8 = RSA.getPrivate().getEncoded();
		// The algorithm identifier takes the first 26 bytes of a PKCS #8 key with 2048
		// bits.
		String rsa = pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
		assertThat(verify("sha256", RSA, sign(new byte[0], rsa), TEXT).flag(1)).isTrue();
		assertThat(verify("sha256", EC, sign(new byte[0], pem("EC PRIVATE KEY", sec1())), TEXT).flag(1)).isTrue();
	}

	/** The version, the secret and the curve secp256r1. */
	private static byte[] sec1() {
		String secret = String.format("%064x", ((ECPrivateKey) EC.getPrivate()).getS());
		return HexFormat.of().parseHex("3031" + "020101" + "0420" + secret + "a00a06082a8648ce3d030107");
	}

	@Test
	void unsupportedHashFunctionIsReported() {
		ProtobufMessage result = verify("md5", RSA, new byte[1], TEXT);
		assertThat(result.flag(1)).isFalse();
		assertThat(result.text(2)).contains("md5").contains("sha256");
		result = ProtobufMessage.parse(SignatureFunctions.sign(new FakeCall(),
				ProtobufMessage.builder().text(1, "md5").bytes(2, RSA.getPrivate().getEncoded()).toByteArray()));
		assertThat(result.flag(1)).isFalse();
		assertThat(result.text(3)).contains("md5");
	}

	@Test
	void unusableKeyIsReported() {
		byte[] arguments = ProtobufMessage.builder()
			.text(1, "sha256")
			.bytes(2, new byte[] { 1, 2, 3 })
			.bytes(3, TEXT)
			.toByteArray();
		ProtobufMessage verified = ProtobufMessage.parse(SignatureFunctions.verify(new FakeCall(), arguments));
		assertThat(verified.flag(1)).isFalse();
		assertThat(verified.text(2)).contains("not an RSA or EC public key");
		ProtobufMessage signed = ProtobufMessage.parse(SignatureFunctions.sign(new FakeCall(), arguments));
		assertThat(signed.text(3)).contains("not an RSA or EC private key");
		signed = ProtobufMessage.parse(SignatureFunctions.sign(new FakeCall(),
				ProtobufMessage.builder()
					.text(1, "sha256")
					.text(4, pem("EC PRIVATE KEY", new byte[] { 0x30, (byte) 0x82, 0x7f, 0x7f, 1 }))
					.toByteArray()));
		assertThat(signed.text(3)).contains("not an RSA or EC private key");
	}

	@Test
	void privateKeyWithLargeNumbersIsRefused() throws Exception {
		BigInteger modulus = ((RSAPrivateCrtKey) RSA.getPrivate()).getModulus();
		BigInteger large = BigInteger.ONE.shiftLeft(12_000).setBit(0);
		BigInteger small = BigInteger.valueOf(3);
		KeyFactory factory = KeyFactory.getInstance("RSA");
		for (RSAPrivateKeySpec spec : List.of(new RSAPrivateKeySpec(modulus, large),
				new RSAPrivateCrtKeySpec(modulus, RSAKeyGenParameterSpec.F4, small, large, small, large, small, small),
				new RSAPrivateCrtKeySpec(modulus, RSAKeyGenParameterSpec.F4, small, small, large, small, large,
						small))) {
			byte[] der = factory.generatePrivate(spec).getEncoded();
			ProtobufMessage signed = ProtobufMessage.parse(SignatureFunctions.sign(new FakeCall(),
					ProtobufMessage.builder().text(1, "sha256").bytes(2, der).bytes(3, TEXT).toByteArray()));
			assertThat(signed.text(3)).contains("more than 8192 bits");
		}
	}

	@Test
	void keyWhoseUseWouldTakeSecondsIsRefused() throws Exception {
		BigInteger modulus = BigInteger.ONE.shiftLeft(8192).setBit(0);
		KeyFactory factory = KeyFactory.getInstance("RSA");
		byte[] publicKey = factory.generatePublic(new RSAPublicKeySpec(modulus, RSAKeyGenParameterSpec.F4))
			.getEncoded();
		byte[] privateKey = factory.generatePrivate(new RSAPrivateKeySpec(modulus, modulus.shiftRight(1))).getEncoded();
		ProtobufMessage verified = ProtobufMessage.parse(SignatureFunctions.verify(new FakeCall(),
				ProtobufMessage.builder().text(1, "sha256").bytes(2, publicKey).bytes(3, TEXT).toByteArray()));
		assertThat(verified.flag(1)).isFalse();
		assertThat(verified.text(2)).contains("more than 8192 bits");
		ProtobufMessage signed = ProtobufMessage.parse(SignatureFunctions.sign(new FakeCall(),
				ProtobufMessage.builder().text(1, "sha256").bytes(2, privateKey).bytes(3, TEXT).toByteArray()));
		assertThat(signed.text(3)).contains("more than 8192 bits");
	}

	@Test
	void exactlyOneKeyIsNeeded() {
		assertBadArgument(ProtobufMessage.builder().text(1, "sha256").toByteArray());
		assertBadArgument(ProtobufMessage.builder().bytes(2, new byte[1]).text(4, "x").text(5, "x").toByteArray());
		assertBadArgument(new byte[] { 10 });
	}

	private static void assertBadArgument(byte[] arguments) {
		assertThatExceptionOfType(StatusException.class)
			.isThrownBy(() -> SignatureFunctions.verify(new FakeCall(), arguments))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(Status.BAD_ARGUMENT));
		assertThatExceptionOfType(StatusException.class)
			.isThrownBy(() -> SignatureFunctions.sign(new FakeCall(), arguments))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(Status.BAD_ARGUMENT));
	}

	private static ProtobufMessage verify(String hash, KeyPair pair, byte[] signature, byte[] text) {
		return ProtobufMessage.parse(SignatureFunctions.verify(new FakeCall(),
				ProtobufMessage.builder()
					.text(1, hash)
					.bytes(2, pair.getPublic().getEncoded())
					.bytes(3, signature)
					.bytes(4, text)
					.toByteArray()));
	}

	private static byte[] sign(byte[] der, String pem) {
		ProtobufMessage result = ProtobufMessage.parse(SignatureFunctions.sign(new FakeCall(),
				ProtobufMessage.builder().text(1, "sha256").bytes(2, der).bytes(3, TEXT).text(4, pem).toByteArray()));
		assertThat(result.text(3)).isEmpty();
		assertThat(result.flag(1)).isTrue();
		return result.bytes(2);
	}

	private static String pem(String label, byte[] der) {
		return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(der)
				+ "\n-----END " + label + "-----\n";
	}

}
