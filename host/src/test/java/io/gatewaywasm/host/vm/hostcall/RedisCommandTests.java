package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedisCommandTests {

	@Test
	void nameAndArgumentsAreRead() {
		RedisCommand command = parse("*3\r\n$3\r\nset\r\n$1\r\na\r\n$4\r\nb\r\nc\r\n");
		assertThat(command).isNotNull();
		assertThat(command.name()).isEqualTo("SET");
		assertThat(command.parts()).extracting((part) -> new String(part, StandardCharsets.US_ASCII))
			.containsExactly("set", "a", "b\r\nc");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "PING\r\n", "*", "*1", "*0\r\n", "*-1\r\n", "*1\r\n", "*1\r\n$4\r\nPIN",
			"*1\r\n$4\r\nPING", "*1\r\n$4\r\nPING\r", "*1\r\n$4\r\nPINGS\r\n", "*1\r\n$-1\r\n", "*1\r\n:1\r\n",
			"*2\r\n$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n\r\n",
			"*1\r\n$0\r\n\r\n", "*99999999999\r\n$4\r\nPING\r\n", "*1\r\n$999999999\r\nPING\r\n",
			"*1\r\n$9999999999\r\nPING\r\n", "*01x\r\n$4\r\nPING\r\n", "*1\n$4\nPING\n" })
	void onlyOneCompleteCommandIsAccepted(String query) {
		assertThat(parse(query)).isNull();
	}

	private static RedisCommand parse(String query) {
		return RedisCommand.parse(query.getBytes(StandardCharsets.ISO_8859_1));
	}

}
