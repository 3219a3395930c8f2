package io.gatewaywasm.registry;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Backoff}.
 */
class BackoffTests {

	@ParameterizedTest
	@CsvSource({ "0, 50, 100", "1, 100, 200", "3, 400, 800", "4, 500, 1000", "1000000, 500, 1000" })
	void doublesUpToTheLongestDelay(int attempt, long least, long most) {
		Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
		for (int count = 0; count < 1000; count++) {
			assertThat(backoff.after(attempt)).isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
		}
	}

}
