package io.gatewaywasm.boot.plugin;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MistypedLocation}.
 */
class MistypedLocationTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false,
			value = { "filters/a.wasm|classpath:filters/a.wasm", "/filters/a.wasm|file:/filters/a.wasm",
					"./a.wasm|file:./a.wasm", "../a.wasm|file:../a.wasm", "docker://ghcr.io/a/b:1|oci://ghcr.io/a/b:1",
					"ghcr.io/a/b:1|oci://ghcr.io/a/b:1", "localhost:5000/a:1|oci://localhost:5000/a:1",
					"htps://example.com/a.wasm|https://example.com/a.wasm", "FILE:/a.wasm|file:/a.wasm",
					"Classpath:a.wasm|classpath:a.wasm", "claspath:a.wasm|classpath:a.wasm",
					"classpath*:a.wasm|classpath:a.wasm", "classpath://filters/a.wasm|classpath:filters/a.wasm",
					"classpath:src/main/resources/filters/a.wasm|classpath:filters/a.wasm",
					"file://tmp/a.wasm|file:/tmp/a.wasm", "C:/filters/a.wasm|file:/C:/filters/a.wasm",
					"C:\\filters\\a.wasm|file:/C:/filters/a.wasm", "file:C:\\a.wasm|file:/C:/a.wasm",
					"file:$HOME/a.wasm|file:${HOME}/a.wasm", "file:/a.wasm |file:/a.wasm",
					"src/main/resources/filters/a.wasm|classpath:filters/a.wasm",
					"./src/test/resources/a.wasm|classpath:a.wasm", "$HOME/a.wasm|file:${HOME}/a.wasm",
					"filters.d/a.wasm|classpath:filters.d/a.wasm" })
	void meantLocationIsSuggested(String location, String meant) {
		assertThat(MistypedLocation.hint(location, true)).isEqualTo("Did you mean '%s'? ".formatted(meant));
	}

	@ParameterizedTest
	@ValueSource(strings = { "~/a.wasm", "file:~/a.wasm" })
	void tildeIsTheHomeDirectory(String location) {
		assertThat(MistypedLocation.hint(location, true))
			.isEqualTo("Did you mean 'file:%s/a.wasm'? ".formatted(System.getProperty("user.home")));
	}

	@Test
	void relativeFileIsExplained() {
		assertThat(MistypedLocation.hint("file:filters/a.wasm", true))
			.isEqualTo("The path is relative to the working directory '%s'. ".formatted(Path.of("").toAbsolutePath()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:/a.wasm", "file:///a.wasm", "file://localhost/a.wasm", "classpath:a.wasm",
			"classpath:/a.wasm", "s3://bucket/a.wasm", ":", "~bob/a.wasm" })
	void otherLocationsHaveNoHint(String location) {
		assertThat(MistypedLocation.hint(location, true)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "conf.d/filter.json|Did you mean 'classpath:conf.d/filter.json'? ",
					"htps://example.com/filter.json|''", "docker://ghcr.io/a/b:1|''", "localhost:5000/a:1|''",
					"fil:/a.json|Did you mean 'file:/a.json'? " })
	void configurationHasNoRemoteLocation(String location, String hint) {
		assertThat(MistypedLocation.hint(location, false).strip()).isEqualTo(hint);
	}

}
