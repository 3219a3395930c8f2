package io.gatewaywasm.host.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.imports.ImportedFunction;
import io.gatewaywasm.host.abi.Callback;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the tables of {@code docs/abi.md} with the code. To regenerate them, run with
 * {@code -Dtest.jvm.arguments=-Dgatewaywasm.docs.write=true}.
 */
class AbiDocumentTests {

	private static final Path DOCUMENT = Path.of("../docs/abi.md");

	private static final String TESTS = "io.gatewaywasm.host.";

	/** A row of the notes. */
	private record Note(String behavior, String test, String envoy) {

		String cells() {
			String shown = this.test.isEmpty() ? "" : "`" + this.test + "`";
			return "%s | %s | %s".formatted(this.behavior, this.envoy, shown);
		}

	}

	private final Map<String, Note> notes = new LinkedHashMap<>();

	private final Set<String> unused = new TreeSet<>();

	AbiDocumentTests() throws IOException {
		try (InputStream input = AbiDocumentTests.class.getResourceAsStream("/abi/notes.txt")) {
			for (String line : new String(input.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
				if (!line.isBlank() && !line.startsWith("#")) {
					String[] cells = Arrays.stream(line.split("\\|", -1)).map(String::trim).toArray(String[]::new);
					Note note = new Note(cells[1], cells[2], (cells.length > 3) ? cells[3] : "");
					for (String name : cells[0].split(",")) {
						this.notes.put(name.trim(), note);
					}
				}
			}
		}
		this.unused.addAll(this.notes.keySet());
	}

	@Test
	void tablesMatchTheCode() throws IOException {
		String current = Files.readString(DOCUMENT);
		String expected = with(with(current, "functions", functions()), "callbacks", callbacks());
		assertThat(this.unused).as("notes on what does not exist").isEmpty();
		if (Boolean.getBoolean("gatewaywasm.docs.write")) {
			Files.writeString(DOCUMENT, expected);
			return;
		}
		assertThat(current).isEqualTo(expected);
	}

	@Test
	void namedTestsExist() {
		this.notes.forEach((name, note) -> {
			if (note.behavior().equals("not called")) {
				return;
			}
			String[] parts = note.test().split("#");
			assertThat(parts).as("test of %s", name).hasSize(2);
			assertThat(methods(parts[0])).as("test of %s", name).contains(parts[1]);
		});
	}

	private static List<String> methods(String testClass) {
		try {
			return Arrays.stream(Class.forName(TESTS + testClass).getDeclaredMethods())
				.map((method) -> method.getName())
				.toList();
		}
		catch (ClassNotFoundException ex) {
			throw new AssertionError(ex);
		}
	}

	private static String with(String document, String table, String content) {
		String begin = "<!-- " + table + ": written by AbiDocumentTests -->\n";
		String end = "<!-- end of " + table + " -->";
		assertThat(document).contains(begin, end);
		return document.substring(0, document.indexOf(begin)) + begin + content
				+ document.substring(document.indexOf(end));
	}

	private String functions() {
		StringBuilder tables = new StringBuilder();
		Map<String, List<ImportedFunction>> areas = new LinkedHashMap<>();
		ImportTable.functions()
			.forEach((function) -> areas.computeIfAbsent(function.area(), (area) -> new ArrayList<>()).add(function));
		areas.forEach((area, functions) -> tables.append("\n### ")
			.append(area)
			.append("\n\n")
			.append(functions.get(0).module().startsWith("wasi") ? wasiTable(functions) : table(functions)));
		return tables.append('\n').toString().replace(System.lineSeparator(), "\n");
	}

	private String table(List<ImportedFunction> functions) {
		StringBuilder table = new StringBuilder("| function | since | parameters | behavior | difference from Envoy |"
				+ " shown by |\n|---|---|---|---|---|---|\n");
		Set<String> shown = new HashSet<>();
		for (ImportedFunction function : functions) {
			if (shown.add(function.name() + function.signature().parameters())) {
				table.append("| `%s` | %s | %s | %s |%n".formatted(function.name(), function.since().version(),
						types(function.signature().parameters()), note(function.name()).cells()));
			}
		}
		return table.toString();
	}

	/** Returns a table with one row for each note, since WASI defines the parameters. */
	private String wasiTable(List<ImportedFunction> functions) {
		Map<Note, Set<String>> rows = new LinkedHashMap<>();
		functions.forEach((function) -> rows.computeIfAbsent(note(function.name()), (note) -> new LinkedHashSet<>())
			.add("`" + function.name() + "`"));
		StringBuilder table = new StringBuilder(
				"| functions | behavior | difference from Envoy | shown by |\n|---|---|---|---|\n");
		rows.forEach((note, names) -> table.append("| %s | %s |%n".formatted(String.join(", ", names), note.cells())));
		return table.toString();
	}

	private String callbacks() {
		StringBuilder table = new StringBuilder("\n| export | parameters | result | behavior | difference from Envoy |"
				+ " shown by |\n|---|---|---|---|---|---|\n");
		for (Callback callback : Callback.values()) {
			String count = callback.hasShortForm() ? (callback.parameters() - 1) + " or " + callback.parameters()
					: Integer.toString(callback.parameters());
			table.append("| `%s` | %s | %s | %s |%n".formatted(callback.export(), count,
					callback.hasResult() ? "i32" : "", note(callback.export()).cells()));
		}
		return table.append('\n').toString().replace(System.lineSeparator(), "\n");
	}

	private Note note(String name) {
		this.unused.remove(name);
		Note note = this.notes.get(name);
		assertThat(note).as("note on %s", name).isNotNull();
		return note;
	}

	private static String types(List<String> types) {
		long longs = types.stream().filter("i64"::equals).count();
		return (longs == 0) ? Integer.toString(types.size()) : String.join(" ", types);
	}

}
