package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.Allocations;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisServerNameTests {

	@ParameterizedTest
	@CsvSource({ "redis,", "redis?,", "redis?db=3, 3", "redis?a=1&db=3, 3", "redis?db=3&db=4, 3", "redis?xdb=3,",
			"redis?a=db=3,", "redis?&&db=0&, 0" })
	void databaseIsAParameterOfTheName(String name, Integer database) {
		assertThat(RedisServerName.parse(name)).isEqualTo(new RedisServerName("redis", database));
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis?db=", "redis?db=-1", "redis?db=x", "redis?db=65536" })
	void invalidDatabaseIsABadArgument(String name) {
		assertThatExceptionOfType(StatusException.class).isThrownBy(() -> RedisServerName.parse(name))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(Status.BAD_ARGUMENT));
	}

	@Test
	void parametersTakeNoMemory() {
		String name = "redis?" + "a&".repeat(1_000_000);
		Allocations.assertAtMost(100_000, () -> assertThat(RedisServerName.parse(name).database()).isNull());
	}

}
