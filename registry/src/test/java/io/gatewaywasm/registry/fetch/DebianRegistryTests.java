package io.gatewaywasm.registry.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ImagePullPolicy;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.registry.oci.TarArchive;
import io.gatewaywasm.testsupport.StubServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests with a real registry.
 */
@Tag("slow")
class DebianRegistryTests {

	@TempDir
	private Path directory;

	private LocalRegistry registry;

	private final Settings settings = new Settings();

	@BeforeEach
	void start() {
		this.registry = new LocalRegistry(this.directory);
	}

	@AfterEach
	void stop() {
		this.registry.close();
	}

	private FetchedModule fetch(String name) {
		return fetch(name, null, null);
	}

	private FetchedModule fetch(String name, String sha256, ImagePullPolicy policy) {
		if (this.settings.registries.isEmpty()) {
			this.settings.registry(Settings.insecure(this.registry.authority()));
		}
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			return fetcher
				.fetch(new ModuleRequest("oci://" + this.registry.authority() + "/" + name, sha256, policy, null));
		}
	}

	private static byte[] helloWorld() throws Exception {
		return DebianRegistryTests.class.getResourceAsStream("/filters/hello_world.wasm").readAllBytes();
	}

	@ParameterizedTest
	@EnumSource
	void pullsEveryFormat(ImageFormat format) throws Exception {
		this.registry.start();
		String digest = this.registry.push("team/hello_world", "v0.1", Images.packed(format, helloWorld()));
		FetchedModule byTag = fetch("team/hello_world:v0.1");
		assertThat(byTag.bytes()).isEqualTo(helloWorld());
		assertThat(byTag.resolvedDigest()).isEqualTo(digest);
		assertThat(byTag.rootIds()).containsExactly("hello_world", "b");
		assertThat(fetch("team/hello_world@" + digest).resolvedDigest()).isEqualTo(digest);
		assertThat(fetch("team/hello_world:other@" + digest).resolvedDigest()).isEqualTo(digest);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/vnd.module.wasm.content.layer.v1+wasm",
			"application/vnd.wasm.content.layer.v1+wasm", "application/wasm" })
	void pullsASingleLayer(String mediaType) throws Exception {
		this.registry.start();
		this.registry.push("a", "v1",
				Images.of("application/vnd.wasm.config.v0+json", new Blob(mediaType, Settings.smallWasm())));
		assertThat(fetch("a:v1").bytes()).hasSize(8);
	}

	@Test
	void pullsImagesWithDocumentationAndIndexes() {
		this.registry.start();
		Blob archive = Images.archive(new TarArchive().add("plugin.wasm", Settings.smallWasm()));
		Image image = Images.of(new Blob("application/vnd.module.wasm.spec.v1+yaml", Images.utf8("a: b")),
				new Blob("application/vnd.module.wasm.doc.v1+markdown", Images.utf8("# Hello")), archive);
		this.registry.push("a", "amd64", image);
		Blob index = Images.index(List.of(image), List.of("linux/amd64"));
		this.registry.pusher("a", "v1").manifest("v1", index);
		FetchedModule module = fetch("a:v1");
		assertThat(module.bytes()).hasSize(8);
		assertThat(module.resolvedDigest()).isEqualTo(index.digest());
		assertThat(fetch("a@" + index.digest()).bytes()).hasSize(8);
	}

	@Test
	void logsIn() {
		this.registry.protect().start();
		this.registry.push("a", "v1", Images.artifact(Settings.smallWasm()));
		assertRefused(FetchFailure.UNAUTHORIZED, () -> fetch("a:v1"));
		this.settings.registries.clear();
		this.settings.registry(
				new RegistrySettings(this.registry.authority(), true, "puller", "wrong", null, null, null, List.of()));
		assertRefused(FetchFailure.UNAUTHORIZED, () -> fetch("a:v1"));
		this.settings.registries.clear();
		this.settings.registry(Settings.basic(this.registry.authority()));
		assertThat(fetch("a:v1").bytes()).hasSize(8);
	}

	@Test
	void logsInAsDockerDoes() throws Exception {
		this.registry.protect().start();
		this.registry.push("a", "v1", Images.artifact(Settings.smallWasm()));
		this.settings.dockerConfig = Files.writeString(this.directory.resolve("config.json"),
				"{\"auths\":{\"%s\":{\"auth\":\"cHVsbGVyOnNlY3JldA==\"}}}".formatted(this.registry.authority()));
		assertThat(fetch("a:v1").bytes()).hasSize(8);
	}

	@Test
	void followsATagThatMoves() {
		this.settings.cache = this.directory;
		this.registry.start();
		this.registry.push("a", "v1", Images.artifact(Settings.wasm(1)));
		fetch("a:v1");
		String digest = this.registry.push("a", "v1", Images.artifact(Settings.wasm(2)));
		assertThat(fetch("a:v1").bytes()).isEqualTo(Settings.wasm(1));
		FetchedModule moved = fetch("a:v1", null, ImagePullPolicy.ALWAYS);
		assertThat(moved.bytes()).isEqualTo(Settings.wasm(2));
		assertThat(moved.resolvedDigest()).isEqualTo(digest);
	}

	@Test
	void usesTheCopyWhileTheRegistryIsStopped() {
		this.settings.cache = this.directory;
		this.registry.start();
		this.registry.push("a", "v1", Images.artifact(Settings.smallWasm()));
		fetch("a:v1", null, ImagePullPolicy.ALWAYS);
		this.registry.close();
		assertThat(fetch("a:v1", null, ImagePullPolicy.ALWAYS).stale()).isTrue();
		assertRefused(FetchFailure.UNREACHABLE, () -> fetch("b:v1"));
		this.registry.start();
		assertThat(fetch("a:v1", null, ImagePullPolicy.ALWAYS).stale()).isFalse();
	}

	@Test
	void survivesARegistryThatIsStoppedWithinALayer() {
		this.settings.maxModuleSize = 64 * 1024 * 1024;
		this.registry.start();
		byte[] large = Arrays.copyOf(Settings.smallWasm(), 32 * 1024 * 1024);
		Image image = Images.artifact(large);
		this.registry.push("a", "v1", image);
		String blob = "/v2/a/blobs/" + image.layers().get(1).digest();
		try (StubRegistry between = new StubRegistry()) {
			between.on("/v2/a/manifests/v1", this::pass);
			between.on("/v2/a/blobs/" + image.layers().get(0).digest(), this::pass);
			between.on(blob, (exchange) -> {
				this.registry.start();
				pass(exchange);
			});
			between.atFirst(blob, 1, this::passPartAndStop);
			this.settings.registry(Settings.insecure(between.authority()));
			try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
				assertThat(fetcher.fetch(ModuleRequest.of("oci://" + between.authority() + "/a:v1")).bytes())
					.isEqualTo(large);
			}
			// At least one retry: the registry may still be starting when the first
			// comes.
			assertThat(between.seenPaths().stream().filter(blob::equals)).hasSizeGreaterThan(1);
		}
	}

	private URLConnection open(HttpExchange exchange) throws IOException {
		URLConnection connection = URI.create("http://" + this.registry.authority() + exchange.getRequestURI())
			.toURL()
			.openConnection();
		connection.setRequestProperty("accept", exchange.getRequestHeaders().getFirst("accept"));
		return connection;
	}

	private void pass(HttpExchange exchange) throws IOException {
		StubServer.body(open(exchange).getInputStream().readAllBytes()).handle(exchange);
	}

	private void passPartAndStop(HttpExchange exchange) throws IOException {
		URLConnection connection = open(exchange);
		exchange.sendResponseHeaders(200, connection.getContentLengthLong());
		try (InputStream input = connection.getInputStream()) {
			exchange.getResponseBody().write(input.readNBytes(1024 * 1024));
			exchange.getResponseBody().flush();
			this.registry.close();
			assertThatIOException().isThrownBy(() -> input.transferTo(exchange.getResponseBody()));
		}
	}

	@Test
	void checksTheDigestOfTheModule() {
		this.registry.start();
		this.registry.push("a", "v1", Images.packed(ImageFormat.COMPAT, Settings.smallWasm()));
		assertThat(fetch("a:v1", Settings.SMALL_WASM_SHA256, null).bytes()).hasSize(8);
		assertRefused(FetchFailure.DIGEST_MISMATCH, () -> fetch("a:v1", "0".repeat(64), null));
	}

	@Test
	void doesNotUseABlobThatWasChangedInTheRegistry() throws Exception {
		this.registry.start();
		Image image = Images.artifact(Settings.smallWasm());
		this.registry.push("a", "v1", image);
		String hex = image.layers().get(1).digest().substring(7);
		Path data = this.directory
			.resolve("data/docker/registry/v2/blobs/sha256/%s/%s/data".formatted(hex.substring(0, 2), hex));
		Files.write(data, new byte[] { 0, 'a', 's', 'm', 2, 0, 0, 0 });
		assertRefused(FetchFailure.DIGEST_MISMATCH, () -> fetch("a:v1"));
	}

	@Test
	void refusesHarmfulLayers() {
		this.registry.start();
		this.registry.push("a", "link",
				Images.of(Images.archive(new TarArchive().add("plugin.wasm", '2', "/etc/passwd", 0, new byte[0]))));
		this.registry.push("a", "slip",
				Images.of(Images.archive(new TarArchive().add("../../plugin.wasm", Settings.smallWasm()))));
		this.registry.push("a", "bomb",
				Images.of(Images.archive(new TarArchive().add("plugin.wasm", new byte[64 * 1024 * 1024]))));
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch("a:link"));
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch("a:slip"));
		assertRefused(FetchFailure.TOO_LARGE, () -> fetch("a:bomb"));
		assertRefused(FetchFailure.NOT_FOUND, () -> fetch("a:nothing"));
	}

}
