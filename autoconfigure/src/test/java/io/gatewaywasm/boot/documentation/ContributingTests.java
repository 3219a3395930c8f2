package io.gatewaywasm.boot.documentation;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that the classes, members and files exist that the tables of
 * {@code CONTRIBUTING.md} name, and the tests that those of {@code benchmarks/REPORT.md}
 * name.
 */
class ContributingTests {

	private static final Pattern ROW = Pattern.compile("^\\|.*$", Pattern.MULTILINE);

	private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]\\w*)(?:\\.(\\w+))?`");

	private static final Pattern FILE = Pattern.compile("`([\\w.-]+/[\\w./-]+)`");

	private static final Pattern TEST = Pattern.compile("`(\\w+(?:Tests|Fuzz))`");

	private final List<String> rows = rows("CONTRIBUTING.md");

	@Test
	void classesAndMembersExist() throws IOException {
		Map<String, Path> sources = sources();
		assertThat(found(CLASS)).hasSizeGreaterThan(50).allSatisfy((name) -> {
			assertThat(sources).containsKey(name.group(1));
			if (name.group(2) != null) {
				assertThat(Documents.read(sources.get(name.group(1)))).containsPattern("\\b" + name.group(2) + "\\b");
			}
		});
	}

	@Test
	void testsOfTheReportExist() throws IOException {
		Map<String, Path> sources = sources();
		assertThat(rows("benchmarks/REPORT.md")).flatExtracting((row) -> TEST.matcher(row).results().toList())
			.hasSizeGreaterThan(100)
			.allSatisfy((name) -> assertThat(sources).containsKey(((MatchResult) name).group(1)));
	}

	@Test
	void filesExist() {
		assertThat(found(FILE)).hasSizeGreaterThan(10)
			.allSatisfy((name) -> assertThat(Documents.TOP.resolve(name.group(1))).exists());
	}

	private static List<String> rows(String document) {
		return ROW.matcher(Documents.read(Documents.TOP.resolve(document))).results().map(MatchResult::group).toList();
	}

	private List<MatchResult> found(Pattern pattern) {
		return this.rows.stream().flatMap((row) -> pattern.matcher(row).results()).toList();
	}

	private static Map<String, Path> sources() throws IOException {
		Map<String, Path> sources = new HashMap<>();
		Files.walkFileTree(Documents.TOP, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
				if (folder.equals(Documents.TOP)) {
					// A clone can have any name.
					return FileVisitResult.CONTINUE;
				}
				String name = folder.getFileName().toString();
				return name.equals("target") || name.startsWith(".") ? FileVisitResult.SKIP_SUBTREE
						: FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				String name = file.getFileName().toString();
				if (name.endsWith(".java")) {
					sources.put(name.substring(0, name.length() - ".java".length()), file);
				}
				return FileVisitResult.CONTINUE;
			}

		});
		return sources;
	}

}
