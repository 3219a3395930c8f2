package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestExitException;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;

/**
 * Functions that compilers import in addition to WASI: a few functions of Emscripten, and
 * {@code abort} of AssemblyScript, which reports a location.
 */
final class EmscriptenImports {

	static final ImportArea<EmscriptenImports> AREA = ImportArea
		.unrestricted("Compiler support", EmscriptenImports::new, "env")
		.action("emscripten_notify_memory_growth", "i", EmscriptenImports::notifyMemoryGrowth)
		.plain("pthread_equal", "ii", EmscriptenImports::pthreadEqual)
		.action("abort", "", EmscriptenImports::abort)
		.action("abort", "iiii", EmscriptenImports::abortWithMessage);

	/**
	 * The exit code that AssemblyScript's own {@code abort} passes to {@code proc_exit}.
	 */
	private static final int ABORT_CODE = 255;

	private static final int MAXIMUM_TEXT = 4096;

	private final OutputLines output;

	private EmscriptenImports(Guest guest) {
		this.output = guest.output();
	}

	private int notifyMemoryGrowth(GuestMemory memory, long[] arguments) {
		return 0;
	}

	private int pthreadEqual(GuestMemory memory, long[] arguments) {
		return ((int) arguments[0] == (int) arguments[1]) ? 1 : 0;
	}

	private int abort(GuestMemory memory, long[] arguments) {
		this.output.flush();
		throw new GuestExitException(ABORT_CODE, "the guest called abort()");
	}

	private int abortWithMessage(GuestMemory memory, long[] arguments) {
		this.output.flush();
		throw new GuestExitException(ABORT_CODE,
				"the guest aborted: " + text(memory, (int) arguments[0]) + " in " + text(memory, (int) arguments[1])
						+ ":" + Integer.toUnsignedString((int) arguments[2]) + ":"
						+ Integer.toUnsignedString((int) arguments[3]));
	}

	/**
	 * Reads a string of AssemblyScript, which is UTF-16 and preceded by its length in
	 * bytes.
	 */
	private static String text(GuestMemory memory, int pointer) {
		if (pointer == 0) {
			return "(unknown)";
		}
		try {
			int length = memory.readInt(pointer - Integer.BYTES);
			if (length < 0 || length > MAXIMUM_TEXT) {
				length = MAXIMUM_TEXT;
			}
			return new String(memory.read(pointer, length), StandardCharsets.UTF_16LE);
		}
		catch (GuestMemoryException ex) {
			return "(unreadable)";
		}
	}

}
