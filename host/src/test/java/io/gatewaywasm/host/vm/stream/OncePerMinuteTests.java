package io.gatewaywasm.host.vm.stream;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BodyOverflows}.
 */
class BodyOverflowsTests {

	private long now = Long.MAX_VALUE - 1;

	private final BodyOverflows overflows = new BodyOverflows(() -> this.now);

	@Test
	void oneLineAMinuteTellsHowManyWereLeftOut() {
		assertThat(this.overflows.take()).isZero();
		assertThat(this.overflows.take()).isEqualTo(-1);
		this.now += Duration.ofSeconds(59).toNanos();
		assertThat(this.overflows.take()).isEqualTo(-1);
		this.now += Duration.ofSeconds(1).toNanos();
		assertThat(this.overflows.take()).isEqualTo(2);
		this.now += Duration.ofHours(1).toNanos();
		assertThat(this.overflows.take()).isZero();
	}

}
