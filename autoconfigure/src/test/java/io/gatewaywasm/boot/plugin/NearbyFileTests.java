package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NearbyFile}.
 */
class NearbyFileTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "classpath:filters/hallo_world.wasm, classpath:filters/hello_world.wasm",
			"classpath:/filters/hello-world.wasm, classpath:/filters/hello_world.wasm",
			"classpath:META-INF/sprin.factories, classpath:META-INF/spring.factories" })
	void resourceWithACloseNameIsSuggested(String location, String meant) {
		assertThat(hint(location)).isEqualTo("Did you mean '%s'? ".formatted(meant));
	}

	@Test
	void fileWithACloseNameIsSuggested() throws IOException {
		Files.createFile(this.directory.resolve("api_key.wasm"));
		Files.createFile(this.directory.resolve("other.wasm"));
		assertThat(hint("file:" + this.directory + "/apikey.wasm"))
			.isEqualTo("Did you mean 'file:%s/api_key.wasm'? ".formatted(this.directory));
		assertThat(hint("file:" + this.directory + "/waf.wasm")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:/no-such-folder/a.wasm", "classpath:no-such-folder/a.wasm", "file:", "classpath:/",
			"file:a*?{[.wasm" })
	void otherLocationsHaveNoHint(String location) {
		assertThat(hint(location)).isEmpty();
	}

	private static String hint(String location) {
		return NearbyFile.hint(location, new DefaultResourceLoader());
	}

}
