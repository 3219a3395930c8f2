package io.gatewaywasm.host.spi;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OncePerMinuteByName}.
 */
class OncePerMinuteByNameTests {

	private long now = Long.MAX_VALUE - 1;

	private final OncePerMinuteByName limits = new OncePerMinuteByName(2, () -> this.now);

	@Test
	void eachNameHasItsOwnLimit() {
		assertThat(this.limits.take("a")).isZero();
		assertThat(this.limits.take("b")).isZero();
		assertThat(this.limits.take("a")).isEqualTo(-1);
		this.now += Duration.ofMinutes(1).toNanos();
		assertThat(this.limits.take("a")).isEqualTo(1);
		assertThat(this.limits.take("b")).isZero();
	}

	@Test
	void namesBeyondTheMaximumShareOneLine() {
		this.limits.take("a");
		this.limits.take("b");
		assertThat(this.limits.take("c")).isZero();
		assertThat(this.limits.take("d")).isEqualTo(-1);
		assertThat(this.limits.take("e")).isEqualTo(-1);
		this.now += Duration.ofSeconds(59).toNanos();
		assertThat(this.limits.take("c")).isEqualTo(-1);
	}

	@Test
	void lineOfOneNameDoesNotCountThoseOfOthers() {
		this.limits.take("a");
		this.limits.take("b");
		this.limits.take("c");
		assertThat(this.limits.take("d")).isEqualTo(-1);
		this.now += Duration.ofMinutes(1).toNanos();
		this.limits.take("a");
		this.limits.take("b");
		assertThat(this.limits.take("e")).as("not the line of d").isZero();
	}

	@Test
	void nameThatIsUnusedForAMinuteMakesRoomForAnother() {
		this.limits.take("a");
		this.limits.take("b");
		this.now += Duration.ofMinutes(1).toNanos();
		this.limits.take("b");
		assertThat(this.limits.take("c")).isZero();
		assertThat(this.limits.take("c")).isEqualTo(-1);
		assertThat(this.limits.take("b")).isEqualTo(-1);
		assertThat(this.limits.take("a")).as("shared with others").isZero();
		assertThat(this.limits.take("d")).isEqualTo(-1);
	}

}
