package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.gatewaywasm.boot.fixture.WireUpstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for requests that Spring would upgrade to a WebSocket although they
 * are not handshakes for the filters.
 */
@Timeout(180)
class HandshakeWithBodyIntegrationTests {

	private static final String HANDSHAKE = """
			Connection: Upgrade
			Upgrade: websocket
			Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
			Sec-WebSocket-Version: 13
			""";

	private static WireUpstream upstream;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = new WireUpstream();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.plugins.guard.url", HeaderGuest.create().denyBody().file())
			.property("gateway.wasm.plugins.copy.url", HeaderGuest.create().copy("upgrade", "x-upgrade").file())
			.property("gateway.wasm.plugins.get.url", HeaderGuest.create().set(":method", "GET").file())
			.routeTo("guarded", upstream.uri(), "Wasm=guard")
			.routeTo("guarded-ws", upstream.uri().replace("http:", "ws:"), "Wasm=guard")
			.routeTo("copied", upstream.uri(), "Wasm=copy")
			.routeTo("method-by-guest", upstream.uri(), "Wasm=get")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@BeforeEach
	void forget() {
		upstream.forget();
	}

	@ParameterizedTest
	@CsvSource({ "Content-Length: 4, evil", "Transfer-Encoding: chunked, '4\r\nevil\r\n0\r\n\r\n'" })
	void bodyIsSeen(String framing, String body) {
		WireMessage response = WireClient.exchange(gateway, "GET /guarded/x HTTP/1.1\n" + HANDSHAKE + framing, body);
		assertThat(response.status()).as(response.toString()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("blocked");
		assertThat(upstream.requests()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "Content-Length: 4, evil", "Transfer-Encoding: chunked, '4\r\nevil\r\n0\r\n\r\n'",
			"Transfer-Encoding: chunked, '0\r\n\r\n'" })
	void routeToAWebSocketRefusesOrdinaryRequests(String framing, String body) {
		WireMessage response = WireClient.exchange(gateway, "GET /guarded-ws/x HTTP/1.1\n" + HANDSHAKE + framing, body);
		assertThat(response.status()).as(response.toString()).isIn(400, 403);
		assertThat(upstream.requests()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "GET, copied, Content-Length: 1, x", "GET, copied, Transfer-Encoding: chunked, '0\r\n\r\n'",
			"POST, method-by-guest, Content-Length: 0, ''" })
	void requestReachesTheUpstreamAsAnOrdinaryOne(String method, String route, String framing, String body) {
		WireMessage response = WireClient.exchange(gateway,
				method + " /" + route + "/x HTTP/1.1\n" + HANDSHAKE + framing, body);
		assertThat(response.status()).as(response.toString()).isEqualTo(200);
		assertThat(upstream.lastRequest().values("upgrade")).isEmpty();
		assertThat(upstream.lastRequest().values("x-upgrade")).isEmpty();
	}

	@Test
	void handshakeWithoutABodyIsStillOneForFilterAndUpstream() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /copied/x HTTP/1.1\n" + HANDSHAKE.stripTrailing(), "");
			client.receiveHead();
			await().atMost(Duration.ofSeconds(60)).until(() -> !upstream.requests().isEmpty());
			assertThat(upstream.lastRequest().values("upgrade")).containsExactly("websocket");
			assertThat(upstream.lastRequest().values("x-upgrade")).containsExactly("websocket");
		}
	}

}
