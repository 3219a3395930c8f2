package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for many clients whose bodies are buffered at the same time.
 */
@Timeout(180)
class BodyMemoryIntegrationTests {

	/** The bytes of a plugin, half of those of all plugins together. */
	private static final int MAXIMUM = 256 * 1024;

	private static final int CLIENTS = 200;

	/** Each body is smaller than the limit of one body. */
	private static final String PART = "x".repeat(20_000);

	private static final String LAST = "0\r\n\r\n";

	private static final String CHUNK = Integer.toHexString(PART.length()) + "\r\n" + PART + "\r\n";

	private static DisposableServer upstream;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = HttpServer.create()
			.host("localhost")
			.port(0)
			.handle((request, response) -> response.header("content-length", "10")
				.sendString(Flux.just("ab").concatWith(Flux.never()), StandardCharsets.UTF_8))
			.bindNow();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.max-body-memory", "512KB")
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.plugin("body", "body_rust", "limits.pause-timeout", "1s")
			.plugin("open", "body_rust", "fail-strategy", "open", "limits.pause-timeout", "1s")
			.plugin("holding", "body_rust", "allow-on-headers-stop-iteration", "true")
			.plugin("idle", "body_rust", "limits.body-idle-timeout", "500ms", "allow-on-headers-stop-iteration", "true")
			.route("idle", "Wasm=idle")
			.routeTo("silent", "http://localhost:" + upstream.port(), "Wasm=idle")
			.plugin("small", "body_rust", "limits.body-buffer", "30KB")
			.route("small", "Wasm=small")
			.route("body", "Wasm=body")
			.route("open", "Wasm=open")
			.route("holding", "Wasm=holding")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.disposeNow();
	}

	@AfterEach
	void nothingStaysBuffered() {
		for (String plugin : List.of("body", "open", "holding", "small", "idle")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> buffered(plugin) == 0);
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	private static double buffered(String plugin) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.get("wasm.filter.buffered")
			.tag("plugin", plugin)
			.gauge()
			.value();
	}

	private static double refusals(String plugin) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.find("wasm.filter.failures")
			.tag("plugin", plugin)
			.tag("reason", "body-memory")
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	/** Sends the headers and a part of a body that does not end. */
	private static WireClient upload(String route, String command) throws IOException {
		return new WireClient(gateway).send("""
				POST /%s/x HTTP/1.1
				x-body: %s
				Transfer-Encoding: chunked
				""".formatted(route, command), CHUNK);
	}

	private static void assertThatRequestsPass() {
		assertThat(gateway.post("/body/count", PART, "x-body", "buffer,upper").body())
			.isEqualTo(Integer.toString(PART.length()));
	}

	@Test
	void manyUploadsAreBufferedUpToTheLimitAndTheOthersGet503() throws IOException {
		List<RawClient> clients = new ArrayList<>();
		int before = gateway.upstream().requests().size();
		double refused = refusals("open");
		try {
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(new RawClient(gateway.port()).send("POST /open/x HTTP/1.1\r\nHost: localhost\r\n"
						+ "x-body: buffer\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK));
			}
			int fitting = MAXIMUM / PART.length();
			await().atMost(Duration.ofSeconds(60)).until(() -> refusals("open") - refused >= CLIENTS - fitting);
			await().atMost(Duration.ofSeconds(30)).until(() -> buffered("open") <= MAXIMUM);
			assertThat(gateway.upstream().requests()).hasSize(before);
			assertThat(clients.get(CLIENTS - 1).readAll()).startsWith("HTTP/1.1 503 ").contains("retry-after: 1\r\n");
		}
		finally {
			for (RawClient client : clients) {
				client.close();
			}
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> buffered("open") == 0);
		assertThatRequestsPass();
	}

	@Test
	void responsesThatFiltersBufferCountToo() throws IOException {
		List<WireClient> clients = new ArrayList<>();
		double refused = refusals("body");
		try {
			for (String other : List.of("open", "holding")) {
				for (int i = 0; i < MAXIMUM / PART.length(); i++) {
					clients.add(upload(other, "buffer"));
				}
				await().atMost(Duration.ofSeconds(30)).until(() -> buffered(other) > MAXIMUM - PART.length());
			}
			HttpResponse<String> response = gateway.get("/body/length/100000", "x-body-resp", "buffer");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.headers().firstValue("retry-after")).isEmpty();
			assertThat(refusals("body")).isEqualTo(refused + 1);
		}
		finally {
			for (WireClient client : clients) {
				client.close();
			}
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> buffered("open") == 0);
		assertThat(gateway.get("/body/length/100000", "x-body-resp", "buffer").body()).hasSize(100_000);
	}

	/**
	 * The gateway gathers a small body to know its new length, although the filter does
	 * not wait for it.
	 */
	@Test
	void smallBodiesAreNoLongerGatheredWhenTheMemoryIsUsedUp() throws IOException {
		List<WireClient> clients = new ArrayList<>();
		try {
			for (int i = 0; i < 50; i++) {
				clients.add(new WireClient(gateway).send("""
						POST /body/count HTTP/1.1
						x-body: upper
						Content-Length: 40000
						""", PART));
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("body").counters().activeStreams() == 50);
			await().atMost(Duration.ofSeconds(30)).until(() -> buffered("body") > MAXIMUM - 2 * PART.length());
			assertThat(buffered("body")).isLessThanOrEqualTo(MAXIMUM + 2 * PART.length());
			for (WireClient client : clients) {
				WireMessage response = client.raw(PART).receive();
				assertThat(response.status()).isEqualTo(200);
				assertThat(response.body()).isEqualTo("40000");
			}
		}
		finally {
			for (WireClient client : clients) {
				client.close();
			}
		}
	}

	/** The ways in which a stream with a buffered body ends. */
	private enum Ending {

		CLIENT_LEAVES("body", "buffer", WireClient::close),

		IDLE("idle", "buffer", BodyMemoryIntegrationTests::assertTimeout),

		IDLE_WITH_PAUSED_HEADERS("idle", "hold-headers,buffer", BodyMemoryIntegrationTests::assertTimeout),

		BODY_ENDS("body", "buffer", (client) -> assertStatus(client.raw(LAST), 200)),

		BODY_IS_MALFORMED("body", "buffer", (client) -> assertStatus(client.raw("oops\r\n"), 400)),

		LOCAL_RESPONSE("body", "local-end:403", (client) -> assertStatus(client.raw(LAST), 403)),

		TRAP("body", "buffer,trap", (client) -> assertStatus(client.raw(LAST), 503)),

		TRAP_OPEN("open", "buffer,trap", (client) -> assertStatus(client.raw(LAST), 200)),

		TOO_LARGE("small", "buffer", (client) -> assertStatus(client.raw(CHUNK), 413)),

		PAUSE_TIMEOUT("body", "pause", (client) -> assertStatus(client.raw(LAST), 503)),

		PAUSE_TIMEOUT_OPEN("open", "pause", (client) -> assertStatus(client.raw(LAST), 200)),

		CALLOUT("body", "buffer,pause-call-end:auth:/text/x", (client) -> assertStatus(client.raw(LAST), 200)),

		PAUSED_HEADERS("holding", "hold-headers,buffer", (client) -> assertStatus(client.raw(LAST), 200)),

		PAUSED_HEADERS_CLIENT_LEAVES("holding", "hold-headers,buffer", WireClient::close),

		RELOAD("body", "buffer", (client) -> {
			PluginRegistry registry = gateway.context().getBean(PluginRegistry.class);
			registry.reload(registry.plugin("body"));
			assertStatus(client.raw(LAST), 200);
		});

		private final String route;

		private final String command;

		private final Step step;

		Ending(String route, String command, Step step) {
			this.route = route;
			this.command = command;
			this.step = step;
		}

	}

	/** What a client does, or what happens to it. */
	@FunctionalInterface
	private interface Step {

		void run(WireClient client) throws Exception;

	}

	private static void assertTimeout(WireClient client) throws IOException {
		WireMessage response = client.receive();
		assertThat(response.status()).isEqualTo(408);
		assertThat(response.body()).isEqualTo("stream timeout");
		assertThat(response.values("connection")).containsExactly("close");
		assertThat(client.receive()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "buffer", "hold-headers,buffer" })
	void responseThatAFilterWaitsForTimesOut(String command) {
		HttpResponse<String> response = gateway.get("/silent/x", "x-body-resp", command);
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(response.body()).isEqualTo("stream timeout");
	}

	@Test
	void uploadThatPassesOnIsNotLimited() throws Exception {
		try (WireClient client = upload("idle", "upper")) {
			Thread.sleep(1500);
			assertStatus(client.raw(LAST), 200);
		}
	}

	private static void assertStatus(WireClient client, int status) throws IOException {
		assertThat(client.receive().status()).isEqualTo(status);
	}

	@ParameterizedTest
	@EnumSource(Ending.class)
	void bufferedBytesAreGivenBackAtEachEnd(Ending ending) throws Exception {
		try (WireClient client = upload(ending.route, ending.command)) {
			await().atMost(Duration.ofSeconds(30)).until(() -> buffered(ending.route) >= PART.length());
			ending.step.run(client);
		}
	}

}
