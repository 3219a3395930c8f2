package io.gatewaywasm.demo;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.web.reactive.function.server.MockServerRequest;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalClients}.
 */
class LocalClientsTests {

	private static MockServerRequest request(String address, String host, String origin) throws Exception {
		MockServerRequest.Builder request = MockServerRequest.builder()
			.remoteAddress(new InetSocketAddress(InetAddress.getByName(address), 4711))
			.header("host", host);
		return ((origin != null) ? request.header("origin", origin) : request).build();
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, localhost:8080,", "127.0.0.1, 127.0.0.1:8080, http://127.0.0.1:8080",
			"127.0.0.7, localhost, http://localhost", "::1, '[::1]:8080', 'http://[::1]:8080'" })
	void clientsOfThisMachineAreNotRefused(String address, String host, String origin) throws Exception {
		assertThat(LocalClients.refusal(request(address, host, origin))).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.1, localhost:8080,", "127.0.0.1, rebound.example:8080,",
			"127.0.0.1, localhost:8080, http://localhost:3000", "127.0.0.1, localhost:8080, null",
			"127.0.0.1, localhost:8080, http://localhost:8080.evil.example",
			"127.0.0.1, localhost:8080, 'http://:80 80'" })
	void otherClientsAreRefused(String address, String host, String origin) throws Exception {
		assertThat(LocalClients.refusal(request(address, host, origin))).isNotNull();
	}

	@Test
	void clientWithoutAnAddressIsRefused() {
		assertThat(LocalClients.refusal(MockServerRequest.builder().header("host", "localhost").build())).isNotNull();
	}

	@Test
	void playgroundIsOffUnlessItIsSwitchedOn() {
		assertThat(new Binder().bindOrCreate("demo.playground", PlaygroundProperties.class).enabled()).isFalse();
		WebTestClient client = WebTestClient
			.bindToRouterFunction(new PlaygroundRoutes(new PlaygroundProperties(false), new FilterRuns()).playground())
			.build();
		client.post().uri("/demo/runs").exchange().expectStatus().isNotFound();
		client.get().uri("/demo/playground").exchange().expectBody().jsonPath("$.enabled").isEqualTo(false);
	}

}
