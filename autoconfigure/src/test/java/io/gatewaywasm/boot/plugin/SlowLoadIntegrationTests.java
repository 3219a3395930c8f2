package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for module servers that stop to answer while the gateway serves: the
 * plugins that come from them are as many as the host has threads and more, and no other
 * plugin notices.
 */
@Tag("slow")
@Timeout(180)
class SlowLoadIntegrationTests {

	private static final int SLOW = Math.max(2, Runtime.getRuntime().availableProcessors()) + 2;

	@TempDir
	Path directory;

	private final CountDownLatch released = new CountDownLatch(1);

	private final AtomicInteger waiting = new AtomicInteger();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private volatile boolean silent;

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.released.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private void answer(HttpExchange exchange) throws IOException {
		if (this.silent) {
			this.waiting.incrementAndGet();
			try {
				this.released.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		byte[] module = module("hello_world");
		exchange.sendResponseHeaders(200, module.length);
		exchange.getResponseBody().write(module);
		exchange.close();
	}

	@Test
	void serversThatDoNotAnswerDelayNoOtherPlugin() throws IOException {
		Path changing = this.directory.resolve("changing.wasm");
		Files.write(changing, module("hello_world"));
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.property("management.endpoint.gateway.access", "unrestricted")
			.property("gateway.wasm.fetch.read-timeout", "600s")
			.property("gateway.wasm.fetch.timeout", "660s")
			.property("gateway.wasm.fetch.cache.enabled", "false")
			.property("gateway.wasm.reload.interval", "200ms")
			.property("gateway.wasm.reload.remote-interval", "200ms")
			.property("gateway.wasm.plugins.changing.url", changing.toUri().toString())
			.route("changing", "Wasm=changing");
		for (int i = 0; i < SLOW; i++) {
			// Their names come first, because plugins are checked in this order.
			builder
				.property("gateway.wasm.plugins.a-slow-" + i + ".url",
						"http://localhost:" + this.server.getAddress().getPort() + "/" + i + ".wasm")
				.property("gateway.wasm.plugins.a-slow-" + i + ".image-pull-policy", "always")
				.property("gateway.wasm.plugins.a-slow-" + i + ".vms", "1");
		}
		try (GatewayFixture gateway = builder.start()) {
			this.silent = true;
			await().atMost(Duration.ofSeconds(60)).until(() -> this.waiting.get() >= SLOW);

			Files.write(changing, module("hello_world_abi_0_1_0"));
			await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status("changing").generation() == 2);

			assertThat(gateway.post("/actuator/gateway/routes/inline", """
					{"id": "inline", "uri": "http://localhost:%d", "predicates": ["Path=/inline/**"],
					 "filters": [{"name": "Wasm", "args": {"url": "classpath:filters/add_header.wasm"}}]}
					""".formatted(gateway.upstream().port()), "content-type", "application/json").statusCode())
				.isEqualTo(201);
			gateway.context().publishEvent(new RefreshRoutesEvent(this));
			await().atMost(Duration.ofSeconds(60)).until(() -> gateway.get("/inline/x").statusCode() == 200);

			gateway.context()
				.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("later",
						Map.of("gateway.wasm.plugins.later.url", "classpath:filters/hello_world.wasm")));
			gateway.context().publishEvent(new EnvironmentChangeEvent(gateway.context(), Set.of()));
			PluginRegistry registry = gateway.context().getBean(PluginRegistry.class);
			await().atMost(Duration.ofSeconds(60)).until(() -> registry.plugin("later").plugin() != null);
			assertThat(this.waiting).as("each server is asked once at a time").hasValue(SLOW);
			this.released.countDown();
		}
	}

	private static byte[] module(String name) {
		try (InputStream file = SlowLoadIntegrationTests.class.getResourceAsStream("/filters/" + name + ".wasm")) {
			return file.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
