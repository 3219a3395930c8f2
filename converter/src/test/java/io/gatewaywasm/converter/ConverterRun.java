package io.gatewaywasm.converter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Runs the command on text.
 */
final class ConverterRun {

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	int run(String input, String... options) {
		return Converter.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), stream(this.output),
				stream(this.errors), Stream.concat(Stream.of(options), Stream.of("-")).toArray(String[]::new));
	}

	private static PrintStream stream(ByteArrayOutputStream bytes) {
		return new PrintStream(bytes, true, StandardCharsets.UTF_8);
	}

	String output() {
		return this.output.toString(StandardCharsets.UTF_8);
	}

	String errors() {
		return this.errors.toString(StandardCharsets.UTF_8);
	}

}
