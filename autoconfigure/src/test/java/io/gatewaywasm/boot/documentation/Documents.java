package io.gatewaywasm.boot.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Markdown documents of this project.
 */
final class Documents {

	static final Path TOP = Path.of("..").toAbsolutePath().normalize();

	private static final List<String> GENERATED = List.of("target/", "node_modules/");

	private Documents() {
	}

	/** Returns every document, including those of modules. */
	static List<Path> everywhere() {
		try (Stream<Path> files = Files.find(TOP, 3, (file, attributes) -> attributes.isRegularFile())) {
			return files.filter((file) -> file.toString().endsWith(".md"))
				.filter((file) -> GENERATED.stream()
					.noneMatch((folder) -> TOP.relativize(file).toString().contains(folder)))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the documents for users, and the report. */
	static List<Path> all() {
		try (Stream<Path> top = Files.list(TOP); Stream<Path> docs = Files.list(TOP.resolve("docs"))) {
			return Stream
				.concat(Stream.concat(top, docs),
						Stream.of(TOP.resolve("filters/README.md"), TOP.resolve("benchmarks/REPORT.md")))
				.filter((file) -> file.toString().endsWith(".md"))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String name(Path file) {
		return TOP.relativize(file.toAbsolutePath().normalize()).toString();
	}

}
