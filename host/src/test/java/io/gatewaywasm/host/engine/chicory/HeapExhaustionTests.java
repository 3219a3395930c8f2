package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for guests that request more memory than the Java heap has. They run in JVMs that
 * exit at the first {@link OutOfMemoryError}.
 */
@Tag("slow")
@Timeout(180)
class HeapExhaustionTests {

	private static final String GUEST = guest("");

	/** A guest that cannot be restored. */
	private static final String TABLE_GUEST = guest("""
			(table 1 funcref)
			(func (export "table") (param i32) (result i32) (table.grow (ref.null func) (local.get 0)))""");

	/** More than the heap has: -Xmx256m, of which the application occupies a part. */
	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			G1,       Exit,  100, steps 40 8
			Serial,   Exit,  100, steps 40 8
			Parallel, Exit,  100, steps 40 8
			Z,        Exit,  100, steps 40 8
			G1,       Crash, 100, steps 40 8
			Serial,   Crash, 100, steps 40 8
			G1,       Exit,  60,  turns 6 4 12
			Parallel, Exit,  60,  turns 6 4 12
			G1,       Exit,  20,  gaps 12 12
			Z,        Exit,  20,  gaps 12 12
			G1,       Exit,  60,  restore 50 10
			Serial,   Exit,  60,  restore 50 10
			G1,       Exit,  100, instances 20 40
			Parallel, Exit,  100, instances 20 40
			Serial,   Exit,  100, tables 1000000 20
			Z,        Exit,  100, tables 1000000 20
			G1,       Exit,  100, compile 60
			Serial,   Exit,  100, compile 60
			G1,       Exit,  60,  errors 1000000
			Serial,   Exit,  60,  errors 1000000
			G1,       Exit,  60,  locals 2000 1
			G1,       Exit,  60,  locals 1 2000
			G1,       Exit,  60,  threads 4 3 12
			Serial,   Exit,  60,  threads 4 3 12
			Parallel, Exit,  60,  threads 4 3 12
			Z,        Exit,  60,  threads 4 3 12
			""")
	void guestThatWantsMoreThanTheHeapHasIsRefused(String collector, String option, int application, String scenario)
			throws Exception {
		List<String> options = List.of("-Xmx256m", "-XX:+Use" + collector + "GC",
				"-XX:+" + option + "OnOutOfMemoryError");
		String output = run(options, application, 4096, scenario);
		assertThat(output).contains(GrowingGuests.DONE).doesNotContain("OutOfMemoryError");
		assertThat(refused(output)).as(output).isPositive();
	}

	/**
	 * As much as {@code gateway.wasm.max-memory} allows, on a heap that is large enough
	 * for it.
	 */
	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			G1,       Exit, 60, 100, steps 2 47
			Serial,   Exit, 60, 100, steps 2 47
			Parallel, Exit, 60, 100, steps 2 47
			Z,        Exit, 60, 100, steps 2 47
			G1,       Exit, 60, 100, steps 19 5
			Serial,   Exit, 60, 100, steps 19 5
			G1,       Exit, 60, 100, turns 8 1 9
			Parallel, Exit, 60, 100, turns 8 1 9
			G1,       Exit, 60, 100, restore 20 50
			Z,        Exit, 60, 100, restore 20 50
			G1,       Exit, 60, 100, compiles 3 60
			Serial,   Exit, 60, 100, compiles 3 60
			""")
	void guestGetsWhatItsLimitsAllow(String collector, String option, int application, int budget, String scenario)
			throws Exception {
		List<String> options = List.of("-Xmx512m", "-XX:+Use" + collector + "GC",
				"-XX:+" + option + "OnOutOfMemoryError");
		String output = run(options, application, budget, scenario);
		assertThat(output).contains(GrowingGuests.DONE);
		assertThat(refused(output)).as(output).isZero();
	}

	private static String guest(String more) {
		return HexFormat.of().formatHex(TestModules.binary("""
				(module (memory (export "memory") 1)
				  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
				  (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))
				  %s)""".formatted(more)));
	}

	private static int refused(String output) {
		int start = output.indexOf(GrowingGuests.DONE) + GrowingGuests.DONE.length();
		return Integer.parseInt(output.substring(start, output.indexOf(' ', start)));
	}

	private static String run(List<String> options, int application, int budget, String scenario)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.add("-XX:-CreateCoredumpOnCrash");
		command.add("-XX:ErrorFile=/dev/null");
		command.add(GrowingGuests.class.getName());
		command.addAll(List.of(scenario.startsWith("tables") ? TABLE_GUEST : GUEST, String.valueOf(application),
				String.valueOf(budget)));
		command.addAll(List.of(scenario.split(" ")));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		Path output = Files.createTempFile("heap-exhaustion", ".log");
		Process process = builder.redirectOutput(output.toFile()).start();
		try {
			boolean ended = process.waitFor(170, TimeUnit.SECONDS);
			String text = Files.readString(output);
			assertThat(ended).as(text).isTrue();
			return text;
		}
		finally {
			process.destroyForcibly();
			Files.delete(output);
		}
	}

}
