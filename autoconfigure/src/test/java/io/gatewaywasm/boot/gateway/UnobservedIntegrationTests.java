package io.gatewaywasm.boot.gateway;

import java.util.Map;

import brave.handler.MutableSpan;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for a gateway with tracing whose filters are not traced.
 */
@Tag("slow")
@Timeout(180)
class UnobservedIntegrationTests {

	@Test
	void thereIsNoSpanAndLinesNameTheRequests() {
		TracingIntegrationTests.Spans spans = TracingIntegrationTests.SPANS;
		spans.clear();
		try (GatewayFixture gateway = TracingIntegrationTests.builder().start()) {
			Map<String, String> facts = TracingIntegrationTests.lineOf(gateway, "/traced/x").getMDCPropertyMap();
			MutableSpan server = spans.server();
			assertThat(spans.finished()).noneMatch((span) -> span.name().startsWith("wasm"));
			assertThat(facts).containsEntry("traceId", server.traceId()).containsEntry("spanId", server.id());
		}
	}

}
