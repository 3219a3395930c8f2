package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StreamImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private Status reply(FakeGuest.Slice details, FakeGuest.Slice headers, int grpcStatus) {
		return this.guest.call("proxy_send_local_response", 403, details, this.guest.text("body"), headers, grpcStatus);
	}

	@Test
	void setEffectiveContextPassesOnTheId() {
		assertThat(this.guest.call("proxy_set_effective_context", 3)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("effectiveContext 3");
	}

	@Test
	void setEffectiveContextReturnsTheStatusOfTheHost() {
		this.guest.host.failure = StatusException.of(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_set_effective_context", 99)).isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void doneReturnsTheStatusOfTheHost() {
		assertThat(this.guest.call("proxy_done")).isEqualTo(Status.OK);
		this.guest.host.failure = StatusException.of(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_done")).isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void continueStreamPassesOnTheDirection() {
		assertThat(this.guest.call("proxy_continue_stream", 0)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_continue_stream", 1)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_continue_stream", 2)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("continue HTTP_REQUEST", "continue HTTP_RESPONSE",
				"continue DOWNSTREAM");
	}

	@Test
	void continueStreamIsUnimplementedForUpstreams() {
		assertThat(this.guest.call("proxy_continue_stream", 3)).isEqualTo(Status.UNIMPLEMENTED);
		assertThat(this.guest.host.calls).isEmpty();
		assertThat(this.guest.host.unimplemented).isEmpty();
	}

	@Test
	void closeStreamPassesOnTheDirection() {
		assertThat(this.guest.call("proxy_close_stream", 0)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_close_stream", 3)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("close HTTP_REQUEST", "close UPSTREAM");
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, -1 })
	void anUnknownDirectionIsABadArgument(int type) {
		assertThat(this.guest.call("proxy_continue_stream", type)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_close_stream", type)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void abi010ContinuesByTwoFunctions() {
		assertThat(this.guest.call("proxy_continue_request")).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_continue_response")).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_clear_route_cache")).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("continue HTTP_REQUEST", "continue HTTP_RESPONSE",
				"clearRouteCache");
	}

	@Test
	void sendLocalResponsePassesOnEverything() {
		assertThat(reply(this.guest.text("denied"), this.guest.pairs("X-Why", "no", "x-why", "never"), 7))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("reply 403 denied body [x-why=no,x-why=never] 7");
	}

	@Test
	void sendLocalResponseAcceptsNothingButAStatus() {
		assertThat(this.guest.call("proxy_send_local_response", 204, 0, 0, 0, 0, 0, 0, -1)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("reply 204   [] -1");
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "16, 16", "17, -1", "-1, -1", "-2147483648, -1", "2147483647, -1" })
	void sendLocalResponseAcceptsOnlyTheDefinedGrpcStatuses(int given, int expected) {
		reply(this.guest.text(""), this.guest.pairs(), given);
		assertThat(this.guest.host.calls).containsExactly("reply 403  body [] " + expected);
	}

	@Test
	void sendLocalResponseReplacesWhiteSpaceInDetails() {
		reply(this.guest.text("a b\tc\r\nd"), this.guest.pairs(), -1);
		assertThat(this.guest.host.calls).containsExactly("reply 403 a_b_c__d body [] -1");
	}

	@Test
	void sendLocalResponseDropsPseudoHeaders() {
		reply(this.guest.text(""), this.guest.pairs(":status", "200", "a", "1"), -1);
		assertThat(this.guest.host.calls).containsExactly("reply 403  body [a=1] -1");
	}

	@Test
	void sendLocalResponseWithANameThatHttpForbidsIsAnError() {
		assertThat(reply(this.guest.text(""), this.guest.pairs("a", "1", "b c", "2"), -1)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls)
			.containsExactly("reply 500 invalid_header_name invalid header name: b c [] -1");
	}

	@Test
	void sendLocalResponseTakesMalformedHeadersAsNone() {
		assertThat(reply(this.guest.text(""), this.guest.text("garbage"), -1)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("reply 403  body [] -1");
	}

}
