package io.gatewaywasm.host.engine.chicory;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.ChicoryException;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.chicory.SpecInstance.UnlinkableException;
import tools.jackson.databind.JsonNode;

/**
 * Runs one script of the specification's tests.
 */
final class SpecScript {

	/**
	 * The number of calls after which C2 has compiled the code, with the thresholds that
	 * the build sets.
	 */
	static final int WARM_UP = 60;

	private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final String TEXT = "tests of the text format: the engine reads binaries";

	private static final Pattern IMPORT = Pattern.compile("imports the \\w+ '([^.']+)\\.");

	private final JsonNode script;

	private final Execution execution;

	private final SpecReport report;

	private final Map<String, CompiledModule> compiled;

	private final Map<String, Slot> named = new HashMap<>();

	private final Map<String, byte[]> definitions = new HashMap<>();

	private final Map<String, SpecInstance> registered = new HashMap<>();

	private Slot current = new Slot(null, null, "no module");

	/**
	 * The result of a module command. If the engine refused the module, {@code instance}
	 * is {@code null} and {@code refusal} is the reason. Calls on the {@code twin} make
	 * the code hot.
	 */
	private record Slot(SpecInstance instance, SpecInstance twin, String refusal) {

	}

	/**
	 * Prepares a run. {@code compiled} holds modules that another execution has compiled,
	 * by their text.
	 */
	SpecScript(JsonNode script, Execution execution, SpecReport report, Map<String, CompiledModule> compiled) {
		this.script = script;
		this.execution = execution;
		this.report = report;
		this.compiled = compiled;
	}

	void run() {
		for (JsonNode command : this.script.get("commands")) {
			this.report.at(command.get("line").asInt());
			run(command);
		}
	}

	private void run(JsonNode command) {
		switch (command.get("type").asString()) {
			case "module" -> instantiate(command, bytes(command));
			case "definition" -> define(command);
			case "instance" -> instantiate(command, this.definitions.get(text(command, "module")));
			case "register" -> register(command);
			case "invoke" -> invoke(command, "invoke");
			case "assert_return" -> invoke(command, "return");
			case "assert_trap" -> assertTrap(command);
			case "assert_exhaustion" -> invoke(command, "exhaustion");
			case "assert_exception" -> invoke(command, "exception");
			case "assert_invalid", "assert_malformed" -> assertRefused(command);
			case "assert_unlinkable" -> assertUnlinkable(command);
			default -> this.report.skip("commands that are not about the engine");
		}
	}

	private static byte[] bytes(JsonNode command) {
		String hex = text(command, "wasm");
		return (hex != null) ? HexFormat.of().parseHex(hex) : null;
	}

	private static String text(JsonNode node, String name) {
		JsonNode value = node.get(name);
		return (value != null && value.isString()) ? value.asString() : null;
	}

	private void define(JsonNode command) {
		byte[] wasm = bytes(command);
		this.definitions.put(text(command, "name"), wasm);
		this.definitions.put(null, wasm);
	}

	private void instantiate(JsonNode command, byte[] wasm) {
		this.current = slot(wasm);
		String name = text(command, "name");
		if (name != null) {
			this.named.put(name, this.current);
		}
	}

	private Slot slot(byte[] wasm) {
		if (wasm == null) {
			return new Slot(null, null, TEXT);
		}
		try {
			CompiledModule module = module(wasm);
			SpecInstance instance = SpecInstance.of(module, this.registered);
			SpecInstance twin = (this.execution == Execution.HOT) ? SpecInstance.of(module, this.registered) : null;
			return new Slot(instance, twin, "");
		}
		catch (ModuleException | UnlinkableException ex) {
			return refused(ex.getMessage());
		}
		catch (RuntimeException | Error ex) {
			this.report.differ("cannot be instantiated: " + ex);
			return new Slot(null, null, "cannot be instantiated");
		}
	}

	private Slot refused(String message) {
		Slot refused = new Slot(null, null, this.report.refuse(message));
		Matcher matcher = IMPORT.matcher(message);
		if (matcher.find() && this.registered.containsKey(matcher.group(1))) {
			// The refused module could have changed these instances, so assertions about
			// them are skipped.
			this.named.replaceAll((name, slot) -> refused);
		}
		return refused;
	}

	private CompiledModule module(byte[] wasm) throws ModuleException {
		String key = HexFormat.of().formatHex(wasm);
		CompiledModule module = this.compiled.get(key);
		if (module == null) {
			module = Execution.compile(wasm);
			this.compiled.put(key, module);
		}
		return this.execution.module(wasm, module);
	}

