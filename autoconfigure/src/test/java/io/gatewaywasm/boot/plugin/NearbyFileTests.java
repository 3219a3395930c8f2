package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NearbyFile}.
 */
@ExtendWith(OutputCaptureExtension.class)
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

	@Test
	void fileWithoutExtensionIsSuggested() throws IOException {
		Files.createFile(this.directory.resolve("public_key"));
		assertThat(hint("file:" + this.directory + "/publickey"))
			.isEqualTo("Did you mean 'file:%s/public_key'? ".formatted(this.directory));
	}

	@Test
	void onlyFilesOfTheFolderItselfAreSuggested() throws IOException {
		Path below = Files.createDirectories(this.directory.resolve("below"));
		Files.createFile(below.resolve("api_key.wasm"));
		Files.createDirectory(this.directory.resolve("apikey.was"));
		for (String folder : List.of("", "*/", "**/", "bel?w/")) {
			assertThat(hint("file:" + this.directory + "/" + folder + "apikey.wasm")).isEmpty();
		}
	}

	@Test
	void foldersBelowAreNotRead(CapturedOutput output) throws IOException {
		Path below = Files.createDirectories(this.directory.resolve("below"));
		Files.createSymbolicLink(below.resolve("loop"), this.directory);
		Files.createFile(this.directory.resolve("api_key.wasm"));
		assertThat(hint("file:" + this.directory + "/apikey.wasm"))
			.isEqualTo("Did you mean 'file:%s/api_key.wasm'? ".formatted(this.directory));
		assertThat(output).doesNotContain("Failed to");
	}

	@Test
	void foldersBelowAFolderOfTheClassPathAreNotRead(CapturedOutput output) throws IOException {
		Path below = Files.createDirectories(this.directory.resolve("filters/below"));
		Files.createSymbolicLink(below.resolve("loop"), this.directory);
		Files.createFile(this.directory.resolve("filters/api_key.wasm"));
		try (URLClassLoader classes = new URLClassLoader(new URL[] { this.directory.toUri().toURL() }, null)) {
			assertThat(NearbyFile.hint("classpath:filters/apikey.wasm", new DefaultResourceLoader(classes)))
				.isEqualTo("Did you mean 'classpath:filters/api_key.wasm'? ");
		}
		assertThat(output).doesNotContain("Failed to");
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:\0/a.wasm", "file:%zz/a.wasm", "file://host/a.wasm", "file:/proc/self/fd/0/a.wasm",
			"classpath:../a.wasm", "classpath:**/hallo_world.wasm", "classpath:filters/*/hallo_world.wasm" })
	void foldersThatCannotBeReadHaveNoHint(String location) {
		assertThat(hint(location)).isEmpty();
	}

	private static String hint(String location) {
		return NearbyFile.hint(location, new DefaultResourceLoader());
	}

}
