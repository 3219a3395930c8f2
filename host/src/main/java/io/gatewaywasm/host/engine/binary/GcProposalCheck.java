package io.gatewaywasm.host.engine.binary;

import java.util.Set;

import com.dylibso.chicory.wasm.types.OpCode;
import io.gatewaywasm.host.engine.ModuleException;

/**
 * Refuses the garbage collection proposal, whose objects are outside the limited memory.
 */
final class GcProposalCheck {

	/** Name prefixes of the instructions. */
	private static final Set<String> PREFIXES = Set.of("STRUCT_", "ARRAY_", "REF_TEST", "CAST_TEST", "BR_ON_CAST",
			"ANY_CONVERT", "EXTERN_CONVERT", "REF_I31", "I31_", "REF_EQ");

	private GcProposalCheck() {
	}

	static boolean has(OpCode code) {
		return PREFIXES.stream().anyMatch(code.name()::startsWith);
	}

	static ModuleException refused(OpCode code) {
		return refused(InstructionName.of(code));
	}

	static ModuleException refused(String what) {
		return new ModuleException("The module uses WebAssembly's garbage collection proposal (" + what
				+ "), whose objects cannot be limited: build it without.");
	}

}
