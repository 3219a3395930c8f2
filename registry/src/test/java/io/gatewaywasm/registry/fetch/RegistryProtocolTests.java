package io.gatewaywasm.registry.fetch;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.testsupport.StubServer;
import io.gatewaywasm.testsupport.StubServer.Seen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for what registries may say, well-meaning or not: credentials, tokens, redirects,
 * digests and sizes.
 */
@Tag("slow")
class RegistryProtocolTests {

	private static final String BASIC = "Basic "
			+ Base64.getEncoder().encodeToString("puller:secret".getBytes(StandardCharsets.UTF_8));

	private final StubRegistry registry = new StubRegistry();

	private final StubRegistry elsewhere = new StubRegistry();

	private final Settings settings = new Settings();

	private final Image image = Images.artifact(Settings.smallWasm());

	private final String blob = "/v2/a/blobs/" + this.image.layers().get(1).digest();

	@AfterEach
	void stop() {
		this.registry.close();
		this.elsewhere.close();
	}

	private FetchedModule fetch() {
		return fetch("oci://" + this.registry.authority() + "/a:v1");
	}

	private FetchedModule fetch(String location) {
		if (this.settings.registries.isEmpty()) {
			this.settings.registry(Settings.insecure(this.registry.authority()));
		}
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			return fetcher.fetch(ModuleRequest.of(location));
		}
	}

	private void push() {
		this.registry.push("a", "v1", this.image);
	}

	private RegistrySettings credentials(String... tokenHosts) {
		return new RegistrySettings(this.registry.authority(), true, "puller", "secret", null, null, null,
				List.of(tokenHosts));
	}

	@Test
	void pullsAnonymously() {
		push();
		FetchedModule module = fetch();
		assertThat(module.bytes()).isEqualTo(Settings.smallWasm());
		assertThat(module.resolvedDigest()).isEqualTo(this.image.manifest().digest());
		assertThat(module.rootIds()).containsExactly("hello_world", "b");
		assertThat(this.registry.seen()).extracting(Seen::authorization).containsOnlyNulls();
	}

	@Test
	void showsCredentialsOnlyWhenAskedForThem() {
		push();
		this.settings.registry(credentials());
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.registry.seen()).extracting(Seen::authorization).containsOnlyNulls();
		this.registry.protect(BASIC, "Basic realm=\"registry\"");
		assertThat(fetch().bytes()).hasSize(8);
	}

	@Test
	void readsDockersConfiguration(@TempDir Path directory) throws Exception {
		push();
		this.registry.protect(BASIC, "Basic realm=\"registry\"");
		this.settings.dockerConfig = Files.writeString(directory.resolve("config.json"), """
				{"auths":{"%s":{"auth":"%s"},"registry.example.org":{"auth":"bm9ib2R5Om5vdGhpbmc="}}}"""
			.formatted(this.registry.authority(), BASIC.substring(6)));
		assertThat(fetch().bytes()).hasSize(8);
		Files.writeString(this.settings.dockerConfig,
				"{\"auths\":{\"%s\":{\"auth\":\"!\"}}}".formatted(this.registry.authority()));
		assertRefused(FetchFailure.REQUEST, this::fetch);
	}

	@Test
	void saysThatCredentialsAreMissingOrWrong() {
		push();
		this.registry.protect("Basic other", "Basic realm=\"registry\"");
		assertThat(assertRefused(FetchFailure.UNAUTHORIZED, this::fetch)).hasMessageContaining("with no credentials");
		this.settings.registries.clear();
		this.settings.registry(credentials());
		ModuleFetchException refusal = assertRefused(FetchFailure.UNAUTHORIZED, this::fetch);
		assertThat(refusal).hasMessageContaining("with the configured credentials").hasMessageNotContaining("secret");
	}

	@Test
	void getsATokenFromTheRegistryItself() {
		push();
		this.registry.protect("Bearer t0ken",
				"Bearer realm=\"%s\",service=\"the registry\",scope=\"repository:a:pull,push\""
					.formatted(this.registry.url("/token")));
		this.registry.serve("/token", Images.utf8("{\"token\":\"t0ken\",\"expires_in\":300}"));
		this.settings.registry(credentials());
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.registry.seen()).filteredOn((seen) -> seen.path().startsWith("/token"))
			.containsExactly(new Seen("GET", "/token?scope=repository%3Aa%3Apull&service=the+registry", BASIC, ""));
	}

	@Test
	void usesATokenAsItIs() {
		push();
		this.registry.protect("Bearer fixed", "Bearer realm=\"%s\"".formatted(this.registry.url("/token")));
		this.settings.registry(
				new RegistrySettings(this.registry.authority(), true, null, null, "fixed", null, null, List.of()));
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.registry.seenPaths()).doesNotContain("/token");
	}

	@Test
	void exchangesAnIdentityToken(@TempDir Path directory) throws Exception {
		push();
		this.registry.protect("Bearer t0ken", "Bearer realm=\"%s\"".formatted(this.registry.url("/token")));
		this.registry.serve("/token", Images.utf8("{\"access_token\":\"t0ken\"}"));
		this.settings.dockerConfig = Files.writeString(directory.resolve("config.json"), """
				{"auths":{"%s":{"identitytoken":"who+I+am"}}}""".formatted(this.registry.authority()));
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.registry.seen()).filteredOn((seen) -> seen.method().equals("POST"))
			.extracting(Seen::body)
			.containsExactly("grant_type=refresh_token&client_id=gateway-wasm&scope=repository%3Aa%3Apull"
					+ "&refresh_token=who%2BI%2Bam");
	}

	@Test
	void showsCredentialsToNoOtherIssuerOfTokensUnlessToldTo() {
		push();
		this.registry.protect("Bearer t0ken", "Bearer realm=\"%s\"".formatted(this.elsewhere.url("/token")));
		this.elsewhere.serve("/token", Images.utf8("{\"token\":\"t0ken\"}")).protect(BASIC, "Basic realm=\"tokens\"");
		this.settings.registry(credentials());
		ModuleFetchException refusal = assertRefused(FetchFailure.UNAUTHORIZED, this::fetch);
		assertThat(refusal).hasMessageContaining("The credentials were not sent to it");
		assertThat(refusal.getRemedy()).contains("token-hosts");
		assertThat(this.elsewhere.seen()).extracting(Seen::authorization).containsOnlyNulls();
		this.settings.registries.clear();
		this.settings.registry(credentials(this.elsewhere.authority()));
		assertThat(fetch().bytes()).hasSize(8);
	}

	@Test
	void getsAnAnonymousTokenFromAnotherHost() {
		push();
		this.registry.protect("Bearer t0ken", "Bearer realm=\"%s\"".formatted(this.elsewhere.url("/token")));
		this.elsewhere.serve("/token", Images.utf8("{\"token\":\"t0ken\"}"));
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.elsewhere.seen()).extracting(Seen::authorization).containsOnlyNulls();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://169.254.169.254/token", "http://[fd00:ec2::254]/token" })
	void asksNoBlockedAddressForAToken(String realm) {
		push();
		this.registry.protect("Bearer t0ken", "Bearer realm=\"%s\"".formatted(realm));
		this.settings.registry(credentials());
		assertRefused(FetchFailure.BLOCKED_ADDRESS, this::fetch);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer", "Bearer realm=\"file:///etc/passwd\"", "Bearer realm=\"//host/token\"",
			"Bearer realm=\"http://u:p@localhost/token\"" })
	void refusesChallengesThatMakeNoSense(String challenge) {
		push();
		this.registry.protect("Bearer t0ken", challenge);
		assertRefused(FetchFailure.PROTOCOL, this::fetch);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"token\":\"a\\r\\nb: c\"}", "{\"token\":7}", "no" })
	void refusesTokensThatAreNone(String answer) {
		push();
		this.registry.protect("Bearer t0ken", "Bearer realm=\"%s\"".formatted(this.registry.url("/token")));
		this.registry.serve("/token", Images.utf8(answer));
		assertRefused(FetchFailure.PROTOCOL, this::fetch);
	}

	@Test
	void takesNoCredentialsToWhereABlobIs() {
		push();
		this.registry.on(this.blob, StubServer.redirect(this.elsewhere.url("/storage")))
			.protect(BASIC, "Basic realm=\"registry\"");
		this.elsewhere.serve("/storage", Settings.smallWasm());
		this.settings.registry(credentials());
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.registry.seen()).extracting(Seen::authorization).contains(BASIC);
		assertThat(this.elsewhere.seen()).hasSize(1).extracting(Seen::authorization).containsOnlyNulls();
	}

	@Test
	void takesNoCredentialsToTheSameServerUnderAnotherName() {
		push();
		this.registry.on(this.blob, StubServer.redirect("http://" + this.registry.otherAuthority() + "/storage"))
			.protect(BASIC, "Basic realm=\"registry\"");
		this.registry.serve("/storage", Settings.smallWasm());
		this.settings.registry(credentials());
		assertThat(fetch().bytes()).hasSize(8);
		assertThat(this.registry.seen()).filteredOn((seen) -> seen.path().equals("/storage"))
			.extracting(Seen::authorization)
			.containsOnlyNulls();
	}

	@Test
	void answersNoChallengeFromWhereABlobIs() {
		push();
		this.registry.on(this.blob, StubServer.redirect(this.elsewhere.url("/storage")));
		this.elsewhere.serve("/storage", Settings.smallWasm()).protect(BASIC, "Basic realm=\"registry\"");
		this.settings.registry(credentials());
		assertRefused(FetchFailure.UNAUTHORIZED, this::fetch);
		assertThat(this.elsewhere.seen()).extracting(Seen::authorization).containsOnlyNulls();
	}

	@Test
	void followsABlobToNoBlockedAddress() {
		push();
		this.registry.on(this.blob, StubServer.redirect("http://169.254.169.254/latest"));
		assertRefused(FetchFailure.BLOCKED_ADDRESS, this::fetch);
	}

	@Test
	void speaksHttpOnlyWithListedRegistries() {
		push();
		this.settings.retries = 0;
		this.settings.registry(Settings.insecure("registry.example.org"));
		ModuleFetchException refusal = assertRefused(FetchFailure.UNREACHABLE, this::fetch);
		assertThat(refusal.getRemedy()).contains("insecure: true");
		assertThat(this.registry.seen()).isEmpty();
	}

	@Test
	void checksTheDigestsOfManifestAndBlob() {
		push();
		this.registry.serve(this.blob, Settings.wasm(1));
		this.settings.maxModuleSize = 100;
		assertThat(assertRefused(FetchFailure.TOO_LARGE, this::fetch)).hasMessageContaining("at most 8 bytes");
		this.registry.serve(this.blob, new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 1 });
		assertRefused(FetchFailure.DIGEST_MISMATCH, this::fetch);
		String pinned = "oci://" + this.registry.authority() + "/a@" + this.image.manifest().digest();
		this.registry.serve("/v2/a/manifests/" + this.image.manifest().digest(),
				Images.artifact(Settings.wasm(1)).manifest().bytes());
		assertRefused(FetchFailure.DIGEST_MISMATCH, () -> fetch(pinned));
	}

	@Test
	void believesNoDigestInAHeader() {
		push();
		this.registry.on("/v2/a/manifests/v1", (exchange) -> {
			exchange.getResponseHeaders().set("docker-content-digest", "sha256:" + "0".repeat(64));
			StubServer.body(this.image.manifest().bytes()).handle(exchange);
		});
		assertRefused(FetchFailure.DIGEST_MISMATCH, this::fetch);
	}

	@Test
	void asksForNoLayerThatClaimsTenGigabytes() {
		Blob wasm = new Blob("application/wasm", Settings.smallWasm());
		Blob config = new Blob("application/vnd.oci.image.config.v1+json", Images.utf8("{}"));
		Blob manifest = Images.manifest(config, List.of(Images.descriptor(wasm, 10_000_000_000L)));
		this.registry.push("a", "v1", new Image(config, List.of(wasm), manifest));
		ModuleFetchException refusal = assertRefused(FetchFailure.TOO_LARGE, this::fetch);
		assertThat(refusal).hasMessageContaining("10000000000");
		assertThat(this.registry.seenPaths()).containsExactly("/v2/a/manifests/v1");
	}

	@Test
	void readsNoMoreOfALayerThanItsSize() {
		push();
		this.registry.on(this.blob, (exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			for (int count = 0; count < 10_000; count++) {
				exchange.getResponseBody().write(new byte[64 * 1024]);
			}
		});
		assertRefused(FetchFailure.TOO_LARGE, this::fetch);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[]", "<html>", "{\"layers\":[],\"manifests\":[]}", "{\"layers\":[]}",
			"{\"layers\":[{\"mediaType\":\"application/wasm\"}]}", "{\"manifests\":[]}",
			"{\"schemaVersion\":1,\"fsLayers\":[]}",
			"{\"layers\":[{\"mediaType\":\"application/wasm\",\"digest\":\"../../secret\",\"size\":1}]}" })
	void refusesManifestsThatMakeNoSense(String manifest) {
		this.registry.manifest("a", "v1", Images.utf8(manifest));
		ModuleFetchException refusal = catchThrowableOfType(ModuleFetchException.class, this::fetch);
		assertThat(refusal.getFailure()).isIn(FetchFailure.PROTOCOL, FetchFailure.UNSUPPORTED_IMAGE);
	}

	@Test
	void repeatsWithARegistryThatIsBusy() {
		push();
		this.registry.atFirst("/v2/a/manifests/v1", 1, StubServer.status(429))
			.atFirst(this.blob, 2, StubServer.status(502));
		assertThat(fetch().bytes()).hasSize(8);
	}

	@Test
	void reportsAMissingImage() {
		assertThat(assertRefused(FetchFailure.NOT_FOUND, this::fetch)).hasMessageContaining("The image 'localhost:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "oci://localhost", "oci://localhost/", "oci://localhost/A", "oci://localhost/a/../b",
			"oci://localhost/a:", "oci://localhost/a@sha256:1", "oci://u:p@localhost/a", "oci:localhost/a",
			"oci://localhost/a?x", "oci://localhost/a:v1@sha512:00" })
	void refusesReferencesThatAreNone(String location) {
		assertRefused(FetchFailure.REQUEST, () -> fetch(location));
	}

}
