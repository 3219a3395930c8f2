package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for gateways that are shut down while requests are paused.
 */
@Tag("slow")
@Timeout(180)
class ShutdownIntegrationTests {

	private static final int REQUESTS = 10;

	@Test
	void pausedRequestsAreAnsweredBeforeTheGatewayIsGone() throws Exception {
		GatewayFixture gateway = start("60s");
		String pause = "pause-call:localhost:" + gateway.upstream().port() + ":/hold/shutdown";
		List<RawClient> clients = pause(gateway, pause);
		int port = gateway.port();
		try (StreamLives lives = new StreamLives("probe")) {
			CompletableFuture<Void> closing = CompletableFuture.runAsync(gateway::close);
			ReloadIntegrationTests.await(() -> refusesConnections(port));
			gateway.upstream().release("shutdown");
			closing.get(60, TimeUnit.SECONDS);
			for (RawClient client : clients) {
				assertThat(client.readAll()).startsWith("HTTP/1.1 200");
				client.close();
			}
			lives.assertEachEndedOnce(REQUESTS);
		}
	}

	@Test
	void requestsThatNothingResumesEndWithTheGracefulPeriod() throws Exception {
		GatewayFixture gateway = start("5s");
		List<RawClient> clients = pause(gateway, "pause");
		try (StreamLives lives = new StreamLives("probe")) {
			long start = System.nanoTime();
			gateway.close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(4));
			for (RawClient client : clients) {
				client.close();
			}
			lives.assertEachEndedOnce(REQUESTS);
		}
	}

	private static boolean refusesConnections(int port) {
		try (RawClient client = new RawClient(port)) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	private static GatewayFixture start(String gracefulPeriod) {
		return GatewayFixture.builder()
			.property("server.shutdown", "graceful")
			.property("spring.lifecycle.timeout-per-shutdown-phase", gracefulPeriod)
			.property("gateway.wasm.allowed-call-targets", "localhost:*")
			.plugin("probe", "probe_rust", "vms", "1")
			.route("probe", "Wasm=probe")
			.start();
	}

	private static List<RawClient> pause(GatewayFixture gateway, String commands) throws Exception {
		List<RawClient> clients = new ArrayList<>();
		for (int i = 0; i < REQUESTS; i++) {
			clients.add(new RawClient(gateway.port())
				.send("GET /probe/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-probe: " + commands
						+ "\r\n\r\n"));
		}
		ReloadIntegrationTests.await(() -> gateway.status("probe").counters().activeStreams() == REQUESTS);
		return clients;
	}

}
