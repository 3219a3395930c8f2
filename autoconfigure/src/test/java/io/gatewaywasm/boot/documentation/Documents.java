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

	private Documents() {
	}

	/** Returns all files except those of modules. */
	static List<Path> all() {
		try (Stream<Path> top = Files.list(TOP); Stream<Path> docs = Files.list(TOP.resolve("docs"))) {
			return Stream.concat(Stream.concat(top, docs), Stream.of(TOP.resolve("filters/README.md")))
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