	private void register(JsonNode command) {
		Slot slot = find(text(command, "module"));
		if (slot.instance() != null) {
			this.registered.put(command.get("as").asString(), slot.instance());
		}
		else {
			this.registered.remove(command.get("as").asString());
		}
	}

	private Slot find(String name) {
		return (name != null) ? this.named.getOrDefault(name, new Slot(null, null, "no module")) : this.current;
	}

	private void invoke(JsonNode command, String expectation) {
		JsonNode action = command.get("action");
		Slot slot = find(text(action, "module"));
		JsonNode expected = command.get("expected");
		if (slot.instance() == null) {
			this.report.skip(slot.refusal());
		}
		else if (!known(action.get("args")) || !known(expected)) {
			this.report.skip("values of types that the engine does not have");
		}
		else if (action.get("kind").asString().equals("get")) {
			compare(expected, new long[] { slot.instance().global(action.get("field").asString()) });
		}
		else {
			call(slot, action, expectation, expected);
		}
	}

	private static boolean known(JsonNode values) {
		return values == null || SpecValue.areKnown(values);
	}

	private void call(Slot slot, JsonNode action, String expectation, JsonNode expected) {
		String function = action.get("field").asString();
		long[] arguments = SpecValue.arguments(action.get("args"));
		if (slot.twin() != null && !expectation.equals("exhaustion")) {
			warmUp(slot.twin(), function, arguments);
		}
		try {
			long[] results = slot.instance().call(function, arguments);
			if (expectation.equals("return")) {
				compare(expected, results);
			}
			else if (!expectation.equals("invoke")) {
				this.report.differ(expectation + " expected, but was " + SpecValue.describe(results));
			}
		}
		catch (ChicoryException | WasmException ex) {
			boolean exhausted = ex.getCause() instanceof StackOverflowError;
			boolean thrown = ex instanceof WasmException;
			boolean right = switch (expectation) {
				case "trap" -> !exhausted && !thrown;
				case "exhaustion" -> exhausted;
				case "exception" -> thrown;
				default -> false;
			};
			this.report.judge(right, expectation + " expected, but ended with " + ex);
		}
		catch (RuntimeException | Error ex) {
			this.report.differ(expectation + " expected, but ended with " + ex);
		}
	}

	private static void warmUp(SpecInstance twin, String function, long[] arguments) {
		long end = System.nanoTime() + WARM_UP_NANOS;
		for (int i = 0; i < WARM_UP && System.nanoTime() < end; i++) {
			try {
				twin.call(function, arguments);
			}
			catch (RuntimeException | Error ex) {
				// Only the call on the other instance is asserted.
			}
		}
	}

	private void compare(JsonNode expected, long[] results) {
		this.report.judge(SpecValue.matches(expected, results),
				expected + " expected, but was " + SpecValue.describe(results));
	}

	private void assertTrap(JsonNode command) {
		JsonNode action = command.get("action");
		if (!action.get("kind").asString().equals("module")) {
			invoke(command, "trap");
			return;
		}
		byte[] wasm = bytes(action);
		try {
			SpecInstance.of(module(wasm), this.registered);
			this.report.differ("trap expected, but was instantiated");
		}
		catch (GuestTrapException ex) {
			this.report.pass();
		}
		catch (ModuleException ex) {
			if (ex.getMessage().startsWith("The module cannot be instantiated")) {
				this.report.pass();
			}
			else {
				this.report.skip(refused(ex.getMessage()).refusal());
			}
		}
		catch (UnlinkableException ex) {
			this.report.skip(ex.getMessage());
		}
		catch (RuntimeException | Error ex) {
			this.report.differ("trap expected, but ended with " + ex);
		}
	}

	private void assertRefused(JsonNode command) {
		if (this.execution != Execution.COLD) {
			return;
		}
		byte[] wasm = bytes(command);
		if (wasm == null) {
			this.report.skip(TEXT);
			return;
		}
		try {
			Execution.compile(wasm);
			this.report.differ(command.get("type").asString() + ", but was compiled");
		}
		catch (ModuleException ex) {
			this.report.pass();
		}
		catch (RuntimeException | Error ex) {
			this.report.differ("refusal expected, but ended with " + ex);
		}
	}

	private void assertUnlinkable(JsonNode command) {
		if (this.execution != Execution.COLD) {
			return;
		}
		try {
			SpecInstance.of(module(bytes(command)), this.registered);
			this.report.differ("unlinkable, but was instantiated");
		}
		catch (ModuleException | UnlinkableException ex) {
			this.report.pass();
		}
		catch (RuntimeException | Error ex) {
			this.report.differ("refusal expected, but ended with " + ex);
		}
	}

}
