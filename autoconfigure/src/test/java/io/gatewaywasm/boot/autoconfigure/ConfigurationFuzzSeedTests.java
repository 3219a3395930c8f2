package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays the seeds of {@link ConfigurationFuzz}.
 */
class ConfigurationFuzzSeedTests {

	@TestFactory
	List<DynamicTest> configurations() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz/ConfigurationFuzz"))) {
			return files.sorted()
				.map((file) -> DynamicTest.dynamicTest(file.getFileName().toString(),
						() -> ConfigurationFuzz.fuzzerTestOneInput(Files.readAllBytes(file))))
				.toList();
		}
	}

}
