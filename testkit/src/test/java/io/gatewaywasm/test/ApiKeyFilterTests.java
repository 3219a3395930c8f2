package io.gatewaywasm.test;

import io.gatewaywasm.test.exchange.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first test that {@code docs/writing-filters.md} shows.
 */
class ApiKeyFilterTests {

	@RegisterExtension
	static FilterUnderTest filter = FilterUnderTest.of("classpath:filters/api_key.wasm")
		.configuration("8f3a-demo-key alice");

	@Test
	void knownKeyBecomesTheNameOfTheClient() {
		Exchange exchange = filter.get("/orders").header("x-api-key", "8f3a-demo-key").send();
		assertThat(exchange).forwarded().hasHeader("x-client", "alice").hasNoHeader("x-api-key");
	}

	@Test
	void unknownKeyIsRefused() {
		Exchange exchange = filter.get("/orders").header("x-api-key", "guessed").send();
		assertThat(exchange).hasLocalResponse(403).wasNotForwarded();
	}

}
