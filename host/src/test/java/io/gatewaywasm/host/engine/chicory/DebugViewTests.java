package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.connect.VMStartException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import io.gatewaywasm.host.engine.GuestTrapException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what a profiler and a debugger see of a guest.
 */
class DebugViewTests {

	private static final String SOURCE = "lib.rs";

	/** The line of the source that divides by zero. */
	private static final int LINE = 77;

	@BeforeEach
	void enable() {
		System.setProperty(DebugView.PROPERTY, "true");
	}

	@AfterEach
	void disable() {
		System.clearProperty(DebugView.PROPERTY);
	}

	@Test
	void methodsHaveTheNamesOfFunctions() {
		assertThat(methods()).anyMatch((name) -> name.matches("func_\\d+_proxy_on_request_headers"));
	}

	@Test
	void methodsHaveTheCompilersNamesByDefault() {
		disable();
		assertThat(methods()).anyMatch((name) -> name.matches("func_\\d+"))
			.noneMatch((name) -> name.contains("proxy_on"));
	}

	private static List<String> methods() {
		List<String> methods = new ArrayList<>();
		DebuggedGuest.call("none",
				() -> Stream.of(new Throwable().getStackTrace())
					.map(StackTraceElement::getMethodName)
					.forEach(methods::add));
		return methods;
	}

	@ParameterizedTest
	@ValueSource(strings = { "panic", "index", "unreachable", "memory", "divide", "stack" })
	void trapsHaveTheSameStacks(String trap) {
		List<String> shown = stack(trap);
		disable();
		List<String> expected = stack(trap);
		// A stack overflow can hit any instruction of the innermost function
		int first = trap.equals("stack") ? 1 : 0;
		assertThat(shown).hasSameSizeAs(expected).anyMatch((frame) -> frame.contains("traps-rust/src/lib.rs:"));
		assertThat(shown.subList(first, shown.size())).isEqualTo(expected.subList(first, expected.size()));
	}

	private static List<String> stack(String trap) {
		List<String> stack = new ArrayList<>();
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> DebuggedGuest.call(trap))
			.satisfies((ex) -> stack.addAll(ex.guestStack()));
		return stack;
	}

	@ParameterizedTest
	@ValueSource(strings = { "api_key.wasm", "hello_world.wasm", "headers_go.wasm" })
	void classesOfAnyModuleAreValid(String filter) {
		assertThat(TestModules.instance(TestModules.compile(TestModules.filter(filter)), TestModules.ZERO)).isNotNull();
	}

	@Test
	@Tag("slow")
	@Timeout(120)
	void breakpointInALineOfRustStops() throws Exception {
		VirtualMachine machine = launch();
		try {
			assertThat(stop(machine)).isEqualTo("traps-rust/src/lib.rs:" + LINE);
		}
		finally {
			machine.process().destroyForcibly();
		}
	}

	private static VirtualMachine launch() throws IOException, IllegalConnectorArgumentsException, VMStartException {
		LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
		Map<String, Connector.Argument> arguments = connector.defaultArguments();
		arguments.get("main").setValue(DebuggedGuest.class.getName());
		arguments.get("options")
			.setValue("-D" + DebugView.PROPERTY + "=true -cp \"" + System.getProperty("java.class.path") + "\"");
		return connector.launch(arguments);
	}

	private static String stop(VirtualMachine machine) throws InterruptedException, AbsentInformationException {
		ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
		prepared.addSourceNameFilter(SOURCE);
		prepared.enable();
		while (true) {
			EventSet events = machine.eventQueue().remove();
			for (Event event : events) {
				if (event instanceof ClassPrepareEvent prepare) {
					setBreakpoint(machine, prepare.referenceType());
				}
				else if (event instanceof BreakpointEvent stopped) {
					Location location = stopped.location();
					return location.sourcePath() + ":" + location.lineNumber();
				}
			}
			events.resume();
		}
	}

	private static void setBreakpoint(VirtualMachine machine, ReferenceType type) {
		try {
			type.locationsOfLine(null, SOURCE, LINE)
				.forEach((location) -> machine.eventRequestManager().createBreakpointRequest(location).enable());
		}
		catch (AbsentInformationException ex) {
			throw new AssertionError(ex);
		}
		catch (VMDisconnectedException ex) {
			throw new AssertionError("the program has ended", ex);
		}
	}

}
