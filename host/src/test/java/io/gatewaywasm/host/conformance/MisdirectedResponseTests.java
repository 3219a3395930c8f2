package io.gatewaywasm.host.conformance;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Local responses that a callback of a stream sends for another context.
 */
class MisdirectedResponseTests extends AbstractConformanceTests {

	private static final String RESPOND = "(drop (call $respond (i32.const 403)" + " (i32.const 0)".repeat(6)
			+ " (i32.const -1)))";

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void localResponseForTheRootContextEndsTheExchangeOfTheCallback(int action) {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32) (drop (call $effective (i32.const 1))) " + RESPOND + "(i32.const "
							+ action + ")")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(this.decisions).singleElement()
			.isInstanceOfSatisfying(Decision.Respond.class,
					(sent) -> assertThat(sent.response().status()).isEqualTo(503));
		assertThat(stream.failureReason()).isEqualTo(FailureReason.INVALID_MESSAGE);
		stream.end();
	}

	@Test
	void localResponseForAnotherStreamEndsBothExchanges() {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32) (if (i32.load (i32.const 48)) (then"
							+ " (drop (call $effective (i32.load (i32.const 48)))) " + RESPOND
							+ " (return (i32.const 0))))" + " (i32.store (i32.const 48) (local.get 0)) (i32.const 1)")
			.toString()), spec());
		FilterStream first = plugin.openStream(exchange(), 0);
		first.requestHeaders(true, this.decisions::add);
		FilterStream second = plugin.openStream(exchange(), 0);
		second.requestHeaders(true, this.decisions::add);
		assertThat(this.decisions).extracting((decision) -> ((Decision.Respond) decision).response().status())
			.containsExactlyInAnyOrder(403, 503);
		first.end();
		second.end();
	}

	private static WatGuest guest() {
		return new WatGuest().function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_send_local_response", "$respond",
					"(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)");
	}

}
