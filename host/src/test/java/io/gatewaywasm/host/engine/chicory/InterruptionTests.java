package io.gatewaywasm.host.engine.chicory;

import java.util.stream.Stream;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.fixture.GuestBinary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.GuestBinary.BLOCK;
import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.LOOP;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static io.gatewaywasm.host.fixture.GuestBinary.memoryFill;
import static io.gatewaywasm.host.fixture.GuestBinary.repeat;
import static io.gatewaywasm.host.fixture.GuestBinary.skippedAndTooLarge;
import static io.gatewaywasm.host.fixture.GuestBinary.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for the points at which an interrupted guest stops, one at a time: each function
 * contains no other such point.
 */
@Timeout(180)
class InterruptionTests {

	private static final int[] NONE = {};

	private static final byte[] NULL_FUNCTION = bytes(0xd0, 0x70);

	@AfterEach
	void clear() {
		Thread.interrupted();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void instructionStops(String name, byte[] body) {
		ModuleInstance instance = TestModules.instance(TestModules.compile(module(body, bytes())), TestModules.ZERO);
		TestModules.call(instance, "run", 0);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run", 0))
			.extracting(GuestTrapException::reason)
			.isEqualTo(GuestTrapException.Reason.INTERRUPTED);
		assertThat(Thread.interrupted()).isTrue();
	}

	static Stream<Arguments> instructionStops() {
		return Stream.of(arguments("memory.fill", memoryFill(0, 65_536)),
				arguments("memory.fill of 5 KB", memoryFill(1, 5_000)),
				arguments("memory.copy to a lower address", bytes(i32(0), i32(16), i32(32_768), 0xfc, 10, 0, 0)),
				arguments("memory.copy to a higher address", bytes(i32(16), i32(0), i32(32_768), 0xfc, 10, 0, 0)),
				arguments("memory.copy of a range onto itself", bytes(i32(0), i32(0), i32(65_536), 0xfc, 10, 0, 0)),
				arguments("memory.init", bytes(i32(0), i32(0), i32(20_000), 0xfc, 8, 0, 0)),
				arguments("memory.init of nothing", bytes(i32(0), i32(0), i32(0), 0xfc, 8, 0, 0)),
				arguments("memory.grow", bytes(i32(1), 0x40, 0, 0x1a)),
				arguments("memory.grow that fails", bytes(i32(1 << 20), 0x40, 0, 0x1a)),
				arguments("memory.grow by nothing", bytes(i32(0), 0x40, 0, 0x1a)),
				arguments("throw", bytes(BLOCK, 0x40, 0x1f, 0x40, 1, 2, 0, 0x08, 0, END, END)),
				arguments("table.fill", bytes(i32(0), NULL_FUNCTION, i32(1000), 0xfc, 17, 0)),
				arguments("table.copy", bytes(i32(0), i32(1), i32(999), 0xfc, 14, 0, 0)),
				arguments("table.copy between tables", bytes(i32(0), i32(0), i32(1000), 0xfc, 14, 1, 0)),
				arguments("table.init", bytes(i32(0), i32(0), i32(1000), 0xfc, 12, 0, 0)),
				arguments("table.grow", bytes(NULL_FUNCTION, i32(1), 0xfc, 15, 0, 0x1a)),
				arguments("table.grow that fails", bytes(NULL_FUNCTION, i32(-1), 0xfc, 15, 0, 0x1a)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void interpreterStops(String name, byte[] body) {
		CompiledModule module = TestModules.compile(module(body, skippedAndTooLarge()));
		assertThat(module.report().interpreted()).isPositive();
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		Thread thread = Thread.currentThread();
		Thread interrupter = new Thread(() -> {
			try {
				// The sleep prevents the JVM from reading the memory only once
				while (instance.memory().read(0, 1)[0] == 0) {
					Thread.sleep(1);
				}
				thread.interrupt();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		interrupter.setDaemon(true);
		interrupter.start();
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run", 0))
			.extracting(GuestTrapException::reason)
			.isEqualTo(GuestTrapException.Reason.INTERRUPTED);
	}

	static Stream<Arguments> interpreterStops() {
		return Stream.of(arguments("loop of br", bytes(started(), LOOP, 0x40, 0x0c, 0, END)),
				arguments("loop of br_if", bytes(started(), LOOP, 0x40, i32(1), 0x0d, 0, END)),
				arguments("loop of br_table", bytes(started(), LOOP, 0x40, i32(0), 0x0e, 1, 0, 0, END)),
				arguments("loop of the default of br_table", bytes(started(), LOOP, 0x40, i32(9), 0x0e, 0, 0, END)),
				arguments("loop of br_on_null", bytes(started(), LOOP, 0x40, NULL_FUNCTION, 0xd5, 0, 0x1a, END)),
				arguments("row of large fills", bytes(started(), repeat(200_000, memoryFill(0, 65_536)))));
	}

	/** Code that signals that it is running. */
	private static byte[] started() {
		return bytes(i32(0), i32(1), 0x3a, 0, 0);
	}

	private static byte[] module(byte[] body, byte[] before) {
		GuestBinary module = new GuestBinary();
		module.tag(module.type(NONE, NONE));
		module.function(new int[] { I32 }, NONE, "run", before, body);
		return module.table(1000)
			.table(1000)
			.element(1, 0, unsigned(1000), repeat(1000, 0))
			.passiveData(new byte[20_000])
			.toByteArray();
	}

}
