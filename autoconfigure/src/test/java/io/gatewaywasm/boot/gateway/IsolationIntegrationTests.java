package io.gatewaywasm.boot.gateway;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.plugin.PluginStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for {@code isolation: stream}.
 */
@Tag("slow")
class IsolationIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.plugin("shared-rust", "counter_rust", "vms", "1")
			.plugin("shared-go", "counter_go", "vms", "1")
			.plugin("rust", "counter_rust", "isolation", "stream", "vms", "2")
			.plugin("go", "counter_go", "isolation", "stream", "vms", "2", "limits.vm-wait", "60s")
			.plugin("one", "counter_rust", "isolation", "stream", "vms", "1", "limits.vm-wait", "60s")
			.plugin("closed", "counter_rust", "isolation", "stream", "vms", "1", "limits.vm-wait", "50ms")
			.plugin("open", "counter_rust", "isolation", "stream", "vms", "1", "limits.vm-wait", "50ms",
					"fail-strategy", "open")
			.plugin("worker", "counter_rust", "isolation", "stream", "vms", "2", "execution", "worker",
					"limits.vm-wait", "60s")
			.plugin("default-size", "counter_rust", "isolation", "stream")
			.route("shared-rust", "Wasm=shared-rust")
			.route("shared-go", "Wasm=shared-go")
			.route("rust", "Wasm=rust")
			.route("go", "Wasm=go")
			.route("one", "Wasm=one")
			.route("closed", "Wasm=closed")
			.route("open", "Wasm=open")
			.route("worker", "Wasm=worker")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "shared-rust", "shared-go" })
	void sharedVmRemembersRequests(String route) {
		assertThat(gateway.get("/" + route + "/a").body()).contains("x-count: 1\n");
		assertThat(gateway.get("/" + route + "/b").body()).contains("x-count: 2\n").contains("x-last-path: /a\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "rust", "go", "worker" })
	void isolatedVmRemembersNothing(String route) {
		for (String path : List.of("/a", "/b", "/c", "/d", "/e")) {
			assertThat(gateway.post("/" + route + path, "body").body()).contains("x-count: 1\n")
				.contains("x-context-id: 2\n")
				.doesNotContain("x-last-path: /");
		}
	}

	@Test
	void requestsBeyondThePoolWait() {
		List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			responses.add(send("/one/delay/100"));
		}
		assertThat(responses).allSatisfy((response) -> {
			assertThat(response.join().statusCode()).isEqualTo(200);
			assertThat(response.join().body()).contains("x-count: 1\n");
		});
	}

	@Test
	void requestThatWaitsInVainGetsTheFailStrategy() {
		CompletableFuture<HttpResponse<String>> holder = holder("closed");
		assertThat(gateway.get("/closed/x").statusCode()).isEqualTo(503);
		gateway.upstream().release("closed");
		assertThat(holder.join().statusCode()).isEqualTo(200);
		// The VM is given back after the response
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status("closed").instances().leased() == 0);
		assertThat(gateway.get("/closed/x").body()).contains("x-count: 1\n");
		holder = holder("open");
		assertThat(gateway.get("/open/x").body()).startsWith("GET /x").doesNotContain("x-count");
		gateway.upstream().release("open");
		assertThat(holder.join().body()).contains("x-count: 1\n");
	}

	@Test
	void trapCostsOneRequest() {
		CompletableFuture<HttpResponse<String>> other = holder("rust");
		assertThat(gateway.get("/rust/x", "x-counter", "trap").statusCode()).isEqualTo(503);
		gateway.upstream().release("rust");
		assertThat(other.join().body()).contains("x-count: 1\n");
		for (int i = 0; i < 5; i++) {
			assertThat(gateway.get("/rust/x").body()).contains("x-count: 1\n");
		}
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status("rust").counters().failures() == 1);
	}

	@Test
	void requestsAtTheSameTimeNeverMeet() {
		List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			responses.add(send(((i % 2 == 0) ? "/go/x" : "/worker/x") + i));
		}
		assertThat(responses).allSatisfy((response) -> assertThat(response.join().body()).contains("x-count: 1\n"));
	}

	@Test
	void endpointShowsTheIsolation() {
		gateway.get("/one/x", "x-counter", "timer");
		String shown = gateway.get("/actuator/wasm/one").body();
		assertThat(shown).contains("\"isolation\":\"stream\"")
			.contains("\"waiting\":0")
			.contains("\"refused\":[\"proxy_set_tick_period_milliseconds\"]");
		assertThat(gateway.get("/actuator/wasm/shared-rust").body()).contains("\"isolation\":\"shared\"");
		PluginStatus status = gateway.status("default-size");
		assertThat(status.instances().target()).isGreaterThan(16);
	}

	@Test
	void startThatNeedsATimerFailsWithTheReason() {
		GatewayFixture.Builder application = GatewayFixture.builder()
			.plugin("ticking", "counter_rust", "isolation", "stream", "configuration", "timer")
			.route("x", "Wasm=ticking");
		assertThatExceptionOfType(WasmPluginException.class).isThrownBy(application::start)
			.withMessageContaining(
					"called proxy_set_tick_period_milliseconds, which 'isolation: stream' does not allow")
			.withMessageContaining("isolation: stream");
	}

	/**
	 * Sends a request that occupies a VM until the upstream releases it, and returns once
	 * it has the VM.
	 */
	private static CompletableFuture<HttpResponse<String>> holder(String plugin) {
		CompletableFuture<HttpResponse<String>> response = send("/" + plugin + "/hold/" + plugin);
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status(plugin).instances().leased() > 0);
		return response;
	}

	private static CompletableFuture<HttpResponse<String>> send(String path) {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri(path)).timeout(Duration.ofMinutes(2)).build();
		return gateway.client().sendAsync(request, BodyHandlers.ofString());
	}

}
