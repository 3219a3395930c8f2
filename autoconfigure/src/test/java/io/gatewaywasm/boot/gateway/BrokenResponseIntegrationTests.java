package io.gatewaywasm.boot.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for responses of an upstream that closes its connection while a
 * filter pauses the headers.
 */
@Timeout(120)
class BrokenResponseIntegrationTests {

	private static final String BROKEN = "upstream connect error or disconnect/reset before headers. "
			+ "reset reason: protocol error";

	private static final String ANNOUNCED = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello";

	private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

	private static GatewayFixture gateway;

	private static ServerSocket upstream;

	@BeforeAll
	static void start() throws IOException {
		upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		upstream.setSoTimeout(60_000);
		String uri = "http://localhost:" + upstream.getLocalPort();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.upstreams.self.uri", "http://localhost:${upstream.port}")
			.property("gateway.wasm.plugins.marks.url", HeaderGuest.create().addOnResponse("x-mark", "yes").file())
			.plugin("message", "probe_rust")
			.plugin("open", "probe_rust", "fail-strategy", "open")
			.routeTo("message", uri, "Wasm=message")
			.routeTo("open", uri, "Wasm=open")
			.routeTo("inner", uri, "Wasm=marks", "Wasm=message")
			.routeTo("outer", uri, "Wasm=message", "Wasm=marks")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : List.of("message", "open", "marks")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "message", "open", "inner", "outer" })
	void brokenResponseIsReplacedDuringThePause(String route) throws IOException {
		for (String response : List.of(ANNOUNCED, CHUNKED)) {
			try (WireClient client = new WireClient(gateway)) {
				client.send("GET /" + route + "/x HTTP/1.1\r\nx-probe-resp: pause\r\n", "");
				try (Socket connection = accept()) {
					write(connection, response);
				}
				WireMessage answer = client.receive();
				assertThat(answer.startLine()).startsWith("HTTP/1.1 502");
				assertThat(answer.body()).isEqualTo(BROKEN);
				assertThat(answer.headers()).map((line) -> line.toLowerCase(Locale.ROOT))
					.contains("content-type: text/plain")
					.noneMatch((line) -> line.startsWith("x-mark"));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "length", "chunks", "close" })
	void completeResponseIsSentAfterThePause(String framing) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /message/x HTTP/1.1\r\nx-probe-resp: pause-call:self:/hold/" + framing + "\r\n", "");
			try (Socket connection = accept()) {
				write(connection, switch (framing) {
					case "length" -> "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
					case "chunks" -> CHUNKED + "0\r\n\r\n";
					default -> "HTTP/1.1 200 OK\r\n\r\nhello";
				});
				connection.shutdownOutput();
				// The gateway has seen the end of the connection
				assertThat(connection.getInputStream().read()).isEqualTo(-1);
			}
			gateway.upstream().release(framing);
			WireMessage answer = client.receive();
			assertThat(answer.startLine()).startsWith("HTTP/1.1 200");
			assertThat(answer.body()).isEqualTo("hello");
		}
	}

	@Test
	void streamsEndIfTheClientLeavesToo() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /message/x HTTP/1.1\r\nx-probe-resp: pause\r\n", "");
			try (Socket connection = accept()) {
				write(connection, ANNOUNCED);
				client.close();
			}
		}
	}

	private static Socket accept() throws IOException {
		Socket connection = upstream.accept();
		connection.setSoTimeout(60_000);
		BufferedReader in = new BufferedReader(
				new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
		for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
			// The request's headers
		}
		return connection;
	}

	private static void write(Socket connection, String response) throws IOException {
		connection.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
	}

}
