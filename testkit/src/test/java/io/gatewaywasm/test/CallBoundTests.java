package io.gatewaywasm.test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.trace.CallBound;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallBound}, and for filters that are not files.
 */
@WasmFilterTest(value = "classpath:filters/probe_rust.wasm", rootId = "probe")
class CallBoundTests {

	@Test
	void filterThatCallsForEverIsStopped(FilterUnderTest filter) {
		filter.bound(500, Duration.ofMinutes(1));
		Exchange exchange = filter.get("/").header("x-probe", "loop-calls").send();
		assertThat(exchange).hasFailed("bound").answered().hasStatus(503);
		assertThat(String.valueOf(exchange.failure()))
			.contains("proxy_on_request_headers: more than 500 calls were made between filter and host.");
		assertThat(filter.trace().hostCalls()).hasSizeLessThan(500);
	}

	@Test
	void callsAfterTheTimeAreRefused(FilterUnderTest filter) {
		filter.bound(500, Duration.ofNanos(1));
		assertThatExceptionOfType(FilterStartException.class).isThrownBy(filter::start)
			.withMessageContaining("the calls between filter and host took longer than 0.000000001s");
	}

	@Test
	void callsOfARunAreCountedTogether(FilterUnderTest filter) {
		filter.bound(2000, Duration.ofMinutes(1));
		for (int i = 0; i < 3; i++) {
			assertThat(filter.get("/").send()).wasForwarded();
		}
	}

	@Test
	void moduleIsReadFromBytes() throws IOException {
		try (InputStream input = Objects.requireNonNull(getClass().getResourceAsStream("/filters/api_key.wasm"));
				FilterUnderTest filter = FilterUnderTest.of("api_key.wasm", input.readAllBytes())
					.configuration("key alice")) {
			assertThat(filter.get("/").send()).hasLocalResponse(401);
		}
	}

	@Test
	void bytesThatAreNotAModuleAreRefusedByName() {
		try (FilterUnderTest filter = FilterUnderTest.of("notes.wasm", "to do".getBytes(StandardCharsets.UTF_8))) {
			assertThatExceptionOfType(FilterStartException.class).isThrownBy(filter::start)
				.withMessageStartingWith("notes.wasm: ");
		}
	}

}
