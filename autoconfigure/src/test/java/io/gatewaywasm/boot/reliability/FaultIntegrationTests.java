package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.gateway.event.RefreshRoutesEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for clients and upstreams that behave badly. In each case, the stream
 * ends once, and no buffer leaks, which the fixture checks when it is closed.
 */
@Tag("slow")
class FaultIntegrationTests {

	private static final int TIMES = 40;

	private static final String POST = "POST /probe/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

	private static GatewayFixture gateway;

	private static RudeUpstream rude;

	private StreamLives lives;

	@BeforeAll
	static void start() throws IOException {
		rude = new RudeUpstream();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.allowed-call-targets", "localhost:*")
			.plugin("probe", "probe_rust", "vms", "1")
			.plugin("body", "body_rust")
			.route("probe", "Wasm=probe")
			.route("body", "Wasm=body")
			.routeTo("rude", "http://localhost:" + rude.port(), "Wasm=probe")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		rude.close();
	}

	@BeforeEach
	void listen() throws Exception {
		await(() -> gateway.status("probe").counters().activeStreams() == 0);
		this.lives = new StreamLives("probe");
	}

	@AfterEach
	void detach() {
		this.lives.close();
	}

	@Test
	void clientAbortsInTheMiddleOfABody() throws Exception {
		for (int i = 0; i < TIMES; i++) {
			RawClient client = sending("probe", POST + "Content-Length: 1000\r\n\r\nbegin");
			Thread.sleep(10);
			client.reset();
		}
		assertStreams(TIMES);
	}

	@Test
	void clientAbortsWhileItsRequestIsPaused() throws Exception {
		for (int i = 0; i < TIMES; i++) {
			RawClient client = sending("probe", "GET /probe/x HTTP/1.1\r\nHost: localhost\r\nx-probe: pause\r\n\r\n");
			Thread.sleep(10);
			client.reset();
		}
		assertStreams(TIMES);
	}

	@Test
	void clientAbortsWhileItsBodyIsHeld() throws Exception {
		for (int i = 0; i < TIMES; i++) {
			RawClient client = sending("body",
					"POST /body/echo HTTP/1.1\r\nHost: localhost\r\nx-body: buffer\r\nContent-Length: 100\r\n\r\n"
							+ "begin");
			Thread.sleep(10);
			client.reset();
		}
		await(() -> gateway.status("body").counters().activeStreams() == 0);
	}

	@Test
	void clientAbortsWhileItGetsTheResponse() throws Exception {
		for (int i = 0; i < TIMES; i++) {
			RawClient client = sending("probe", "GET /probe/chunks/3000000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
			Thread.sleep(10);
			client.reset();
		}
		assertStreams(TIMES);
	}

	@Test
	void upstreamResetsItsConnection() throws Exception {
		int before = rude.resets();
		for (int i = 0; i < TIMES; i++) {
			try (RawClient client = new RawClient(gateway.port())) {
				client.send("GET /rude/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
				client.readAll();
			}
			catch (IOException ex) {
				// The gateway cannot do better for a response that has begun.
			}
		}
		assertThat(rude.resets() - before).isGreaterThanOrEqualTo(TIMES);
		assertStreams(TIMES);
	}

	@Test
	void slowBodiesArriveAndDelayNoOtherRequest() throws Exception {
		List<RawClient> slow = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			slow.add(new RawClient(gateway.port()).send(POST + "Content-Length: 20\r\n\r\n"));
		}
		for (int i = 0; i < 20; i++) {
			for (RawClient client : slow) {
				client.send("x");
			}
			assertThat(gateway.get("/probe/x").statusCode()).isEqualTo(200);
			Thread.sleep(20);
		}
		for (RawClient client : slow) {
			assertThat(client.readAll()).startsWith("HTTP/1.1 200");
			client.close();
		}
		assertStreams(30);
	}

	@Test
	void refreshUnderLoadFailsNoRequest() throws Exception {
		try (Load load = new Load(gateway, "/probe", "x-probe", "add:x-version=1")) {
			for (int i = 0; i < 20; i++) {
				int requests = load.requests();
				gateway.context().publishEvent(new RefreshRoutesEvent(this));
				await(() -> load.requests() > requests + 20);
			}
			load.finish();
			assertThat(load.unexpected()).isEmpty();
			assertStreams(load.requests());
		}
	}

	/** Returns a client that has sent this, and whose stream has begun. */
	private static RawClient sending(String plugin, String text) throws Exception {
		long before = gateway.status(plugin).counters().streams();
		RawClient client = new RawClient(gateway.port()).send(text);
		await(() -> gateway.status(plugin).counters().streams() > before);
		return client;
	}

	private void assertStreams(int streams) throws InterruptedException {
		await(() -> gateway.status("probe").counters().activeStreams() == 0);
		this.lives.assertEachEndedOnce(streams);
		assertThat(gateway.status("probe").counters().failures()).isZero();
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		ReloadIntegrationTests.await(condition);
	}

}
