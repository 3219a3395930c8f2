package io.gatewaywasm.boot.reliability;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for plugins on worker threads, one of which never returns.
 */
@Tag("slow")
class WorkerShareIntegrationTests {

	/** More than any number of worker threads here. */
	private static final int LOOPS = 12;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.plugin("looping", "probe_rust", "execution", "worker", "vms", Integer.toString(LOOPS),
					"limits.callback-timeout", "6s", "limits.vm-wait", "500ms")
			.plugin("good", "probe_rust", "execution", "worker")
			.plugin("automatic", "hello_world", "root-id", "hello_world")
			.route("looping", "Wasm=looping")
			.route("good", "Wasm=good")
			.route("automatic", "Wasm=automatic")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void pluginThatKeepsItsShareBusyHoldsUpNoOther() {
		List<CompletableFuture<HttpResponse<String>>> loops = new ArrayList<>();
		for (int i = 0; i < LOOPS; i++) {
			HttpRequest request = HttpRequest.newBuilder(gateway.uri("/looping/x"))
				.header("x-probe", "loop")
				.timeout(Duration.ofMinutes(2))
				.build();
			loops.add(gateway.client().sendAsync(request, BodyHandlers.ofString()));
		}
		// Those that found no thread of the share wait for it, and no longer than for a
		// VM.
		CompletableFuture.anyOf(loops.toArray(CompletableFuture[]::new)).join();
		List<CompletableFuture<HttpResponse<String>>> stillLooping = loops.stream()
			.filter((loop) -> !loop.isDone())
			.toList();
		assertThat(stillLooping).isNotEmpty();
		int served = 0;
		while (served < 50 && isAnyLooping(stillLooping)) {
			assertThat(gateway.get("/good/x", "x-probe", "add:x-a=1").statusCode()).isEqualTo(200);
			assertThat(gateway.get("/automatic/x").statusCode()).isEqualTo(200);
			served += isAnyLooping(stillLooping) ? 1 : 0;
		}
		assertThat(served).as("requests that were served while others looped").isPositive();
		assertThat(loops).allSatisfy((loop) -> assertThat(loop.join().statusCode()).isEqualTo(503));
		assertThat(gateway.status("good").counters().failures()).isZero();
		assertThat(gateway.status("automatic").counters().failures()).isZero();
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status("looping").lastError() != null);
	}

	private static boolean isAnyLooping(List<CompletableFuture<HttpResponse<String>>> loops) {
		return loops.stream().anyMatch((loop) -> !loop.isDone());
	}

}
