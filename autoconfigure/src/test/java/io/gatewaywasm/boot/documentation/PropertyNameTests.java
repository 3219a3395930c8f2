package io.gatewaywasm.boot.documentation;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that the properties in the documents exist.
 */
class PropertyNameTests {

	private static final Pattern NAME = Pattern.compile("`(gateway\\.wasm\\.[a-z0-9.<>-]+[a-z0-9>])[^`]*`");

	private static final Pattern LIMIT = Pattern.compile("`(?:….)?(limits\\.[a-z-]+)[^`]*`");

	private static final Pattern VARIABLE = Pattern.compile("GATEWAY_WASM_\\w+");

	private static final List<String> LOGGERS = List.of("gateway.wasm.plugin.", "gateway.wasm.trace.");

	private final PropertyReference reference = new PropertyReference();

	@ParameterizedTest
	@MethodSource("documents")
	void propertiesExist(Path document) {
		String content = Documents.read(document);
		assertThat(NAME.matcher(content).results().map((name) -> name.group(1)))
			.filteredOn((name) -> LOGGERS.stream().noneMatch(name::startsWith))
			.allSatisfy((name) -> assertThat(this.reference.hasLike(name)).as(name).isTrue());
		assertThat(LIMIT.matcher(content).results().map((name) -> name.group(1)))
			.allSatisfy((name) -> assertThat(this.reference.hasLimit(name)).as(name).isTrue());
	}

	@Test
	void environmentVariablesOfTheImageExist() {
		String content = Documents.read(Documents.TOP.resolve("deploy/Dockerfile"));
		assertThat(VARIABLE.matcher(content).results().map(MatchResult::group)).isNotEmpty()
			.allSatisfy((name) -> assertThat(this.reference.hasVariable(name)).as(name).isTrue());
	}

	static Iterable<Path> documents() {
		return Documents.all();
	}

}
