package io.gatewaywasm.registry.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ImagePullPolicy;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for signatures, with those that the real cosign has made. How is said in
 * {@code cosign/make.sh} among the test resources.
 */
class SignatureTests {

	private static final String REFERRER_TYPE = "application/vnd.oci.image.manifest.v1+json";

	private final StubRegistry registry = new StubRegistry();

	private final Settings settings = new Settings();

	@AfterEach
	void stop() {
		this.registry.close();
	}

	private static byte[] file(String name) {
		try (InputStream input = SignatureTests.class.getResourceAsStream("/cosign/" + name)) {
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String text(String name) {
		return new String(file(name), StandardCharsets.UTF_8);
	}

	private static String imageHex() {
		return new Blob("", file("image.json")).digest().substring(7);
	}

	/** The image that was signed, but for its signatures. */
	private void push() {
		byte[] config = Images.utf8("{\"type\":\"envoy_proxy\",\"abiVersions\":[],\"config\":{\"rootIds\":[]}}");
		this.registry.manifest("a", "v1", file("image.json"))
			.blob("a", new Blob("", Settings.smallWasm()))
			.blob("a", new Blob("", config));
	}

	private void pushSignature(String key, String hex) {
		this.registry.manifest("a", "sha256-" + hex + ".sig", file(key + "-signature-manifest.json"))
			.blob("a", new Blob("", file(key + "-signature.json")));
	}

	private void pushBundle(String key) {
		byte[] manifest = file(key + "-bundle-manifest.json");
		this.registry.manifest("a", new Blob("", manifest).digest(), manifest)
			.blob("a", new Blob("", file(key + "-bundle.json")));
	}

	private FetchedModule fetch(String pem) {
		return fetch(pem, null);
	}

	private FetchedModule fetch(String pem, ImagePullPolicy policy) {
		this.settings.registry(Settings.insecure(this.registry.authority()));
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			return fetcher.fetch(new ModuleRequest("oci://" + this.registry.authority() + "/a:v1", null, policy, pem));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecdsa", "ed25519" })
	void acceptsASignatureUnderATag(String key) {
		push();
		pushSignature(key, imageHex());
		assertThat(fetch(text(key + ".pub")).resolvedDigest()).isEqualTo("sha256:" + imageHex());
		assertThat(this.registry.seenPaths().stream().filter((path) -> path.endsWith("/manifests/v1"))).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecdsa", "ed25519" })
	void acceptsABundleThatTheRegistryLists(String key) {
		push();
		pushBundle(key);
		this.registry.serve("/v2/a/referrers/sha256:" + imageHex(), file(key + "-referrers.json"));
		assertThat(fetch(text(key + ".pub")).bytes()).hasSize(8);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecdsa", "ed25519" })
	void acceptsABundleUnderATagWithRegistriesThatListNone(String key) {
		push();
		pushBundle(key);
		this.registry.manifest("a", "sha256-" + imageHex(), file(key + "-referrers.json"));
		assertThat(fetch(text(key + ".pub")).bytes()).hasSize(8);
	}

	@Test
	void refusesAnImageThatIsNotSigned() {
		push();
		assertThat(assertRefused(FetchFailure.SIGNATURE_MISSING, () -> fetch(text("ecdsa.pub"))))
			.hasMessageContaining("is not signed");
		assertThat(this.registry.seenPaths()).noneMatch((path) -> path.contains("/blobs/"));
	}

	@Test
	void refusesTheSignatureOfAnotherKey() {
		push();
		pushSignature("ecdsa", imageHex());
		pushBundle("ecdsa");
		this.registry.manifest("a", "sha256-" + imageHex(), file("ecdsa-referrers.json"));
		for (String other : List.of("other.pub", "ed25519.pub")) {
			assertThat(assertRefused(FetchFailure.SIGNATURE_INVALID, () -> fetch(text(other))))
				.hasMessageContaining("each signature was not made with the key");
		}
	}

	@Test
	void refusesTheSignatureOfAnotherImage() {
		Image image = Images.artifact(Settings.wasm(1));
		this.registry.push("a", "v1", image);
		pushSignature("ecdsa", image.manifest().digest().substring(7));
		assertThat(assertRefused(FetchFailure.SIGNATURE_INVALID, () -> fetch(text("ecdsa.pub"))))
			.hasMessageContaining("each signature is for another image");
	}

	@Test
	void refusesTheBundleOfAnotherImage() {
		Image image = Images.artifact(Settings.wasm(1));
		this.registry.push("a", "v1", image);
		pushReferring(image.manifest().digest(), text("ecdsa-bundle.json"));
		assertThat(assertRefused(FetchFailure.SIGNATURE_INVALID, () -> fetch(text("ecdsa.pub"))))
			.hasMessageContaining("each signature is for another image");
	}

	@Test
	void refusesASignatureWhosePayloadWasChanged() {
		push();
		String payload = text("ecdsa-signature.json").replace("\"optional\":null", "\"optional\":{}");
		String manifest = text("ecdsa-signature-manifest.json")
			.replace(new Blob("", file("ecdsa-signature.json")).digest(), new Blob("", Images.utf8(payload)).digest())
			.replace("\"size\":243", "\"size\":241");
		this.registry.manifest("a", "sha256-" + imageHex() + ".sig", Images.utf8(manifest))
			.blob("a", new Blob("", Images.utf8(payload)));
		assertThat(assertRefused(FetchFailure.SIGNATURE_INVALID, () -> fetch(text("ecdsa.pub"))))
			.hasMessageContaining("was not made with the key");
	}

	@Test
	void refusesABundleThatAttestsSomethingElse() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(new ECGenParameterSpec("secp256r1"));
		KeyPair keys = generator.generateKeyPair();
		String pem = "-----BEGIN PUBLIC KEY-----\n"
				+ Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
				+ "\n-----END PUBLIC KEY-----\n";
		push();
		for (String predicate : List.of("https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1")) {
			String statement = """
					{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"}}],"predicateType":"%s"}"""
				.formatted(imageHex(), predicate);
			pushReferring("sha256:" + imageHex(), bundle(keys, statement));
			if (predicate.contains("cosign")) {
				assertThat(fetch(pem).bytes()).hasSize(8);
			}
			else {
				assertThat(assertRefused(FetchFailure.SIGNATURE_INVALID, () -> fetch(pem)))
					.hasMessageContaining("attests something else");
			}
		}
	}

	private static String bundle(KeyPair keys, String statement) throws Exception {
		Signature signer = Signature.getInstance("SHA256withECDSA");
		signer.initSign(keys.getPrivate());
		String type = "application/vnd.in-toto+json";
		signer.update(Images.utf8("DSSEv1 %d %s %d %s".formatted(type.length(), type, statement.length(), statement)));
		Base64.Encoder base64 = Base64.getEncoder();
		return "{\"dsseEnvelope\":{\"payload\":\"%s\",\"payloadType\":\"%s\",\"signatures\":[{\"sig\":\"%s\"}]}}"
			.formatted(base64.encodeToString(Images.utf8(statement)), type, base64.encodeToString(signer.sign()));
	}

	private void pushReferring(String image, String bundle) {
		Blob content = new Blob("application/vnd.dev.sigstore.bundle.v0.3+json", Images.utf8(bundle));
		String plain = new String(Images.of(content).manifest().bytes(), StandardCharsets.UTF_8);
		byte[] manifest = Images
			.utf8(plain.substring(0, plain.length() - 1) + ",\"subject\":{\"digest\":\"%s\"}}".formatted(image));
		Blob referrer = new Blob(REFERRER_TYPE, manifest);
		this.registry.blob("a", content)
			.manifest("a", referrer.digest(), manifest)
			.serve("/v2/a/referrers/" + image,
					Images.utf8("{\"manifests\":[%s]}".formatted(Images.descriptor(referrer))));
	}

	@Test
	void refusesASignedTagThatWasMovedToAnUnsignedImage(@TempDir Path cache) {
		this.settings.cache = cache;
		push();
		pushSignature("ecdsa", imageHex());
		assertThat(fetch(text("ecdsa.pub"), ImagePullPolicy.ALWAYS).fromCache()).isFalse();
		assertThat(fetch(text("ecdsa.pub"), ImagePullPolicy.ALWAYS).fromCache()).isTrue();
		this.registry.push("a", "v1", Images.artifact(Settings.wasm(1)));
		assertRefused(FetchFailure.SIGNATURE_MISSING, () -> fetch(text("ecdsa.pub"), ImagePullPolicy.ALWAYS));
	}

	@Test
	void doesNotTakeAnUnverifiedModuleFromTheCache(@TempDir Path cache) {
		this.settings.cache = cache;
		push();
		assertThat(fetch(null).fromCache()).isFalse();
		assertThat(fetch(null).fromCache()).isTrue();
		assertRefused(FetchFailure.SIGNATURE_MISSING, () -> fetch(text("ecdsa.pub")));
		pushSignature("ecdsa", imageHex());
		assertThat(fetch(text("ecdsa.pub")).fromCache()).isFalse();
		assertThat(fetch(text("ecdsa.pub")).fromCache()).isTrue();
		assertRefused(FetchFailure.SIGNATURE_INVALID, () -> fetch(text("other.pub")));
	}

	@Test
	void refusesKeysThatAreNone() throws Exception {
		KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
		KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
		p384.initialize(new ECGenParameterSpec("secp384r1"));
		for (KeyPairGenerator generator : List.of(rsa, p384)) {
			String key = Base64.getEncoder().encodeToString(generator.generateKeyPair().getPublic().getEncoded());
			String pem = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----".formatted(key);
			ModuleFetchException refusal = assertRefused(FetchFailure.REQUEST, () -> fetch(pem));
			assertThat(refusal).hasMessageContaining("neither a P-256 ECDSA key nor an Ed25519 key");
		}
		assertRefused(FetchFailure.REQUEST, () -> fetch("cosign.pub"));
		assertRefused(FetchFailure.REQUEST,
				() -> fetch("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
		assertThat(this.registry.seen()).isEmpty();
	}

}
