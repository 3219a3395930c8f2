package io.gatewaywasm.host.vm;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GrowingDelay}.
 */
class GrowingDelayTests {

	private final GrowingDelay delay = new GrowingDelay(Duration.ofSeconds(10), Duration.ofMinutes(5));

	@ParameterizedTest
	@CsvSource({ "-1, 0", "0, 0", "1, 10", "2, 20", "3, 40", "5, 160", "6, 300", "7, 300", "2147483647, 300" })
	void doublesUpToTheLongest(int failures, long seconds) {
		assertThat(this.delay.after(failures)).isEqualTo(Duration.ofSeconds(seconds));
	}

}
