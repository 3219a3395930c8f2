package io.gatewaywasm.host.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Import;
import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * Names a module's functions for people. Kept in their encoded form, since they are
 * rarely asked for and large in number.
 */
final class FunctionNames {

	private static final int FUNCTION_NAMES = 1;

	private static final int MAXIMUM_FRAMES = 20;

	/** The compiler writes function 12 as a static method of this name. */
	private static final String METHOD_PREFIX = "func_";

	private static final String CLASS_PART = "FuncGroup_";

	private final byte[] encoded;

	private final WasmModule module;

	/**
	 * Create names.
	 * @param encoded the vector of function names of the module's {@code name} section
	 * @param module the module, for the names of its imports and exports
	 */
	FunctionNames(byte[] encoded, WasmModule module) {
		this.encoded = encoded;
		this.module = module;
		// A class that is first used near the end of a stack may fail to initialize for
		// good
		RustSymbols.demangle("");
	}

	/**
	 * Cut the function names out of a binary.
	 * @param binary the module
	 * @return the encoded names, empty if it has none
	 */
	static byte[] extract(WasmBinary binary) {
		ByteCursor names = binary.custom("name");
		try {
			while (names.hasRemaining()) {
				int id = names.readByte();
				ByteCursor content = names.slice(names.readUnsigned());
				if (id == FUNCTION_NAMES) {
					return content.toByteArray();
				}
			}
		}
		catch (IndexOutOfBoundsException ex) {
			// A custom section may be malformed without making the module invalid
			return new byte[0];
		}
		return new byte[0];
	}

	/**
	 * Return the guest's functions in the stack trace of an exception or of what caused
	 * it.
	 * @param thrown what a guest call ended with
	 * @return names, innermost first, at most 20
	 */
	List<String> stackOf(Throwable thrown) {
		List<String> frames = List.of();
		int depth = 0;
		for (Throwable t = thrown; t != null && depth < MAXIMUM_FRAMES; t = t.getCause(), depth++) {
			List<String> found = framesOf(t);
			// The innermost cause saw the deepest stack
			frames = found.isEmpty() ? frames : found;
		}
		return frames;
	}

	private List<String> framesOf(Throwable thrown) {
		List<String> frames = new ArrayList<>();
		for (StackTraceElement element : thrown.getStackTrace()) {
			String method = element.getMethodName();
			if (method.startsWith(METHOD_PREFIX) && element.getClassName().contains(CLASS_PART)) {
				frames.add(nameOf(method.substring(METHOD_PREFIX.length())));
				if (frames.size() == MAXIMUM_FRAMES) {
					break;
				}
			}
		}
		return Collections.unmodifiableList(frames);
	}

	private String nameOf(String index) {
		try {
			return nameOf(Integer.parseInt(index));
		}
		catch (NumberFormatException ex) {
			return METHOD_PREFIX + index;
		}
	}

	/**
	 * Return the name of a function.
	 * @param index the function's index
	 * @return its name as far as it is known
	 */
	String nameOf(int index) {
		String name = lookUp(index);
		if (name == null) {
			name = nameOfImport(index);
		}
		if (name == null) {
			name = nameOfExport(index);
		}
		return (name != null) ? PrintableText.of(RustSymbols.demangle(name), PrintableText.NAME)
				: "function[" + index + "]";
	}

	private @Nullable String lookUp(int index) {
		ByteCursor cursor = new ByteCursor(this.encoded, 0, this.encoded.length);
		try {
			long count = cursor.hasRemaining() ? cursor.readUnsigned() : 0;
			for (long i = 0; i < count; i++) {
				long found = cursor.readUnsigned();
				ByteCursor name = cursor.slice(cursor.readUnsigned());
				if (found == index) {
					return new String(name.toByteArray(), StandardCharsets.UTF_8);
				}
			}
		}
		catch (IndexOutOfBoundsException ex) {
			return null;
		}
		return null;
	}

	private @Nullable String nameOfImport(int index) {
		int function = 0;
		for (int i = 0; i < this.module.importSection().importCount(); i++) {
			Import candidate = this.module.importSection().getImport(i);
			if (candidate.importType() == ExternalType.FUNCTION && function++ == index) {
				return candidate.module() + "." + candidate.name();
			}
		}
		return null;
	}

	private @Nullable String nameOfExport(int index) {
		for (int i = 0; i < this.module.exportSection().exportCount(); i++) {
			Export candidate = this.module.exportSection().getExport(i);
			if (candidate.exportType() == ExternalType.FUNCTION && candidate.index() == index) {
				return candidate.name();
			}
		}
		return null;
	}

}
