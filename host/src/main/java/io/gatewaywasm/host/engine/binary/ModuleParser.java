package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayInputStream;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.CustomSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.Section;
import io.gatewaywasm.host.engine.ModuleException;

/**
 * Parses modules.
 */
public final class ModuleParser {

	private ModuleParser() {
	}

	/**
	 * Parses and validates a module whose size was checked. Fails if it is malformed,
	 * invalid or too large for the heap.
	 */
	public static WasmModule parse(byte[] wasm) throws ModuleException {
		WasmBinary binary = WasmBinary.of(wasm);
		WasmModule.Builder builder = WasmModule.builder().withValidation(false);
		AtomicInteger parsed = new AtomicInteger();
		WasmModule module;
		try {
			Parser parser = Parser.builder().withCustomParsers(Map.of()).withValidation(false).build();
			parser.parse(new ByteArrayInputStream(wasm), (section) -> {
				add(builder, section);
				parsed.incrementAndGet();
			});
			module = builder.build();
		}
		catch (RuntimeException | AssertionError | StackOverflowError ex) {
			// On malformed input, the parser throws exceptions of various types
			throw invalid(place(binary, parsed.get()), ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap is too small to load the module.", ex);
		}
		ModuleValidator.validate(module,
				new FunctionNames(FunctionNames.extract(binary), new SourceLines(new byte[0]), module));
		return module;
	}

	/**
	 * Parses a module that was validated before. The result includes the data that
	 * Chicory's validation adds.
	 */
	public static WasmModule parseAgain(byte[] wasm) throws ModuleException {
		try {
			return Parser.parse(wasm);
		}
		catch (RuntimeException | AssertionError | StackOverflowError ex) {
			throw invalid("a stored copy of it", ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap is too small to load the module.", ex);
		}
	}

	/**
	 * Returns the position in the module, given the number of sections that were parsed.
	 */
	private static String place(WasmBinary binary, int parsed) {
		if (parsed >= binary.sections().size()) {
			return "in the module as a whole";
		}
		WasmBinary.Section section = binary.sections().get(parsed);
		return "in its " + WasmBinary.nameOf(section.id()) + " section (bytes " + section.start() + " to "
				+ section.end() + ")";
	}

	static ModuleException invalid(String place, Throwable thrown) {
		return new ModuleException(
				"The module is invalid: " + place + ", " + describe(thrown)
						+ ". Build it again, or check it with 'wasm-validate'; if that accepts it, please report it.",
				thrown);
	}

	private static void add(WasmModule.Builder module, Section section) {
		if (section instanceof CodeSection code) {
			module.setCodeSection(FunctionEndCorrection.correct(code));
		}
		// Custom sections are skipped: each name would become an object, and
		// FunctionNames reads the encoded names
		else if (!(section instanceof CustomSection)) {
			RuntimeModule.add(module, section);
		}
	}

	/**
	 * Returns the instructions that a module uses in functions and constant expressions.
	 */
	public static Set<OpCode> instructions(WasmModule module) {
		Set<OpCode> used = EnumSet.noneOf(OpCode.class);
		for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
			FunctionBody body = module.codeSection().getFunctionBody(i);
			for (AnnotatedInstruction instruction : body.instructions()) {
				used.add(instruction.opcode());
			}
		}
		ConstantExpressions.forEach(module,
				(expression) -> expression.forEach((instruction) -> used.add(instruction.opcode())));
		return used;
	}

	public static String describe(Throwable thrown) {
		String message = thrown.getMessage();
		if (thrown instanceof ChicoryException && message != null) {
			return message;
		}
		return (thrown instanceof StackOverflowError) ? "it is nested too deeply" : "the engine fails with "
				+ thrown.getClass().getSimpleName() + ((message != null) ? ": " + firstLine(message) : "");
	}

	/** Returns an error's message without the stack map and bytecode that follow it. */
	private static String firstLine(String message) {
		return message.lines().findFirst().orElse("");
	}

}
