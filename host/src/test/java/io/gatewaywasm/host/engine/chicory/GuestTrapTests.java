package io.gatewaywasm.host.engine.chicory;

import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.abi.GuestExitException;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.GuestTrapException.Reason;
import io.gatewaywasm.host.engine.ModuleInstance;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GuestTrapTests {

	private static final String GUEST = """
			(module (import "env" "f" (func $f)) (memory 1) (table 1 funcref)
			  (func $_ZN4core9panicking5panic17h0123456789abcdefE (unreachable))
			  (func $middle (call $_ZN4core9panicking5panic17h0123456789abcdefE))
			  (func (export "panic") (call $middle))
			  (func $recurse (export "recurse") (call $recurse))
			  (func (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
			  (func (export "indirect") (param i32) (call_indirect (local.get 0)))
			  (func (export "host") (call $f))
			  (func (export "loop") (loop (br 0))))""";

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
	}

	@Test
	void unreachableInstructionNamesTheFunctions() {
		assertTraps("panic", Reason.TRAP).withMessageContaining("unreachable")
			.satisfies((ex) -> assertThat(ex.guestStack()).containsExactly("function[1]", "function[2]", "panic"));
	}

	@Test
	void nameSectionGivesTheNames() {
		byte[] wasm = TestModules.binary(GUEST);
		byte[] named = NameSection.append(wasm,
				java.util.Map.of(1, "_ZN4core9panicking5panic17h0123456789abcdefE", 2, "main.middle"));
		ModuleInstance instance = TestModules.instance(TestModules.compile(named), TestModules.ZERO);
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "panic"))
			.satisfies((ex) -> assertThat(ex.guestStack()).containsExactly("core::panicking::panic", "main.middle",
					"panic"));
	}

	@Test
	void endlessRecursionIsStackOverflowWithAtMostTwentyFrames() {
		assertTraps("recurse", Reason.STACK_OVERFLOW).withMessageContaining("stack")
			.satisfies((ex) -> assertThat(ex.guestStack()).hasSize(20).containsOnly("recurse"));
	}

	@Test
	void recursionThroughHostIsStackOverflow() {
		AtomicReference<GuestFunction> self = new AtomicReference<>();
		ModuleInstance instance = TestModules.instance(GUEST, (memory, arguments) -> self.get().call());
		self.set(instance.function("host"));
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> self.get().call())
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.STACK_OVERFLOW));
	}

	@Test
	void divisionByZeroTraps() {
		assertTraps("divide", Reason.TRAP, 0).withMessageContaining("divide by zero");
	}

	@Test
	void badIndirectCallTraps() {
		assertTraps("indirect", Reason.TRAP, 0).withMessageContaining("uninitialized element");
		assertTraps("indirect", Reason.TRAP, 9).withMessageContaining("undefined element");
	}

	@Test
	void exitCarriesItsCode() {
		assertHostTraps(Reason.EXIT, new GuestExitException(3)).withMessageContaining("proc_exit(3)")
			.withCauseInstanceOf(GuestExitException.class);
	}

	@Test
	void failureOfHostFunctionIsATrapWithItsCause() {
		ModuleInstance instance = TestModules.instance(GUEST, (memory, arguments) -> {
			throw new IllegalStateException("broken");
		});
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "host"))
			.withMessageContaining("host function failed")
			.withCauseInstanceOf(IllegalStateException.class)
			.satisfies((ex) -> assertThat(ex.guestStack()).containsExactly("env.f", "host"));
	}

	@Test
	void errorsOfHostFunctionAreTraps() {
		assertHostTraps(Reason.TRAP, new OutOfMemoryError("test")).withMessageContaining("Java heap");
		assertHostTraps(Reason.TRAP, new NoClassDefFoundError("test")).withCauseInstanceOf(LinkageError.class);
		assertHostTraps(Reason.STACK_OVERFLOW, new StackOverflowError());
	}

	@Test
	void trapInNestedCallIsPassedOnUnchanged() {
		AtomicReference<GuestFunction> inner = new AtomicReference<>();
		ModuleInstance instance = TestModules.instance(GUEST, (memory, arguments) -> inner.get().call());
		inner.set(instance.function("panic"));
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "host"))
			.satisfies((ex) -> assertThat(ex.guestStack()).contains("panic", "host"))
			.satisfies((ex) -> assertThat(ex.getCause()).isNotInstanceOf(GuestTrapException.class));
	}

	@Test
	void interruptStopsAnEndlessLoop() throws InterruptedException {
		ModuleInstance instance = TestModules.instance(GUEST);
		Thread caller = Thread.currentThread();
		Thread watchdog = new Thread(() -> {
			try {
				Thread.sleep(50);
			}
			catch (InterruptedException ex) {
				return;
			}
			caller.interrupt();
		});
		watchdog.start();
		assertTraps(instance, "loop", Reason.INTERRUPTED).withMessageContaining("interrupted");
		assertThat(Thread.interrupted()).isTrue();
		watchdog.join();
	}

	private static ThrowableAssertAlternative<GuestTrapException> assertTraps(String function, Reason reason,
			long... arguments) {
		return assertTraps(TestModules.instance(GUEST), function, reason, arguments);
	}

	private static ThrowableAssertAlternative<GuestTrapException> assertTraps(ModuleInstance instance, String function,
			Reason reason, long... arguments) {
		return assertThatExceptionOfType(GuestTrapException.class)
			.isThrownBy(() -> TestModules.call(instance, function, arguments))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	private static ThrowableAssertAlternative<GuestTrapException> assertHostTraps(Reason reason, Throwable thrown) {
		HostFunction function = (memory, arguments) -> {
			throw GuestTrapTests.<RuntimeException>sneaky(thrown);
		};
		ModuleInstance instance = TestModules.instance(GUEST, function);
		return assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "host"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
		throw (T) thrown;
	}

}
