package io.gatewaywasm.boot.services;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReactorHttpCallouts} to an upstream that speaks only HTTP/2.
 */
@Timeout(60)
class Http2CalloutsTests {

	private final DisposableServer server = HttpServer.create()
		.port(0)
		.protocol(HttpProtocol.H2C)
		.handle((request, response) -> request.receive()
			.aggregate()
			.asString()
			.defaultIfEmpty("")
			.flatMap((body) -> response.header("x-seen", request.method() + " " + request.uri() + " " + body)
				.header("x-length", request.requestHeaders().get("content-length", "none"))
				.sendString(Mono.just("ok"))
				.then()))
		.bindNow();

	private final ReactorHttpCallouts callouts = callouts(UpstreamProtocol.HTTP2);

	@AfterEach
	void close() {
		this.callouts.destroy();
		this.server.disposeNow();
	}

	@ParameterizedTest
	@CsvSource({ "GET, /a?b=c, ''", "POST, /a, payload", "POST, /a, ''", "GET, /a|b c, ''", "PUT, a, x" })
	void requestAndResponseAreThoseOfHttp1(String method, String path, String body) {
		HttpCallResult.Response response = (HttpCallResult.Response) call(this.callouts, method, path, body);
		assertThat(response.headers()).contains(new HeaderPair(":status", "200"),
				new HeaderPair("x-seen", method + " " + path.replace(" ", "%20") + " " + body));
		assertThat(response.headers()).map(HeaderPair::name)
			.doesNotContain("transfer-encoding")
			.noneMatch((name) -> name.startsWith("x-http2"));
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("ok");
	}

	@ParameterizedTest
	@CsvSource({ "GET, '', none", "POST, '', none", "PUT, '', none", "DELETE, '', none", "X, '', none", "POST, a, 1",
			"GET, a, 1" })
	void onlyABodyHasALength(String method, String body, String length) {
		HttpCallResult.Response response = (HttpCallResult.Response) call(this.callouts, method, "/", body);
		assertThat(response.headers()).contains(new HeaderPair("x-length", length));
	}

	@Test
	void upstreamOfHttp1IsNotFound() {
		ReactorHttpCallouts others = callouts(UpstreamProtocol.HTTP1);
		assertThat(call(others, "GET", "/", "")).isInstanceOf(HttpCallResult.Failure.class);
		others.destroy();
	}

	private ReactorHttpCallouts callouts(UpstreamProtocol protocol) {
		Upstream upstream = new Upstream(URI.create("http://localhost:" + this.server.port()), 1000, protocol);
		return new ReactorHttpCallouts(new Upstreams(Map.of("auth", upstream), List.of(), true),
				UpstreamAddresses.DIRECT, 10);
	}

	private static HttpCallResult call(ReactorHttpCallouts callouts, String method, String path, String body) {
		CompletableFuture<HttpCallResult> result = new CompletableFuture<>();
		callouts.send(new HttpCall("p", "auth",
				List.of(new HeaderPair(":method", method), new HeaderPair(":path", path),
						new HeaderPair(":authority", "auth.example")),
				body.getBytes(StandardCharsets.UTF_8), List.of(), Duration.ofSeconds(20), null), result::complete);
		return result.join();
	}

}
