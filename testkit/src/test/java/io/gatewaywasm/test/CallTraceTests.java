package io.gatewaywasm.test;

import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.trace.CallTrace;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallTrace}.
 */
@WasmFilterTest(value = "classpath:filters/api_key.wasm", configuration = "8f3a-demo-key alice")
class CallTraceTests {

	@Test
	void traceShowsCallsWithArgumentsAndResults(FilterUnderTest filter) {
		filter.get("/orders").header("x-api-key", "8f3a-demo-key").send();
		assertThat(filter.trace().toString()).contains("""
				proxy_on_request_headers(context=2, headers=5, end_of_stream=true) = CONTINUE
				""").contains("""
				    proxy_get_header_map_value(REQUEST_HEADERS, "x-api-key") = OK "8f3a-demo-key"
				""").contains("""
				    proxy_add_header_map_value(REQUEST_HEADERS, "x-client", "alice") = OK
				""");
	}

	@Test
	void traceIsOfTheVmThatServes(FilterUnderTest filter) {
		filter.start();
		assertThat(filter.trace().calls("proxy_on_configure")).hasSize(1);
		assertThat(filter.trace().callbacks().get(0).function()).isEqualTo("_start");
	}

	@Test
	void failedAssertionShowsTheTrace(FilterUnderTest filter) {
		Exchange exchange = filter.get("/orders").send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).wasForwarded())
			.withMessageContaining(
					"Expected the request to reach the upstream but it did not: the filter responded with 401")
			.withMessageContaining("proxy_send_local_response(status=401");
	}

}
