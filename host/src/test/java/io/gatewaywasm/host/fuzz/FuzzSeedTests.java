package io.gatewaywasm.host.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays the seeds of the fuzz targets, which include all inputs that once revealed a
 * fault.
 */
class FuzzSeedTests {

	private static final Logger ROOT = (Logger) LoggerFactory.getLogger("ROOT");

	private static Level level;

	@BeforeAll
	static void rememberLevel() {
		level = ROOT.getLevel();
	}

	@AfterAll
	static void restoreLevel() {
		ROOT.setLevel(level);
	}

	@TestFactory
	List<DynamicTest> hostCalls() throws IOException {
		return seeds("HostCallsFuzz", HostCallsFuzz::fuzzerTestOneInput);
	}

	@TestFactory
	List<DynamicTest> headerPairs() throws IOException {
		return seeds("HeaderPairsFuzz", HeaderPairsFuzz::fuzzerTestOneInput);
	}

	@TestFactory
	List<DynamicTest> modules() throws IOException {
		return seeds("ModuleFuzz", ModuleFuzz::fuzzerTestOneInput);
	}

	private static List<DynamicTest> seeds(String target, Consumer<byte[]> test) throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz", target))) {
			List<DynamicTest> tests = files.sorted()
				.map((file) -> DynamicTest.dynamicTest(file.getFileName().toString(),
						() -> test.accept(Files.readAllBytes(file))))
				.toList();
			assertThat(tests).isNotEmpty();
			return tests;
		}
	}

}
