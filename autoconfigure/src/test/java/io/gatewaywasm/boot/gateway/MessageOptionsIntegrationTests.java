package io.gatewaywasm.boot.gateway;

import java.io.IOException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.gatewaywasm.boot.fixture.WireUpstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the properties {@code websocket} and {@code body-access}.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class MessageOptionsIntegrationTests {

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
		String seen = HeaderGuest.create().seeRequestBody().seeResponseBody().file();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.plugins.guard.url", HeaderGuest.create().file())
			.property("gateway.wasm.plugins.guard.websocket", "refuse")
			.property("gateway.wasm.plugins.open.url", HeaderGuest.create().setOnResponse("x-open", "yes").file())
			.property("gateway.wasm.plugins.looks.url", seen)
			.property("gateway.wasm.plugins.looks.body-access", "read-only")
			.property("gateway.wasm.plugins.changes.url", HeaderGuest.create().changeRequestBodyOrTrap().file())
			.property("gateway.wasm.plugins.changes.body-access", "read-only")
			.property("gateway.wasm.plugins.writes.url", seen)
			.property("gateway.wasm.plugins.sees.url", seen)
			.property("gateway.wasm.plugins.accepts.url", seen)
			.property("gateway.wasm.plugins.accepts.websocket", "pass")
			.property("gateway.wasm.plugins.keeps.url", HeaderGuest.create().keepBody().file())
			.property("gateway.wasm.plugins.keeps.body-access", "read-only")
			.property("gateway.wasm.plugins.keeps.limits.pause-timeout", "1s")
			.routeTo("guarded", "http://localhost:${upstream.port}", "Wasm=open", "Wasm=guard")
			.routeTo("sockets", "http://localhost:${upstream.port}", "Wasm=sees", "Wasm=accepts", "Wasm=open")
			.routeTo("open", "http://localhost:${upstream.port}", "Wasm=open")
			.routeTo("looks", upstream.uri(), "Wasm=looks", "Wasm=looks")
			.routeTo("changes", upstream.uri(), "Wasm=changes")
			.routeTo("mixed", upstream.uri(), "Wasm=looks", "Wasm=writes")
			.routeTo("keeps", upstream.uri(), "Wasm=keeps")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@Test
	void handshakeIsRefused() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /guarded/ws HTTP/1.1\n" + HANDSHAKE, "");
			WireMessage response = client.receive();
			assertThat(response.status()).isEqualTo(403);
			assertThat(response.values("x-open")).containsExactly("yes");
			assertThat(response.values("connection")).containsExactly("close");
			assertThat(client.receive()).isNull();
		}
	}

	@Test
	void handshakePassesByDefault() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /open/ws HTTP/1.1\n" + HANDSHAKE, "");
			assertThat(client.receiveHead().startLine()).startsWith("HTTP/1.1 101");
		}
	}

	@Test
	void unseenFramesAreWarnedAboutOnceUnlessTheyAreAccepted(CapturedOutput output) throws IOException {
		WireClient.exchange(gateway, "GET /sockets/length/10 HTTP/1.1", "");
		assertThat(output).doesNotContain("does not see the frames");
		for (int i = 0; i < 2; i++) {
			try (WireClient client = new WireClient(gateway)) {
				client.send("GET /sockets/ws HTTP/1.1\n" + HANDSHAKE, "");
				assertThat(client.receiveHead().startLine()).startsWith("HTTP/1.1 101");
			}
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("does not see the frames"))).singleElement()
			.asString()
			.contains("WARN", "Wasm plugin 'sees'", "'gateway.wasm.plugins.sees.websocket'", "'refuse'", "'pass'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST /guarded/ws HTTP/1.1\nContent-Length: 0\n" + HANDSHAKE,
			"GET /guarded/ws HTTP/1.1\nUpgrade: WebSocket", "GET /guarded/ws HTTP/1.1\nUpgrade: foo, websocket",
			"GET /guarded/ws HTTP/1.1\nUpgrade: foo\nUpgrade: websocket\nConnection: upgrade",
			"GET /guarded/ws HTTP/1.1\nConnection: upgrade\nUpgrade: WEBSOCKET\nX-HTTP-Method-Override: POST",
			"PUT /guarded/ws HTTP/1.1\nUpgrade: websocket\nContent-Length: 0" })
	void whateverMentionsAWebSocketIsRefused(String lines) {
		assertThat(WireClient.exchange(gateway, lines, "").status()).isEqualTo(403);
	}

	@Test
	void readOnlyBodyKeepsItsLength() {
		String body = "x".repeat(2_000_000);
		WireMessage response = WireClient.exchange(gateway,
				"POST /looks/length/20000000 HTTP/1.1\nContent-Length: " + body.length(), body);
		assertThat(response.values("content-length")).containsExactly("20000000");
		assertThat(response.bytes()).hasSize(20_000_000);
		assertThat(upstream.lastRequest().values("content-length")).containsExactly("2000000");
		assertThat(upstream.lastRequest().bytes()).hasSize(2_000_000);
		WireMessage chunked = WireClient.exchange(gateway, "POST /looks/chunks HTTP/1.1\nTransfer-Encoding: chunked",
				"3\r\nabc\r\n0\r\n\r\n");
		assertThat(chunked.body()).isEqualTo("abcdef");
		assertThat(upstream.lastRequest().values("transfer-encoding")).containsExactly("chunked");
		assertThat(upstream.lastRequest().body()).isEqualTo("abc");
	}

	@Test
	void filterThatMayWriteDecidesForAll() {
		WireMessage response = WireClient.exchange(gateway, "GET /mixed/length/2000000 HTTP/1.1", "");
		assertThat(response.values("content-length")).isEmpty();
		assertThat(response.bytes()).hasSize(2_000_000);
	}

	@Test
	void changeOfReadOnlyBodyIsRefusedAndLogged() {
		Logger logger = (Logger) LoggerFactory.getLogger("io.gatewaywasm.host.vm.hostcall.ContextBuffers");
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		try {
			WireMessage response = WireClient.exchange(gateway, "POST /changes/x HTTP/1.1\nContent-Length: 3", "abc");
			assertThat(response.status()).isGreaterThanOrEqualTo(500);
		}
		finally {
			logger.detachAppender(log);
		}
		assertThat(log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage())
				.startsWith("Wasm plugin 'changes' tried to change a body and got BAD_ARGUMENT"));
	}

	@Test
	void readOnlyBodyThatTheGuestKeepsIsNotSent() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /keeps/length/100000 HTTP/1.1", "");
			assertThat(client.receive().status()).isEqualTo(503);
		}
	}

}
