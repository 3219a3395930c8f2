package io.gatewaywasm.host.engine.binary;

import java.util.Locale;

import com.dylibso.chicory.wasm.types.OpCode;

/**
 * The names of instructions as the specification writes them, for example table.set.
 */
public final class InstructionName {

	private InstructionName() {
	}

	public static String of(OpCode code) {
		return code.name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
	}

}
