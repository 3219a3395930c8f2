package io.gatewaywasm.boot.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that the code contains the messages that the documents quote, which are the
 * first column of tables with the heading "message".
 */
class QuotedMessageTests {

	private static final Pattern TABLE = Pattern.compile("^\\| message \\|.*\n((?:\\|.*\n)+)", Pattern.MULTILINE);

	private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE);

	private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

	private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");

	private static final List<String> SOURCES = sources();

	@ParameterizedTest
	@MethodSource("messages")
	void codeContainsTheMessage(String message) {
		List<String> parts = Stream.of(message.split("…"))
			.map(String::strip)
			.filter((part) -> !part.isEmpty())
			.toList();
		assertThat(String.join("", parts).length()).as("length of the quotation").isGreaterThan(8);
		assertThat(SOURCES).anyMatch((source) -> hasInOrder(source, parts));
	}

	@Test
	void documentsQuoteMessages() {
		assertThat(messages()).hasSizeGreaterThan(50).doesNotHaveDuplicates();
	}

	private static boolean hasInOrder(String source, List<String> parts) {
		int from = 0;
		for (String part : parts) {
			int found = source.indexOf(part, from);
			if (found < 0) {
				return false;
			}
			from = found + part.length();
		}
		return true;
	}

	static List<String> messages() {
		return Documents.all()
			.stream()
			.flatMap((document) -> TABLE.matcher(Documents.read(document)).results())
			.flatMap((table) -> ROW.matcher(table.group(1)).results())
			.map((row) -> row.group(1))
			.toList();
	}

	/** Returns the string literals of each source file. */
	private static List<String> sources() {
		return Stream.of("host", "registry", "autoconfigure", "packer", "testkit")
			.flatMap((module) -> javaFiles(Documents.TOP.resolve(module).resolve("src/main/java")))
			.map((file) -> texts(JOINED.matcher(Documents.read(file)).replaceAll("")))
			.toList();
	}

	private static Stream<Path> javaFiles(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList().stream();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String texts(String source) {
		StringBuilder texts = new StringBuilder();
		LITERAL.matcher(source)
			.results()
			.forEach((literal) -> texts
				.append(literal.group(1).replace("\\\\", "\\").replace("\\'", "'").replace("\\\"", "\""))
				.append('\n'));
		return texts.toString();
	}

}
