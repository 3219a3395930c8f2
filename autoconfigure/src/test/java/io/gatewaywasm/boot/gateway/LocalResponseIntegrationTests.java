package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for local responses of filters, and for filters that fail.
 */
@Timeout(180)
class LocalResponseIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.type", "fixed")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", "2")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.acquire-timeout", "30000")
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.plugin("probe", "probe_rust")
			.plugin("pausing", "probe_rust", "limits.pause-timeout", "300ms")
			.plugin("open", "probe_rust", "fail-strategy", "open", "limits.pause-timeout", "300ms")
			.plugin("holding", "probe_rust", "configuration", "probe-resp=pause")
			.plugin("interrupting", "probe_rust", "configuration",
					"probe-resp=set:x-gateway=guest,add:x-inner=1,call:auth:/x probe-call=local:403")
			.plugin("outer", "headers_go")
			.plugin("inner", "headers_as")
			.route("probe", "Wasm=probe")
			.route("pausing", "Wasm=pausing")
			.route("open", "Wasm=open")
			.route("interrupted", "AddResponseHeader=X-Gateway, yes", "Wasm=holding", "Wasm=interrupting")
			.route("between", "Wasm=outer", "Wasm=probe", "Wasm=inner")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void replyInRequestPhaseDoesNotReachUpstream() {
		int before = gateway.upstream().requests().size();
		HttpResponse<String> response = gateway.get("/probe/x", "x-probe", "local:403");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("local reply\n");
		assertThat(response.headers().firstValue("x-local")).hasValue("probe");
		assertThat(response.headers().firstValue("content-type")).hasValue("text/plain");
		assertThat(response.headers().firstValue("content-length")).hasValue("12");
		assertThat(gateway.upstream().requests()).hasSize(before);
	}

	@Test
	void replyIsNotUndoneByContinue() {
		assertThat(gateway.get("/probe/x", "x-probe", "local-continue:401").statusCode()).isEqualTo(401);
	}

	@Test
	void replyPassesResponsePhasesOfFilterAndOfThoseBefore() {
		HttpResponse<String> response = gateway.get("/between/x", "x-probe", "local:403", "x-probe-resp",
				"add:x-own=seen");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("local reply\n");
		assertThat(response.headers().firstValue("x-own")).hasValue("seen");
		assertThat(response.headers().firstValue("x-go")).isPresent();
		assertThat(response.headers().firstValue("x-as")).isEmpty();
	}

	@Test
	void replyInResponsePhaseReplacesResponse() {
		HttpResponse<String> response = gateway.get("/between/x", "x-probe-resp", "local:502");
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.body()).isEqualTo("local reply\n");
		assertThat(response.headers().firstValue("content-length")).hasValue("12");
		assertThat(response.headers().firstValue("x-upstream")).isEmpty();
		// The outer filter does not see the local response.
		assertThat(response.headers().firstValue("x-go")).isEmpty();
	}

	@Test
	void replyInResponsePhaseReleasesConnectionOfLargeBody() {
		for (int i = 0; i < 20; i++) {
			HttpResponse<String> response = gateway.get("/probe/length/16000000", "x-probe-resp", "local:502");
			assertThat(response.statusCode()).isEqualTo(502);
			assertThat(response.body()).isEqualTo("local reply\n");
		}
		assertThat(gateway.get("/probe/x").statusCode()).isEqualTo(200);
	}

	@Test
	void replyToRequestWithBody() {
		for (int i = 0; i < 5; i++) {
			HttpResponse<String> response = gateway.post("/probe/x", "body".repeat(1000), "x-probe", "local:403");
			assertThat(response.statusCode()).isEqualTo(403);
		}
	}

	@Test
	void replyToRequestThatHasNotEndedClosesConnection() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client
				.send("POST /probe/x HTTP/1.1\nx-probe: local:403\nContent-Length: 100", "a part of it")
				.receive();
			assertThat(response.status()).isEqualTo(403);
			assertThat(response.values("connection")).containsExactly("close");
			assertThat(client.receive()).isNull();
		}
	}

	@Test
	void replyReachesClientThatSendsALargeBodyFirst() throws IOException {
		for (int i = 0; i < 10; i++) {
			try (WireClient client = new WireClient(gateway)) {
				client.send("POST /probe/x HTTP/1.1\nx-probe: local:403\nContent-Length: 3000000",
						"x".repeat(3_000_000));
				WireMessage response = client.receive();
				assertThat(response.status()).isEqualTo(403);
				assertThat(response.body()).isEqualTo("local reply\n");
			}
		}
	}

	@Test
	void replyAfterCalloutKeepsConnectionIfRequestHasEnded() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (int i = 0; i < 3; i++) {
				WireMessage response = client
					.send("POST /probe/x HTTP/1.1\nx-probe: call:auth:/x,pause\n"
							+ "x-probe-call: local:418\nContent-Length: 5", "hello")
					.receive();
				assertThat(response.status()).isEqualTo(418);
				assertThat(response.values("connection")).isEmpty();
			}
		}
	}

	@Test
	void replyToHeadHasNoBody() {
		HttpResponse<String> response = gateway.send("HEAD", "/probe/x", null, "x-probe", "local:403");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEmpty();
	}

	@Test
	void replyToGrpcClientIsStatusInHeaders() {
		HttpResponse<String> response = gateway.post("/probe/x", "", "content-type", "application/grpc", "x-probe",
				"local-grpc:7=not you");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("grpc-status")).hasValue("7");
		assertThat(response.headers().firstValue("content-type")).hasValue("application/grpc");
	}

	@Test
	void replyOfStatusWithoutBodyHasNone() {
		HttpResponse<String> response = gateway.get("/probe/x", "x-probe", "local:204");
		assertThat(response.statusCode()).isEqualTo(204);
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().firstValue("content-length")).isEmpty();
	}

	@Test
	void trapIsAnsweredAndNextRequestIsServed() {
		for (int i = 0; i < 6; i++) {
			assertThat(gateway.get("/probe/x", "x-probe", "trap").statusCode()).isEqualTo(503);
			assertThat(gateway.get("/probe/x").statusCode()).isEqualTo(200);
		}
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status("probe").lastError() != null);
	}

	@Test
	void trapInResponsePhaseIsAnswered() {
		HttpResponse<String> response = gateway.get("/probe/length/100000", "x-probe-resp", "trap");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("content-length")).hasValue("0");
		assertThat(gateway.get("/probe/x").statusCode()).isEqualTo(200);
	}

	@Test
	void pauseWithoutEndIsAnswered() {
		assertThat(gateway.get("/pausing/x", "x-probe", "pause").statusCode()).isEqualTo(503);
		assertThat(gateway.get("/pausing/x", "x-probe-resp", "pause").statusCode()).isEqualTo(503);
		assertThat(gateway.get("/pausing/x").statusCode()).isEqualTo(200);
	}

	@Test
	void failingFilterIsSkippedIfOpen() {
		assertThat(gateway.get("/open/x", "x-probe", "add:x-before=kept,trap").body()).contains("x-before: kept");
		assertThat(gateway.get("/open/x", "x-probe", "pause").statusCode()).isEqualTo(200);
		assertThat(gateway.get("/open/text/hello", "x-probe-resp", "trap").body()).isEqualTo("hello");
	}

	@Test
	void resetCutsConnection() {
		assertThatThrownBy(() -> gateway.get("/probe/x", "x-probe", "reset")).isInstanceOf(UncheckedIOException.class);
		assertThat(gateway.get("/probe/x").statusCode()).isEqualTo(200);
	}

	@Test
	void filterRepliesWhileGatewayWaitsForUpstream() {
		HttpResponse<String> response = gateway.get("/between/delay/600000", "x-probe", "call:auth:/x", "x-probe-call",
				"local:418");
		assertThat(response.statusCode()).isEqualTo(418);
		assertThat(response.body()).isEqualTo("local reply\n");
		assertThat(response.headers().firstValue("x-go")).isPresent();
	}

	@Test
	void replyWhileAnotherFilterHoldsTheResponseHasNothingThatFiltersAdded() {
		HttpResponse<String> response = gateway.get("/interrupted/x");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.headers().firstValue("x-inner")).isEmpty();
		assertThat(response.headers().firstValue("x-upstream")).isEmpty();
		assertThat(response.headers().allValues("x-gateway")).containsExactly("yes");
	}

	@Test
	void filterResetsWhileGatewayWaitsForUpstream() {
		assertThatThrownBy(() -> gateway.get("/probe/delay/600000", "x-probe", "call:auth:/x", "x-probe-call", "reset"))
			.isInstanceOf(UncheckedIOException.class);
	}

	@Test
	void clientThatGoesAwayWhileResponseIsPausedReleasesConnection() {
		for (int i = 0; i < 5; i++) {
			HttpRequest request = HttpRequest.newBuilder(gateway.uri("/probe/length/1000000"))
				.header("x-probe-resp", "pause")
				.timeout(Duration.ofMillis(300))
				.build();
			assertThatThrownBy(() -> gateway.client().send(request, BodyHandlers.ofString()))
				.isInstanceOf(HttpTimeoutException.class);
		}
		assertThat(gateway.get("/probe/x").statusCode()).isEqualTo(200);
	}

	@Test
	void streamsEndWhateverHappens() {
		gateway.get("/between/x", "x-probe", "local:403");
		gateway.get("/between/x", "x-probe", "trap");
		gateway.get("/between/x", "x-probe-resp", "local:403");
		for (String plugin : new String[] { "probe", "outer", "inner", "pausing", "open" }) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

}
