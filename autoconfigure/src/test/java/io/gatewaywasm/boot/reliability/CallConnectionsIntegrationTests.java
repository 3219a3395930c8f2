package io.gatewaywasm.boot.reliability;

import java.net.SocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the number of connections that calls of filters can have.
 */
@Tag("slow")
@Timeout(180)
class CallConnectionsIntegrationTests {

	private final Set<SocketAddress> clients = ConcurrentHashMap.newKeySet();

	private final AtomicInteger calls = new AtomicInteger();

	private final Sinks.Empty<Void> answers = Sinks.empty();

	@Test
	void callsThatFindNoConnectionWaitForOne() throws Exception {
		DisposableServer authorization = HttpServer.create().port(0).handle((request, response) -> {
			if (request.uri().equals("/fast")) {
				return response.send();
			}
			this.clients.add(request.remoteAddress());
			this.calls.incrementAndGet();
			return this.answers.asMono().then(response.send());
		}).bindNow();
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("gateway.wasm.max-call-connections", "4")
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:" + authorization.port())
			.plugin("probe", "probe_rust")
			.plugin("other", "probe_rust")
			.route("probe", "Wasm=probe")
			.route("other", "Wasm=other")
			.start()) {
			HttpRequest request = HttpRequest.newBuilder(gateway.uri("/probe/x"))
				.header("x-probe", "pause-call:auth:/check")
				.build();
			List<CompletableFuture<HttpResponse<String>>> responses = Stream
				.generate(() -> gateway.client().sendAsync(request, BodyHandlers.ofString()))
				.limit(6)
				.toList();
			// A filter pauses after it has made its call.
			ReloadIntegrationTests
				.await(() -> gateway.status("probe").counters().pauses() == 6 && this.calls.get() == 2);
			// The calls of one plugin leave half of the connections to others.
			assertThat(gateway.get("/other/x", "x-probe", "pause-call:auth:/fast").statusCode()).isEqualTo(200);
			assertThat(gateway.status("probe").counters().activeStreams()).isEqualTo(6);
			this.answers.tryEmitEmpty();
			for (CompletableFuture<HttpResponse<String>> response : responses) {
				assertThat(response.get().statusCode()).isEqualTo(200);
			}
			assertThat(this.calls).hasValue(6);
			assertThat(this.clients).as("one for each connection").hasSizeLessThanOrEqualTo(4);
			assertThat(gateway.status("probe").counters().failures()).isZero();
		}
		finally {
			authorization.disposeNow();
		}
	}

}
