package io.gatewaywasm.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.FilterFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where filters with debug information trap, held against their sources.
 */
class SourceLineTests {

	private static final String RUST = "traps-rust/src/lib.rs";

	private static final String C = "traps-c/traps.c";

	@RegisterExtension
	static FilterUnderTest rust = FilterUnderTest.of("classpath:filters/traps_rust.wasm");

	@RegisterExtension
	static FilterUnderTest c = FilterUnderTest.of("classpath:filters/traps_c.wasm");

	@ParameterizedTest
	@CsvSource({ "panic, give_up, panic!", "index, read, numbers[index]", "memory, far_away, *(address as",
			"divide, divide, dividend / divisor", "stack, dig, dig(depth + 1)" })
	void filterInRustTrapsAtItsLine(String trap, String function, String statement) throws IOException {
		List<String> stack = stack(rust, trap);
		int line = line(RUST, statement);
		// Panics have functions of the standard library above, which has no lines here
		assertThat(stack).anySatisfy((frame) -> assertThat(frame).contains(function).contains("lib.rs:" + line));
	}

	@Test
	void filterInRustWasCalledFromItsLine() throws IOException {
		int line = line(RUST, "=> divide(");
		assertThat(stack(rust, "divide")).last()
			.asString()
			.contains("proxy_on_request_headers")
			.contains("lib.rs:" + line);
	}

	@Test
	void lineOfWhatWasInlinedIsItsOwn() throws IOException {
		int line = line(RUST, "=> unreachable()");
		assertThat(stack(rust, "unreachable")).satisfiesExactly(
				(frame) -> assertThat(frame).matches("traps_rust::unreachable \\(.*wasm32/mod\\.rs:[0-9]+\\)"),
				(frame) -> assertThat(frame).contains("lib.rs:" + line));
	}

	@ParameterizedTest
	@CsvSource({ "unreachable, unreachable, __builtin_trap", "memory, far_away, (volatile u32 *)address",
			"divide, divide, return dividend /", "stack, dig, dig(depth + 1)" })
	void filterInCTrapsAtItsLine(String trap, String function, String statement) throws IOException {
		assertThat(stack(c, trap))
			.anyMatch((frame) -> frame.equals(function + " (./traps.c:" + lineOf(statement) + ")"));
	}

	@Test
	void assertionsShowTheLine() {
		Exchange exchange = c.get("/x").header("x-trap", "divide").send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).wasForwarded())
			.withMessageContaining("at divide (./traps.c:" + lineOf("return dividend /") + ")");
	}

	private static List<String> stack(FilterUnderTest filter, String trap) {
		Exchange exchange = filter.get("/x").header("x-trap", trap).send();
		FilterFailure failure = exchange.failure();
		assertThat(failure).isNotNull();
		return failure.guestStack();
	}

	private static int lineOf(String statement) {
		try {
			return line(C, statement);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static int line(String source, String statement) throws IOException {
		List<String> lines = Files.readAllLines(Path.of("../filters", source));
		for (int i = 0; i < lines.size(); i++) {
			if (lines.get(i).contains(statement)) {
				return i + 1;
			}
		}
		throw new AssertionError(statement + " is not in " + source);
	}

}
