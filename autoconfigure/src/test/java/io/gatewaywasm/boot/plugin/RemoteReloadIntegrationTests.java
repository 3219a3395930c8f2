package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.testsupport.StubServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for gateways that ask servers whether there is a newer module.
 */
@Tag("slow")
@Timeout(180)
class RemoteReloadIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private final StubServer server = new StubServer();

	@TempDir
	private Path directory;

	@AfterEach
	void stop() {
		this.server.close();
	}

	private GatewayFixture start(String url) {
		return GatewayFixture.builder()
			.property("gateway.wasm.reload.interval", "100ms")
			.property("gateway.wasm.reload.remote-interval", "200ms")
			.property("gateway.wasm.registries.local.host", this.server.authority())
			.property("gateway.wasm.registries.local.insecure", "true")
			.property("gateway.wasm.fetch.retries", "0")
			.property("gateway.wasm.fetch.cache.directory", this.directory.toString())
			.plugin("remote", "", "url", url, "root-id", "hello_world", "image-pull-policy", "always")
			.route("remote", "Wasm=remote")
			.start();
	}

	@Test
	void anotherEtagIsAnotherVersionAndABadOneLeavesTheOldServing() throws Exception {
		version("\"1\"", wasm("hello_world"));
		try (GatewayFixture gateway = start(this.server.url("/a.wasm"))) {
			awaitQuestions(3);
			assertThat(gateway.status("remote").generation()).isEqualTo(1);
			version("\"2\"", wasm("hello_world_abi_0_1_0"));
			await().atMost(SOON).until(() -> gateway.status("remote").generation() == 2);
			assertThat(gateway.status("remote").module().report().abiVersion()).isEqualTo("0.1.0");
			version("\"3\"", "<html>".getBytes(StandardCharsets.US_ASCII));
			await().atMost(SOON)
				.until(() -> gateway.get("/actuator/wasm/remote").body().contains("\"failedReloads\":1"));
			awaitQuestions(3);
			assertThat(gateway.get("/actuator/wasm/remote").body()).contains("\"failedReloads\":1")
				.contains("\"lastReloadFailure\":\"")
				.contains("\"generation\":2");
			assertThat(gateway.get("/remote/x").body()).contains("x-hello: Hello world");
		}
	}

	@Test
	void tagThatMovesIsAnotherVersion() throws Exception {
		push(wasm("hello_world"));
		try (GatewayFixture gateway = start("oci://" + this.server.authority() + "/a:v1")) {
			awaitQuestions(3);
			assertThat(gateway.status("remote").generation()).isEqualTo(1);
			push(wasm("hello_world_abi_0_1_0"));
			await().atMost(SOON).until(() -> gateway.status("remote").generation() == 2);
			assertThat(gateway.status("remote").module().report().abiVersion()).isEqualTo("0.1.0");
			assertThat(gateway.get("/remote/x").body()).contains("x-hello: Hello world");
		}
	}

	private void push(byte[] wasm) {
		Image image = ImageFormat.ARTIFACT.pack(wasm, "{}".getBytes(StandardCharsets.US_ASCII));
		image.layers().stream().map(Blob::bytes).forEach((layer) -> this.server.blob("a", layer));
		this.server.manifest("a", "v1", image.manifest().bytes());
	}

	private void version(String etag, byte[] body) {
		this.server.on("/a.wasm", (exchange) -> {
			exchange.getResponseHeaders().set("etag", etag);
			if (etag.equals(exchange.getRequestHeaders().getFirst("if-none-match"))) {
				exchange.sendResponseHeaders(304, -1);
				return;
			}
			StubServer.body(body).handle(exchange);
		});
	}

	private void awaitQuestions(int more) {
		int before = this.server.seen().size();
		await().atMost(SOON).until(() -> this.server.seen().size() >= before + more);
	}

	private static byte[] wasm(String filter) throws IOException {
		try (InputStream input = RemoteReloadIntegrationTests.class
			.getResourceAsStream("/filters/" + filter + ".wasm")) {
			return input.readAllBytes();
		}
	}

}
