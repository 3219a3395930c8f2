package io.gatewaywasm.boot.gateway.attributes;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UpstreamCall}.
 */
class UpstreamCallTests {

	private final UpstreamCall call = new UpstreamCall();

	private final Exception failure = new IllegalArgumentException("invalid version format");

	@Test
	void failureAfterTheRequestIsAFailureOfTheResponse() {
		this.call.requested();
		this.call.sent();
		this.call.failed(this.failure);
		assertThat(this.call.failedWith(this.failure)).isTrue();
		assertThat(this.call.failedWith(new IllegalArgumentException())).isFalse();
	}

	@Test
	void failureOfTheRequestBodyIsNotOneOfTheResponse() {
		this.call.requested();
		this.call.failed(this.failure);
		assertThat(this.call.failedWith(this.failure)).isFalse();
	}

	@Test
	void anotherAttemptStartsAgain() {
		this.call.requested();
		this.call.sent();
		this.call.failed(this.failure);
		this.call.requested();
		assertThat(this.call.failedWith(this.failure)).isFalse();
		this.call.failed(this.failure);
		assertThat(this.call.failedWith(this.failure)).isFalse();
	}

}
