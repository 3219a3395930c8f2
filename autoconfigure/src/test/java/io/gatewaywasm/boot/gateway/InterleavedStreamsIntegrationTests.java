package io.gatewaywasm.boot.gateway;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for many streams on one VM.
 */
@Tag("slow")
@Timeout(180)
class InterleavedStreamsIntegrationTests {

	private static final int STREAMS = 1200;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", "2000")
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			// All requests may arrive before the VM has handled the first one.
			.plugin("probe", "probe_rust", "vms", "1", "limits.mailbox", String.valueOf(4 * STREAMS), "limits.vm-wait",
					"60s")
			.route("probe", "Wasm=probe")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void eachStreamKeepsItsOwnState() {
		List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
		for (int i = 0; i < STREAMS; i++) {
			String probe = (i % 3 == 0) ? "ctx,pause-call:auth:/delay/" + (i % 50) : "ctx";
			HttpRequest request = HttpRequest.newBuilder(gateway.uri("/probe/delay/" + (i * 7 % 300)))
				.header("x-probe", probe)
				.header("x-req-id", "request-" + i)
				.timeout(Duration.ofSeconds(60))
				.build();
			responses.add(gateway.client().sendAsync(request, BodyHandlers.ofString()));
		}
		Set<String> contexts = new HashSet<>();
		for (int i = 0; i < STREAMS; i++) {
			HttpResponse<String> response = responses.get(i).join();
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("x-req-id-resp")).hasValue("request-" + i);
			String context = response.headers().firstValue("x-ctx-resp").orElseThrow();
			assertThat(response.body()).contains("x-ctx: " + context + "\n");
			contexts.add(context);
		}
		assertThat(contexts).hasSize(STREAMS);
		assertThat(gateway.status("probe").instances().target()).isEqualTo(1);
		assertThat(gateway.status("probe").counters().streams()).isEqualTo(STREAMS);
		assertThat(gateway.status("probe").counters().failures()).isZero();
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("probe").counters().activeStreams() == 0);
	}

}
