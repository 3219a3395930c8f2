package io.gatewaywasm.boot.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.WireClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for requests whose headers a callout resumes before a part of the
 * body has arrived.
 */
@Timeout(120)
class ResumedHeadersIntegrationTests {

	private static GatewayFixture gateway;

	private static ServerSocket upstream;

	@BeforeAll
	static void start() throws IOException {
		upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		upstream.setSoTimeout(60_000);
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.upstreams.self.uri", "http://localhost:${upstream.port}")
			.plugin("held", "probe_rust", "allow-on-headers-stop-iteration", "true", "vms", "1")
			.routeTo("held", "http://localhost:" + upstream.getLocalPort(), "Wasm=held")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@Test
	void headersOfARequestLeaveBeforeItsBodyComes() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("""
					POST /held/x HTTP/1.1
					Transfer-Encoding: chunked
					x-probe: pause-call:self:/text/ok
					""", "");
			try (Socket socket = upstream.accept()) {
				socket.setSoTimeout(60_000);
				BufferedReader in = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
				assertThat(in.readLine()).startsWith("POST ");
				for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
					// Headers
				}
				client.raw("5\r\nhello\r\n0\r\n\r\n");
				assertThat(in.readLine()).isEqualTo("5");
				assertThat(in.readLine()).isEqualTo("hello");
				socket.getOutputStream()
					.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
				assertThat(client.receive().body()).isEqualTo("ok");
			}
		}
	}

}
