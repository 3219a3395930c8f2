package io.gatewaywasm.host.engine.chicory;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.InterpreterBounds;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import tools.jackson.databind.JsonNode;

/**
 * Executes a random module in the same way as {@code expected.mjs}. {@code start} is the
 * state after the start section, or how instantiation ended; {@code outcomes} and {@code
 * states} have one entry per call.
 */
record RandomModule(String start, List<String> outcomes, List<String> states) {

	/** The fuel for each call that makes the code hot. */
	private static final long FUEL = 100;

	/** Executes the calls of a module. */
	static RandomModule run(JsonNode module, Execution execution) throws ModuleException {
		byte[] wasm = HexFormat.of().parseHex(module.get("wasm").asString());
		CompiledModule compiled = execution.module(wasm, Execution.compile(wasm));
		if (execution == Execution.INTERPRETED) {
			WasmModule parsed = ModuleParser.parse(wasm);
			InterpreterBounds.check(parsed, ModuleShape.of(parsed).definedFunctions());
		}
		SpecInstance instance;
		try {
			instance = SpecInstance.of(compiled, Map.of());
		}
		catch (GuestTrapException ex) {
			return new RandomModule("trap: " + trap(ex), List.of(), List.of());
		}
		catch (ModuleException ex) {
			if (ex.getMessage().startsWith("The module cannot be instantiated")) {
				return new RandomModule("trap: " + trap(ex), List.of(), List.of());
			}
			throw ex;
		}
		String start = state(instance.instance());
		List<String> outcomes = new ArrayList<>();
		List<String> states = new ArrayList<>();
		if (execution == Execution.HOT) {
			SpecInstance twin = SpecInstance.of(compiled, Map.of());
			for (JsonNode call : module.get("calls")) {
				warmUp(twin, call);
			}
		}
		for (JsonNode call : module.get("calls")) {
			String outcome = call(instance, call);
			outcomes.add(outcome);
			states.add(state(instance.instance()));
			if (outcome.equals("trap: unreachable")) {
				instance = SpecInstance.of(compiled, Map.of());
			}
		}
		return new RandomModule(start, outcomes, states);
	}

	/**
	 * Makes the code hot. Each call gets new fuel, because the guest traps without fuel.
	 */
	private static void warmUp(SpecInstance twin, JsonNode call) {
		GlobalInstance fuel = twin.instance().global(twin.instance().globalCount() - 1);
		for (int i = 0; i < SpecScript.WARM_UP; i++) {
			fuel.setValue(FUEL);
			call(twin, call);
		}
	}

	private static String call(SpecInstance instance, JsonNode call) {
		try {
			long[] results = instance.call(call.get("name").asString(), SpecValue.arguments(call.get("args")));
			StringBuilder text = new StringBuilder();
			for (int i = 0; i < results.length; i++) {
				text.append((i > 0) ? " " : "").append(result(call.get("results").get(i).asString(), results[i]));
			}
			return text.toString();
		}
		catch (RuntimeException | Error ex) {
			return "trap: " + trap(ex);
		}
	}

	private static String result(String type, long value) {
		return switch (type) {
			case "i32" -> String.valueOf((int) value);
			case "i64" -> String.valueOf(value);
			case "f32" -> Float.isNaN(Float.intBitsToFloat((int) value)) ? "nan" : String.valueOf((int) value);
			case "f64" -> Double.isNaN(Double.longBitsToDouble(value)) ? "nan" : String.valueOf(value);
			default -> (value == Value.REF_NULL_VALUE) ? "null" : "reference";
		};
	}

	private static String trap(Throwable thrown) {
		String message = String.valueOf(thrown.getMessage());
		if (message.contains("unreachable")) {
			return "unreachable";
		}
		if (message.contains("divide by zero")) {
			return "divide by zero";
		}
		if (message.contains("integer overflow") || message.contains("invalid conversion")) {
			return "integer overflow";
		}
		if (message.contains("memory access")) {
			return "memory";
		}
		if (message.contains("undefined element") || message.contains("table access")) {
			return "table";
		}
		if (message.contains("uninitialized element") || message.contains("type mismatch")
				|| message.contains("null function")) {
			return "indirect call";
		}
		return message.contains("stack") ? "stack" : "unknown: " + thrown;
	}

	private static String state(Instance instance) {
		Map<String, String> parts = new TreeMap<>();
		for (int i = 0; i < instance.module().exportSection().exportCount(); i++) {
			Export export = instance.module().exportSection().getExport(i);
			String name = export.name();
			switch (export.exportType()) {
				case MEMORY -> parts.put(name, memory(instance.exports().memory(name)));
				case GLOBAL -> parts.put(name, global(instance.exports().global(name)));
				case TABLE -> parts.put(name, table(instance.exports().table(name)));
				default -> {
				}
			}
		}
		List<String> text = new ArrayList<>();
		parts.forEach((name, value) -> text.add(name + "=" + value));
		return String.join(" ", text);
	}

	private static String memory(Memory memory) {
		byte[] bytes = memory.readBytes(0, memory.pages() * Memory.PAGE_SIZE);
		try {
			return bytes.length + ":" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String global(GlobalInstance global) {
		ValType type = global.getType();
		if (type.equals(ValType.I32)) {
			return result("f64", Double.doubleToRawLongBits((int) global.getValue()));
		}
		if (type.equals(ValType.F32)) {
			return result("f64", Double.doubleToRawLongBits(Float.intBitsToFloat((int) global.getValue())));
		}
		return result(type.equals(ValType.I64) ? "i64" : type.equals(ValType.F64) ? "f64" : "reference",
				global.getValue());
	}

	private static String table(TableInstance table) {
		StringBuilder content = new StringBuilder();
		for (int i = 0; i < table.size(); i++) {
			content.append((table.ref(i) == Value.REF_NULL_VALUE) ? '0' : '1');
		}
		return content.toString();
	}

}
