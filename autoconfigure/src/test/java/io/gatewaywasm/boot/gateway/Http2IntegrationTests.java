package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.Http2WireClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for HTTP/2 clients.
 */
@Timeout(180)
class Http2IntegrationTests {

	private static GatewayFixture gateway;

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

	@BeforeAll
	static void start() throws Exception {
		gateway = GatewayFixture.builder()
			.property("server.http2.enabled", "true")
			.plugin("body", "body_rust")
			.plugin("probe", "probe_rust")
			.route("body", "Wasm=body")
			.route("probe", "Wasm=probe")
			.route("changed", "AddRequestHeader=X-Added, 1", "Wasm=probe")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.type", "fixed")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", "1")
			.property("gateway.wasm.plugins.guard.url", HeaderGuest.create().denyBody().file())
			.route("guarded", "Wasm=guard")
			.routeIf("tunnel", "http://localhost:${upstream.port}", List.of("Host=localhost"), List.of("Wasm=guard"))
			.start();
		// The client asks for the upgrade to HTTP/2 in its first request.
		get("/probe/x");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void completeBodyHasItsLength() throws Exception {
		HttpResponse<String> response = get("/body/text/hello", "x-body-resp", "append:>>");
		assertThat(response.headers().firstValue("content-length")).hasValue("7");
		assertThat(response.body()).isEqualTo("hello>>");
	}

	@Test
	void longBodyGoesThroughFilter() throws Exception {
		HttpResponse<String> response = get("/body/length/300000", "x-body-resp", "append:>>");
		assertThat(response.body()).hasSize(300_002).endsWith(">>");
	}

	@Test
	void numberOfHeadersIsThatOfChangedRequestAndOneLess() throws Exception {
		assertThat(requestHeaders("/probe/x", "x-multi", "a", "x-multi", "b") + 1)
			.isEqualTo(requestHeaders("/changed/x", "x-multi", "a", "x-multi", "b"));
	}

	@ParameterizedTest
	@ValueSource(strings = { ":authority=localhost", ":authority=localhost,:scheme=http,:path=/guarded/x",
			":authority=localhost,:scheme=http,:path=/guarded/x,:protocol=websocket,sec-websocket-version=13",
			":authority=localhost,x-http2-path=/guarded/x" })
	void clientMakesNoTunnel(String headers) throws Exception {
		List<String> sent = new ArrayList<>(List.of(":method", "CONNECT"));
		for (String header : headers.split(",")) {
			sent.addAll(List.of(header.split("=")));
		}
		for (String body : new String[] { null, "evil" }) {
			try (Http2WireClient wire = new Http2WireClient(gateway)) {
				int status = wire.send(body, sent.toArray(String[]::new));
				assertThat(status).as(headers + " " + body).isIn(403, 501);
				assertThat(wire.send(null, ":method", "GET", ":scheme", "http", ":authority", "localhost", ":path",
						"/probe/x"))
					.isEqualTo(200);
			}
			assertThat(get("/probe/x").statusCode()).isEqualTo(200);
		}
		assertThat(gateway.upstream().requests()).noneMatch((request) -> request.method().equals("CONNECT"));
	}

	private static int requestHeaders(String path, String... headers) throws Exception {
		List<String> all = new ArrayList<>(List.of("x-probe", "count"));
		all.addAll(List.of(headers));
		get(path, all.toArray(String[]::new));
		return Integer.parseInt(gateway.upstream().lastRequest().header("x-count"));
	}

	private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
		return response;
	}

}
