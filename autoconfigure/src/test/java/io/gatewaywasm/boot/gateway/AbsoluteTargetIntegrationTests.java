package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.Upstream;
import io.gatewaywasm.boot.fixture.WireClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for request targets in absolute form, whose authority takes
 * precedence over the header {@code host}.
 */
@Timeout(180)
class AbsoluteTargetIntegrationTests {

	private static final Upstream upstream = new Upstream();

	private static GatewayFixture gateway;

	/** Applies the headers of a proxy in Spring. */
	private static GatewayFixture forwarding;

	@BeforeAll
	static void start() {
		gateway = builder().start();
		forwarding = builder().property("server.forward-headers-strategy", "framework").start();
	}

	private static GatewayFixture.Builder builder() {
		String uri = "http://localhost:" + upstream.port();
		return GatewayFixture.builder()
			.property("spring.cloud.gateway.server.webflux.trusted-proxies", ".*")
			.routeIf("target", uri, List.of("Host=target.example"), List.of("PreserveHostHeader"))
			.routeIf("header", uri, List.of("Host=header.example"), List.of("PreserveHostHeader"));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		forwarding.close();
		upstream.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://target.example/x?y=1", "HTTP://user@target.example/x?y=1" })
	void routeAndUpstreamSeeTheHostOfTheTarget(String target) throws IOException {
		assertThat(send(target, "Host: header.example")).isEqualTo(200);
		Upstream.Request request = upstream.lastRequest();
		assertThat(request.uri()).isEqualTo("/x?y=1");
		assertThat(request.header("host")).isEqualTo("target.example");
		assertThat(request.header("x-forwarded-host")).isEqualTo("target.example");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/x", "ftp://target.example/x" })
	void otherTargetsDoNotChangeTheHost(String target) throws IOException {
		assertThat(send(target, "Host: header.example")).isEqualTo(200);
		assertThat(upstream.lastRequest().header("host")).isEqualTo("header.example");
	}

	@Test
	void twoHostsDoNotBecomeOne() throws IOException {
		int before = upstream.requests().size();
		send("http://target.example/x", "Host: header.example\r\nHost: other.example");
		assertThat(upstream.requests().stream().skip(before))
			.allSatisfy((request) -> assertThat(request.header("host")).isNotEqualTo("target.example"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Forwarded-Proto: https", "Forwarded: for=192.0.2.1", "X-Forwarded-Prefix: /" })
	void forwardedHeadersDoNotBringBackTheHeader(String header) throws IOException {
		assertThat(send(forwarding, "http://target.example/x", "Host: header.example\r\n" + header)).isEqualTo(200);
		assertThat(upstream.lastRequest().header("host")).isEqualTo("target.example");
	}

	private static int send(String target, String headers) throws IOException {
		return send(gateway, target, headers);
	}

	private static int send(GatewayFixture gateway, String target, String headers) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			return client.raw("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n\r\n").receive().status();
		}
	}

}
