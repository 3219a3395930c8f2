package io.gatewaywasm.host.spi;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OncePerMinute}.
 */
class OncePerMinuteTests {

	private long now = Long.MAX_VALUE - 1;

	private final OncePerMinute rate = new OncePerMinute(() -> this.now);

	@Test
	void oneLineAMinuteHasTheNumberOfOmittedLines() {
		assertThat(this.rate.take()).isZero();
		assertThat(this.rate.take()).isEqualTo(-1);
		this.now += Duration.ofSeconds(59).toNanos();
		assertThat(this.rate.take()).isEqualTo(-1);
		this.now += Duration.ofSeconds(1).toNanos();
		assertThat(this.rate.take()).isEqualTo(2);
		this.now += Duration.ofHours(1).toNanos();
		assertThat(this.rate.take()).isZero();
	}

}
