package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.LogLevel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LevelPrefix}.
 */
class LevelPrefixTests {

	@ParameterizedTest
	@CsvSource({ "[TRACE]: a,TRACE,a", "[DEBUG]: a,DEBUG,a", "[INFO]: a,INFO,a", "[WARN]: a,WARN,a",
			"[ERROR]: a,ERROR,a", "[CRITICAL]: a,CRITICAL,a", "[error] a,ERROR,a", "[Warning]:a,WARN,a",
			"[FATAL]: [x] a,CRITICAL,[x] a", "[ERROR]: [INFO]: a,ERROR,[INFO]: a" })
	void prefixDeterminesTheLevelOfTheLine(String line, LogLevel level, String message) {
		assertThat(LevelPrefix.of(line, LogLevel.INFO)).isEqualTo(new LevelPrefix(level, message));
	}

	@ParameterizedTest
	@CsvSource({ "a", "[ERROR", "' [ERROR]: a'", "x [ERROR]: a", "[ERRORS]: a", "[12:30]: a", "[]: a",
			"goroutine 1 [running]:", "[ERRÖR]: a", "ERROR: a" })
	void otherLineIsLeftAsItIs(String line) {
		assertThat(LevelPrefix.of(line, LogLevel.WARN)).isEqualTo(new LevelPrefix(LogLevel.WARN, line));
	}

}
