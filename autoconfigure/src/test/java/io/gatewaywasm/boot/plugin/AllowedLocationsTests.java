package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AllowedLocations}.
 */
class AllowedLocationsTests {

	@TempDir
	private Path directory;

	@Test
	void checkByDefaultAllowsClassPathOnly() {
		AllowedLocations locations = new AllowedLocations(List.of("classpath:"));
		allowed(locations, "classpath:filters/a.wasm");
		allowed(locations, "classpath:/filters/a.wasm");
		refused(locations, "classpath:../a.wasm");
		refused(locations, "file:/etc/passwd");
		refused(locations, "http://example.org/a.wasm");
		refused(locations, "filters/a.wasm");
	}

	@Test
	void checkComparesWholePathSegments() {
		AllowedLocations locations = new AllowedLocations(List.of("classpath:filters", "https://example.org"));
		allowed(locations, "classpath:filters/a.wasm");
		refused(locations, "classpath:filters-of-others/a.wasm");
		refused(locations, "classpath:filters/../a.wasm");
		allowed(locations, "https://example.org/a.wasm");
		refused(locations, "https://example.org.evil/a.wasm");
	}

	@Test
	void checkAllowsFilesUnderPrefix() throws IOException {
		AllowedLocations locations = new AllowedLocations(List.of("file:" + this.directory));
		Files.createFile(this.directory.resolve("a.wasm"));
		allowed(locations, "file:" + this.directory + "/a.wasm");
		allowed(locations, "file://" + this.directory + "/sub/missing.wasm");
		refused(locations, "file:" + this.directory + "/../a.wasm");
		refused(locations, "file:" + this.directory + "-of-others/a.wasm");
		refused(locations, "classpath:a.wasm");
	}

	@Test
	void checkFollowsLinks() throws IOException {
		Path inside = Files.createDirectory(this.directory.resolve("inside"));
		Path outside = Files.createDirectory(this.directory.resolve("outside"));
		Files.createFile(outside.resolve("secret"));
		Files.createSymbolicLink(inside.resolve("link.wasm"), outside.resolve("secret"));
		Files.createSymbolicLink(inside.resolve("links"), outside);
		Files.createSymbolicLink(this.directory.resolve("alias"), inside);
		AllowedLocations locations = new AllowedLocations(List.of("file:" + inside));
		refused(locations, "file:" + inside + "/link.wasm");
		refused(locations, "file:" + inside + "/links/secret");
		refused(locations, "file:" + inside + "/links/missing");
		allowed(locations, "file:" + this.directory + "/alias/a.wasm");
	}

	private static void allowed(AllowedLocations locations, String location) {
		locations.check("plugin", "route", location);
	}

	private static void refused(AllowedLocations locations, String location) {
		assertThatExceptionOfType(WasmPluginException.class)
			.isThrownBy(() -> locations.check("plugin", "route", location))
			.satisfies((ex) -> {
				assertThat(ex.getRouteId()).isEqualTo("route");
				assertThat(ex.getLocation()).isEqualTo(location);
				assertThat(ex.getRemedy()).contains("allowed-locations");
			});
	}

}
