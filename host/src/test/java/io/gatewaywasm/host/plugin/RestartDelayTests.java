package io.gatewaywasm.host.plugin;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RestartDelay}.
 */
class RestartDelayTests {

	@ParameterizedTest
	@CsvSource({ "0, 0, 0", "1, 0, 0", "3, 0, 0", "4, 1000, 1500", "5, 2000, 3000", "6, 4000, 6000", "9, 32000, 48000",
			"10, 60000, 90000", "1000, 60000, 90000" })
	void growsFromASecondToAMinuteWithJitter(int failures, long shortest, long longest) {
		assertThat(new RestartDelay(() -> 0).after(failures)).isEqualTo(Duration.ofMillis(shortest));
		assertThat(new RestartDelay(() -> 1).after(failures)).isEqualTo(Duration.ofMillis(longest));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1000", "2, 2000", "3, 4000", "100, 60000" })
	void waitsAfterEachFailureOfWhatIsNotUrgent(int failures, long shortest) {
		assertThat(new RestartDelay(() -> 0).afterEach(failures)).isEqualTo(Duration.ofMillis(shortest));
	}

}
