package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.http.JdkHttpTransport;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.registry.oci.ImagePush;
import io.gatewaywasm.registry.oci.ImageReference;
import io.gatewaywasm.registry.oci.TarArchive;
import io.gatewaywasm.testsupport.DebianRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for routes whose filters come from a registry.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class GatewayFetchIntegrationTests {

	private static final byte[] SMALL_WASM = { 0, 'a', 's', 'm', 1, 0, 0, 0 };

	@TempDir
	private Path directory;

	private DebianRegistry registry;

	@BeforeEach
	void create() {
		this.registry = new DebianRegistry(this.directory);
	}

	@AfterEach
	void stop() {
		this.registry.close();
	}

	private static byte[] file(String name) {
		try {
			return GatewayFetchIntegrationTests.class.getResourceAsStream(name).readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] helloWorld() {
		return file("/filters/hello_world.wasm");
	}

	private static Image image(byte[] wasm) {
		return ImageFormat.ARTIFACT.pack(wasm, utf8("{\"config\":{\"rootIds\":[\"hello_world\"]}}"));
	}

	private static Image unpacked(Blob... layers) {
		Blob config = new Blob("application/vnd.oci.image.config.v1+json", utf8("{}"));
		return new Image(config, List.of(layers), manifest("application/vnd.oci.image.manifest.v1+json",
				"\"config\":%s,\"layers\":[%s]".formatted(descriptor(config), descriptors(layers))));
	}

	private static Blob list(Image image) {
		String descriptor = descriptor(image.manifest()).replaceFirst("}$",
				",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}");
		return manifest("application/vnd.oci.image.index.v1+json", "\"manifests\":[%s]".formatted(descriptor));
	}

	private static Blob manifest(String mediaType, String members) {
		return new Blob(mediaType, utf8("{\"schemaVersion\":2,\"mediaType\":\"%s\",%s}".formatted(mediaType, members)));
	}

	private static String descriptors(Blob... blobs) {
		return Stream.of(blobs).map(GatewayFetchIntegrationTests::descriptor).collect(Collectors.joining(","));
	}

	private static String descriptor(Blob blob) {
		return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(blob.mediaType(), blob.digest(),
				blob.bytes().length);
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private ImagePush pusher(String repository, String tag) {
		return new ImagePush(new JdkHttpTransport(),
				new ImageReference(this.registry.authority(), repository, tag, null), true,
				this.registry.credentials());
	}

	private String push(String repository, String tag, Image image) {
		return pusher(repository, tag).push(image);
	}

	private String url(String image) {
		return "oci://" + this.registry.authority() + "/" + image;
	}

	private GatewayFixture.Builder gateway() {
		return GatewayFixture.builder()
			.property("gateway.wasm.registries.local.host", this.registry.authority())
			.property("gateway.wasm.registries.local.insecure", "true")
			.property("gateway.wasm.fetch.retries", "0")
			.property("gateway.wasm.fetch.cache.directory", this.directory.resolve("cache").toString());
	}

	private GatewayFixture.Builder gateway(String image, String... settings) {
		GatewayFixture.Builder builder = gateway().property("gateway.wasm.plugins.hello.url", url(image))
			.route("hello", "Wasm=hello");
		for (int index = 0; index < settings.length; index += 2) {
			builder.property("gateway.wasm.plugins.hello." + settings[index], settings[index + 1]);
		}
		return builder;
	}

	private static void assertFilterRuns(GatewayFixture gateway, String route) {
		assertThat(gateway.get("/" + route + "/x").body()).as("what %s sends", route)
			.contains("x-hello: Hello world from localhost:" + gateway.port());
	}

	private static WasmPluginException refusal(GatewayFixture.Builder builder) {
		Throwable failure = catchThrowable(() -> builder.start().close());
		while (failure != null && !(failure instanceof WasmPluginException)) {
			failure = failure.getCause();
		}
		assertThat(failure).as("a refusal").isNotNull();
		return (WasmPluginException) failure;
	}

	@Test
	void routesRunFiltersOfEveryFormat() {
		this.registry.protect().start();
		GatewayFixture.Builder builder = gateway().property("gateway.wasm.registries.local.username", "puller")
			.property("gateway.wasm.registries.local.password", "secret");
		List<Image> images = images();
		for (int index = 0; index < images.size(); index++) {
			push("hello_world", "v" + index, images.get(index));
			builder.property("gateway.wasm.plugins.p" + index + ".url", url("hello_world:v" + index))
				.route("r" + index, "Wasm=p" + index);
		}
		Blob list = list(images.get(0));
		pusher("hello_world", "list").manifest("list", list);
		builder.property("gateway.wasm.plugins.list.url", url("hello_world@" + list.digest()))
			.route("list", "Wasm=list");
		try (GatewayFixture gateway = builder.start()) {
			for (int index = 0; index < images.size(); index++) {
				assertFilterRuns(gateway, "r" + index);
			}
			assertFilterRuns(gateway, "list");
		}
	}

	private static List<Image> images() {
		Stream<Image> packed = Stream.of(ImageFormat.values())
			.map((format) -> format.pack(helloWorld(), utf8("{\"config\":{\"rootIds\":[\"hello_world\"]}}")));
		Stream<Image> single = Stream
			.of("application/vnd.module.wasm.content.layer.v1+wasm", "application/vnd.wasm.content.layer.v1+wasm",
					"application/wasm")
			.map((mediaType) -> unpacked(new Blob(mediaType, helloWorld())));
		Image documented = unpacked(new Blob("application/vnd.module.wasm.spec.v1+yaml", utf8("a: b")),
				new Blob("application/vnd.module.wasm.doc.v1+markdown", utf8("# Hello")),
				new Blob("application/vnd.oci.image.layer.v1.tar+gzip",
						TarArchive.gzip(new TarArchive().add("plugin.wasm", helloWorld()).toByteArray())));
		return Stream.of(packed, single, Stream.of(documented)).flatMap((images) -> images).toList();
	}

	@Test
	void endpointAndMetersTellWhereAModuleCameFrom() {
		this.registry.start();
		String digest = push("hello_world", "v1", image(helloWorld()));
		try (GatewayFixture gateway = gateway("hello_world:v1").start()) {
			assertFilterRuns(gateway, "hello");
			assertThat(gateway.get("/actuator/wasm/hello").body()).contains("\"rootId\":\"hello_world\"")
				.contains("\"source\":\"" + url("hello_world:v1") + "\"")
				.contains("\"resolvedDigest\":\"" + digest + "\"")
				.containsPattern("\"fetchedAt\":\"20[^\"]*Z\"")
				.contains("\"fromCache\":false,\"stale\":false");
			assertThat(gateway.get("/actuator/metrics/wasm.fetch.cache?tag=result:miss").body())
				.contains("\"value\":1.0");
			assertThat(gateway.get("/actuator/metrics/wasm.fetch.duration?tag=scheme:oci").body())
				.contains("\"statistic\":\"COUNT\",\"value\":1.0");
		}
		this.registry.close();
		try (GatewayFixture gateway = gateway("hello_world:v1", "image-pull-policy", "always").start()) {
			assertFilterRuns(gateway, "hello");
			assertThat(gateway.get("/actuator/wasm/hello").body()).contains("\"fromCache\":true,\"stale\":true")
				.contains("\"rootId\":\"hello_world\"");
			assertThat(gateway.get("/actuator/metrics/wasm.fetch.cache?tag=result:stale").body())
				.contains("\"value\":1.0");
			assertThat(gateway.get("/actuator/metrics/wasm.fetch.failures?tag=reason:unreachable").body())
				.contains("\"value\":1.0");
		}
	}

	@Test
	void routesMayNameImagesThatAreAllowed() {
		this.registry.start();
		push("team/hello_world", "v1", image(helloWorld()));
		GatewayFixture.Builder inline = gateway().route("hello", "Wasm=" + url("team/hello_world:v1"));
		assertThat(refusal(inline).getReason()).contains("Routes are not allowed to load from");
		for (String other : List.of("team/../other/a:v1", "other/a:v1", "team%2f..%2fother:v1")) {
			assertThat(refusal(gateway().property("gateway.wasm.allowed-locations", url("team/"))
				.route("hello", "Wasm=" + url(other))).getReason()).contains("Routes are not allowed to load from");
		}
		try (GatewayFixture gateway = gateway().property("gateway.wasm.allowed-locations", url("team/"))
			.route("hello", "Wasm=" + url("team/hello_world:v1"))
			.start()) {
			assertFilterRuns(gateway, "hello");
		}
	}

	@Test
	void signedImagesAreVerifiedBeforeAnythingElse(CapturedOutput output) {
		this.registry.start();
		String pem = new String(file("/cosign/ecdsa.pub"), StandardCharsets.UTF_8);
		push("hello_world", "v1", image(helloWorld()));
		WasmPluginException unsigned = refusal(gateway("hello_world:v1", "verification-key", pem));
		assertThat(unsigned.getReason()).contains("is not signed");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("cosign sign --key");
		Image image = ImageFormat.ARTIFACT.pack(SMALL_WASM,
				utf8("{\"type\":\"envoy_proxy\",\"abiVersions\":[],\"config\":{\"rootIds\":[]}}"));
		assertThat(image.manifest().bytes()).as("the image that cosign has signed")
			.isEqualTo(file("/cosign/image.json"));
		String digest = push("signed", "v1", image);
		pushSignature(digest.substring(7));
		WasmPluginException foreign = refusal(gateway("signed:v1", "verification-key", "classpath:cosign/other.pub"));
		assertThat(foreign.getReason()).contains("is not signed with the verification key");
		WasmPluginException empty = refusal(gateway("signed:v1", "verification-key", "classpath:cosign/ecdsa.pub"));
		assertThat(empty.getCause()).as("a failure to start what was fetched")
			.isNotInstanceOf(ModuleFetchException.class);
	}

	private void pushSignature(String hex) {
		Blob payload = new Blob("application/vnd.dev.cosign.simplesigning.v1+json",
				file("/cosign/ecdsa-signature.json"));
		Blob config = new Blob("", new byte[] { '{', '}' });
		String manifest = new String(file("/cosign/ecdsa-signature-manifest.json"), StandardCharsets.UTF_8).replaceAll(
				"\"size\":233,\"digest\":\"sha256:[0-9a-f]*\"", "\"size\":2,\"digest\":\"" + config.digest() + "\"");
		pusher("signed", "v1").upload(payload);
		pusher("signed", "v1").upload(config);
		pusher("signed", "v1").manifest("sha256-" + hex + ".sig",
				new Blob("application/vnd.oci.image.manifest.v1+json", utf8(manifest)));
	}

	@Test
	void verificationKeyOfAFileIsRefusedRatherThanIgnored() {
		WasmPluginException refusal = refusal(GatewayFixture.builder()
			.plugin("hello", "hello_world", "verification-key", "classpath:cosign/ecdsa.pub"));
		assertThat(refusal.getReason()).contains("only images can be signed");
	}

	@Test
	void wrongDigestKeepsApplicationFromStarting() {
		this.registry.start();
		push("hello_world", "v1", image(helloWorld()));
		WasmPluginException refusal = refusal(gateway("hello_world:v1", "sha256", "0".repeat(64)));
		assertThat(refusal.getCause()).isInstanceOfSatisfying(ModuleFetchException.class,
				(cause) -> assertThat(cause.getFailure()).isEqualTo(FetchFailure.DIGEST_MISMATCH));
	}

	@Test
	void applicationDoesNotStartWithoutAModuleUnlessToldTo() {
		WasmPluginException refusal = refusal(gateway("hello_world:v1"));
		assertThat(refusal.getReason()).matches("The connection to '[^']*' was refused");
	}

	@Test
	void degradedGatewayStartsAndHealsItself() {
		this.registry.start().close();
		try (GatewayFixture gateway = gateway("hello_world:v1").property("gateway.wasm.fetch-failure", "degrade")
			.start()) {
			assertThat(gateway.get("/hello/x").statusCode()).isEqualTo(503);
			assertThat(gateway.get("/actuator/wasm/hello").body()).contains("\"state\":\"failed\"")
				.contains("The connection to '");
			this.registry.start();
			push("hello_world", "v1", image(helloWorld()));
			await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(gateway.get("/hello/x").statusCode()).isEqualTo(200));
			assertFilterRuns(gateway, "hello");
		}
	}

	@Test
	void patientGatewayStartsAsSoonAsItCan(CapturedOutput output) {
		this.registry.start();
		push("hello_world", "v1", image(helloWorld()));
		this.registry.close();
		CompletableFuture<GatewayFixture> start = CompletableFuture
			.supplyAsync(() -> gateway("hello_world:v1").property("gateway.wasm.fetch-failure", "wait").start());
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(output).contains("Startup waits until it can be fetched"));
		assertThat(start).isNotDone();
		this.registry.start();
		try (GatewayFixture gateway = start.join()) {
			assertFilterRuns(gateway, "hello");
		}
	}

	@Test
	void patientGatewayDoesNotWaitForWhatDoesNotCome() {
		this.registry.start();
		WasmPluginException refusal = refusal(gateway("hello_world:v1").property("gateway.wasm.fetch-failure", "wait"));
		assertThat(refusal.getReason()).contains("The image '");
	}

}
