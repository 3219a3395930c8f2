package io.gatewaywasm.boot.gateway.attributes;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.Connection;
import reactor.netty.http.client.PrematureCloseException;

import org.springframework.cloud.gateway.support.NotFoundException;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link UpstreamCall}.
 */
class UpstreamCallTests {

	private final UpstreamCall call = new UpstreamCall();

	private final Exception failure = new IllegalArgumentException("invalid version format");

	@Test
	void failureAfterTheRequestIsAFailureOfTheResponse() {
		this.call.requested(null);
		this.call.sent();
		this.call.failed(this.failure);
		assertThat(this.call.failedWith(this.failure)).isTrue();
		assertThat(this.call.failedWith(new IllegalArgumentException())).isFalse();
	}

	@Test
	void failureOfTheRequestBodyIsNotOneOfTheResponse() {
		this.call.requested(null);
		this.call.failed(this.failure);
		assertThat(this.call.failedWith(this.failure)).isFalse();
	}

	@Test
	void failureOfTheConnectionHasFlagsDetailsAndTheAddressThatWasTried() {
		this.call.requested(URI.create("https://[::1]/x"));
		this.call.ended(new ConnectException("finishConnect(..) failed: Connection refused: /[::1]:443"), true, false);
		assertThat(this.call.flags()).isEqualTo(0x20);
		assertThat(this.call.details()).isEqualTo("upstream_reset_before_response_started{remote_connection_failure|"
				+ "delayed_connect_error:_Connection_refused}");
		assertThat(this.call.transportFailure()).isEqualTo("delayed connect error: Connection refused");
		assertThat(ConnectionProperties.address(this.call.address())).isEqualTo("[::1]:443");
		assertThat(this.call.localAddress()).isNull();
		assertThat(this.call.attempts()).isOne();
	}

	@Test
	void failureIsForgottenByTheNextAttempt() {
		this.call.requested(null);
		this.call.ended(new ConnectException("refused"), true, false);
		this.call.requested(null);
		assertThat(this.call.flags()).isZero();
		assertThat(this.call.details()).isNull();
		assertThat(this.call.attempts()).isEqualTo(2);
	}

	@Test
	void causeDecidesTheKindOfAFailure() {
		assertThat(ended(new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, null, new TimeoutException()), false))
			.isEqualTo("response_timeout");
		assertThat(ended(new SSLHandshakeException("no match"), false))
			.isEqualTo("upstream_reset_before_response_started{remote_connection_failure|TLS_error:_no_match}");
		assertThat(ended(new IOException("Connection reset by peer"), true))
			.isEqualTo("upstream_reset_after_response_started{connection_termination}");
		assertThat(ended(PrematureCloseException.TEST_EXCEPTION, true))
			.isEqualTo("upstream_reset_after_response_started{protocol_error}");
		assertThat(ended(new IllegalStateException("of a filter"), false)).isNull();
	}

	@Test
	void protocolOfTheCallIsKnownAfterTheConnectionIsDetached() {
		connectOverHttp2(true);
		assertThat(this.call.isHttp2()).isTrue();
		this.call.requested(null);
		assertThat(this.call.isHttp2()).isFalse();
		assertThat(this.call.breakReason()).isEqualTo("protocol_error");
	}

	@ParameterizedTest
	@CsvSource({ "true, remote_reset, 0x10", "false, connection_termination, 0x40" })
	void streamOfHttp2EndsByAResetUnlessItsConnectionHasEnded(boolean connected, String reason, long flags) {
		for (boolean responded : new boolean[] { true, false }) {
			connectOverHttp2(connected);
			this.call.ended(PrematureCloseException.TEST_EXCEPTION, true, responded);
			assertThat(this.call.details())
				.isEqualTo("upstream_reset_" + (responded ? "after" : "before") + "_response_started{" + reason + "}");
			assertThat(this.call.flags()).isEqualTo(flags);
			assertThat(this.call.breakReason()).isEqualTo(reason);
		}
	}

	@Test
	void malformedResponseOfHttp2IsAProtocolError() {
		connectOverHttp2(true);
		this.call.sent();
		this.call.failed(this.failure);
		this.call.ended(this.failure, true, false);
		assertThat(this.call.details()).isEqualTo("upstream_reset_before_response_started{protocol_error}");
	}

	private void connectOverHttp2(boolean active) {
		Channel parent = mock();
		given(parent.isActive()).willReturn(active);
		Http2StreamChannel stream = mock();
		given(stream.parent()).willReturn(parent);
		Connection connection = mock();
		given(connection.channel()).willReturn(stream);
		this.call.requested(null);
		this.call.connected(connection);
		given(connection.channel()).willReturn(parent);
	}

	@Test
	void errorBeforeTheRequestWasSentIsNotOfTheUpstream() {
		this.call.ended(new IOException("of a filter"), true, false);
		assertThat(this.call.flags()).isZero();
		this.call.ended(NotFoundException.create(true, "no instance"), true, false);
		assertThat(this.call.details()).isEqualTo("no_healthy_upstream");
	}

	@Test
	void notFoundWithoutARouteIsThatNoRouteMatches() {
		ResponseStatusException notFound = new ResponseStatusException(HttpStatus.NOT_FOUND);
		this.call.ended(notFound, true, false);
		assertThat(this.call.flags()).isZero();
		this.call.ended(notFound, false, false);
		assertThat(this.call.flags()).isEqualTo(0x100);
		assertThat(this.call.details()).isEqualTo("route_not_found");
	}

	private static String ended(Exception error, boolean responded) {
		UpstreamCall call = new UpstreamCall();
		call.requested(null);
		call.ended(error, true, responded);
		return call.details();
	}

	@Test
	void anotherAttemptStartsAgain() {
		this.call.requested(null);
		this.call.sent();
		this.call.failed(this.failure);
		this.call.requested(null);
		assertThat(this.call.failedWith(this.failure)).isFalse();
		this.call.failed(this.failure);
		assertThat(this.call.failedWith(this.failure)).isFalse();
	}

}
