package io.gatewaywasm.host.engine.chicory;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Stream;

import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.ChicoryException;
import com.sun.management.ThreadMXBean;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.binary.ModuleBounds;
import io.gatewaywasm.host.engine.instructions.GuestException;
import io.gatewaywasm.host.fixture.GuestBinary;
import io.gatewaywasm.host.limits.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.I64;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.call;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static io.gatewaywasm.host.fixture.GuestBinary.i64;
import static io.gatewaywasm.host.fixture.GuestBinary.repeat;
import static io.gatewaywasm.host.fixture.GuestBinary.skippedAndTooLarge;
import static io.gatewaywasm.host.fixture.GuestBinary.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for the parts of an instance other than its memory: they count as memory or are
 * limited.
 */
class InstanceSizeTests {

	private static final int[] NONE = {};

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void itemsCountAsMemory(String name, GuestBinary guest, long bytes) throws Exception {
		CompiledModule module = TestModules.compile(guest.toByteArray());
		MemoryBudget small = new MemoryBudget(bytes, null);
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, 1 << 20, false, small))
			.withMessageContaining("No memory is left for another instance, whose tables and globals need");
		assertThat(small.used()).isZero();
		MemoryBudget large = new MemoryBudget(64 << 20, null);
		ModuleInstance instance = module.instantiate(TestModules.ZERO, 1 << 20, false, large);
		assertThat(large.used()).isGreaterThan(bytes);
		instance.close();
		assertThat(large.used()).isZero();
	}

	static Stream<Arguments> itemsCountAsMemory() {
		GuestBinary globals = new GuestBinary();
		GuestBinary exports = new GuestBinary();
		GuestBinary tags = new GuestBinary();
		GuestBinary interpreted = new GuestBinary();
		GuestBinary stacks = new GuestBinary();
		stacks.table(1).function(NONE, NONE, null, skippedAndTooLarge());
		int[] parameters = new int[100];
		Arrays.fill(parameters, I64);
		interpreted.function(NONE, NONE, null, skippedAndTooLarge());
		for (int i = 0; i < 50_000; i++) {
			globals.global(I64, 1, i64(1), END);
			exports.export("e" + i, 0, 1);
		}
		for (int i = 0; i < 1000; i++) {
			tags.tag(tags.type(parameters, NONE));
			interpreted.tag(interpreted.type(NONE, NONE));
		}
		return Stream.of(arguments("globals", globals, 50_000L * 48), arguments("exports", exports, 50_000L * 80),
				arguments("exceptions", tags, 1000L * 8 * 100),
				arguments("exceptions of the interpreter", interpreted, (8L << 20) + 1000L * 20_000),
				arguments("stacks of the interpreter", stacks, 8L << 20));
	}

	@Test
	void passiveDataCounts() throws Exception {
		GuestBinary guest = new GuestBinary().passiveData(new byte[200_000]).passiveData(new byte[] { 5, 6, 7 });
		guest.function(NONE, NONE, "init", i32(8), i32(1), i32(2), 0xfc, 8, 1, 0);
		guest.function(NONE, NONE, "drop", 0xfc, 9, 0);
		guest.function(NONE, NONE, "dropped", i32(8), i32(0), i32(1), 0xfc, 8, 0, 0);
		CompiledModule module = TestModules.compile(guest.toByteArray());
		MemoryBudget small = new MemoryBudget(250_000, null);
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, 1 << 20, false, small))
			.withMessageContaining("no memory is left for its data segments");
		assertThat(small.used()).isZero();
		MemoryBudget budget = new MemoryBudget(64 << 20, null);
		ModuleInstance instance = module.instantiate(TestModules.ZERO, 1 << 20, false, budget);
		assertThat(budget.used()).isEqualTo(65_536 + 200_003);
		TestModules.call(instance, "init");
		assertThat(instance.memory().read(8, 2)).containsExactly(6, 7);
		TestModules.call(instance, "dropped");
		for (int i = 0; i < 2; i++) {
			TestModules.call(instance, "drop");
			assertThat(budget.used()).isEqualTo(65_536 + 200_003);
			assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "dropped"));
		}
		instance.close();
		assertThat(budget.used()).isZero();
	}

	@Test
	void initializingMemoryDoesNotCopyTheSegment() {
		GuestBinary guest = new GuestBinary().passiveData(new byte[10 << 20]);
		guest.function(NONE, NONE, "init", repeat(2000, i32(8), i32(1), i32(2), 0xfc, 8, 0, 0));
		ModuleInstance instance = TestModules.instance(TestModules.compile(guest.toByteArray()), TestModules.ZERO);
		TestModules.call(instance, "init");
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long thread = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(thread);
		TestModules.call(instance, "init");
		assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(10 << 20);
	}

	@Test
	void exceptionsHaveNoStackTrace() {
		GuestBinary guest = new GuestBinary();
		guest.tag(guest.type(NONE, NONE));
		guest.function(NONE, NONE, "run", 0x08, 0);
		ModuleInstance instance = TestModules.instance(TestModules.compile(guest.toByteArray()), TestModules.ZERO);
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run"))
			.withMessageContaining("threw an exception (tag 0)")
			.havingCause()
			.isInstanceOf(GuestException.class)
			.satisfies((cause) -> assertThat(cause.getStackTrace()).isEmpty());
	}

	@Test
	void instanceWithAGlobalForAnExceptionIsNotRestored() {
		GuestBinary guest = new GuestBinary();
		guest.tag(guest.type(NONE, NONE));
		guest.global(0x69, 1, 0xd0, 0x69, END);
		assertThat(TestModules.compile(guest.toByteArray()).restoreObstacle()).contains("a global for an exception");
		assertThat(TestModules.compile(new GuestBinary().toByteArray()).restoreObstacle()).isNull();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void oversizedInstanceIsRefused(String name, GuestBinary guest, String reason) {
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> ChicoryEngine.create(EngineOptions.defaults()).compile(guest.toByteArray()))
			.withMessageContaining(reason);
	}

	static Stream<Arguments> oversizedInstanceIsRefused() {
		GuestBinary globals = new GuestBinary();
		for (int i = 0; i <= ModuleBounds.MAXIMUM_GLOBALS; i++) {
			globals.global(I32, 0, i32(0), END);
		}
		GuestBinary parameters = new GuestBinary();
		parameters.type(0x60, unsigned(1001), repeat(1001, I32), 0);
		GuestBinary results = new GuestBinary();
		results.type(0x60, 0, unsigned(1001), repeat(1001, I32));
		GuestBinary expression = new GuestBinary().global(I32, 0, i32(0), repeat(1 << 21, i32(1), 0x6a), END);
		GuestBinary tables = new GuestBinary();
		for (int i = 0; i <= 1000; i++) {
			tables.table(0);
		}
		GuestBinary manyElements = new GuestBinary().element(1, 0, unsigned(9 << 20), new byte[9 << 20]);
		GuestBinary elements = new GuestBinary().element(1, 0, unsigned(3 << 20), new byte[3 << 20]);
		return Stream.of(arguments("100,001 globals", globals, "100001 globals"),
				arguments("1001 tables", tables, "1001 tables"),
				arguments("nine million elements", manyElements, "bytes in its element section"),
				arguments("1001 parameters", parameters, "1001 parameters of one function"),
				arguments("1001 results", results, "1001 results of one function"),
				arguments("a constant expression of four million instructions", expression,
						"instructions in constant expressions"),
				arguments("three million elements", elements, "instructions in constant expressions"));
	}

	@Test
	void localsOfTheInterpreterAreBounded() {
		GuestBinary guest = new GuestBinary();
		int next = guest.nextFunction();
		byte[] count = bytes(i32(0), i32(0), 0x28, 2, 0, i32(1), 0x6a, 0x36, 2, 0);
		guest.functionWithLocals(NONE, NONE, "run", bytes(1, unsigned(50_000), I64), skippedAndTooLarge(), count,
				call(next));
		CompiledModule module = TestModules.compile(guest.toByteArray());
		assertThat(module.report().interpreted()).isEqualTo(1);
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		for (int i = 1; i <= 3; i++) {
			assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run"))
				.extracting(GuestTrapException::reason)
				.isEqualTo(GuestTrapException.Reason.STACK_OVERFLOW);
			assertThat(instance.memory().read(0, 1)[0]).isLessThanOrEqualTo((byte) (6 * i));
		}
	}

	@Test
	void operandStackOfTheInterpreterIsBounded() {
		MStack stack = new MStack();
		InterpreterWatch watch = new InterpreterWatch();
		assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> {
			for (int i = 0; i < 1 << 20; i++) {
				stack.push(i);
				watch.onExecution(null, stack);
			}
		}).withCauseInstanceOf(StackOverflowError.class);
	}

}
