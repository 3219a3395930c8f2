package io.gatewaywasm.boot.documentation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that links between the documents have existing targets.
 */
class LinkTests {

	private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);

	@ParameterizedTest
	@MethodSource("documents")
	void targetsOfLinksExist(Path document) {
		assertThat(LINK.matcher(Documents.read(document)).results()).allSatisfy((link) -> {
			Path target = link.group(1).isEmpty() ? document
					: document.resolveSibling(link.group(1)).toAbsolutePath().normalize();
			assertThat(Files.exists(target)).as(link.group()).isTrue();
			if (link.group(2) != null) {
				assertThat(anchors(target)).as(link.group()).contains(link.group(2));
			}
		});
	}

	@ParameterizedTest
	@MethodSource("documents")
	void headingsAreUnique(Path document) {
		assertThat(anchors(document)).doesNotHaveDuplicates();
	}

	/** Returns the anchors that GitHub generates for headings. */
	private static List<String> anchors(Path document) {
		return HEADING.matcher(CODE.matcher(Documents.read(document)).replaceAll(""))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

	static Iterable<Path> documents() {
		return Documents.everywhere();
	}

}
