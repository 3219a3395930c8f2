package io.gatewaywasm.host.engine.binary;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntBinaryOperator;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Import;
import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * Readable names of a module's functions. The names are kept in encoded form, because
 * there are many of them and they are rarely needed.
 */
public final class FunctionNames {

	private static final int FUNCTION_NAMES = 1;

	private static final int MAXIMUM_FRAMES = 20;

	/** The compiler generates function 12 as a static method named {@code func_12}. */
	private static final String METHOD_PREFIX = "func_";

	/** Prefix of the name of a method that is a part of a function. */
	public static final String PART_PREFIX = "part";

	private static final String CLASS_PART = "FuncGroup_";

	private final byte[] encoded;

	private final SourceLines lines;

	private final WasmModule module;

	private final IntBinaryOperator rows;

	/**
	 * Creates names from the encoded vector of the module's {@code name} section, and
	 * from the names of its imports and exports.
	 */
	public FunctionNames(byte[] encoded, SourceLines lines, WasmModule module) {
		this(encoded, lines, module, (function, line) -> line);
	}

	private FunctionNames(byte[] encoded, SourceLines lines, WasmModule module, IntBinaryOperator rows) {
		this.encoded = encoded;
		this.lines = lines;
		this.module = module;
		this.rows = rows;
		// Initialize the class now: near the end of a stack, its initialization could
		// fail for good
		RustSymbols.demangle("");
	}

	/**
	 * Returns the same names for methods whose line numbers are not the rows of the
	 * function's {@link SourceLines}. {@code rows} returns the row for a function and the
	 * line number in its method.
	 */
	public FunctionNames withRows(IntBinaryOperator rows) {
		return new FunctionNames(this.encoded, this.lines, this.module, rows);
	}

	/** Returns the encoded function names of a binary, empty if it has none. */
	public static byte[] extract(WasmBinary binary) {
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
			// A malformed custom section does not make the module invalid
			return new byte[0];
		}
		return new byte[0];
	}

	/**
	 * Returns up to 20 guest functions from the stack trace of an exception or of its
	 * causes, innermost first, each with its source line if known.
	 */
	public List<String> stackOf(Throwable thrown) {
		List<String> frames = List.of();
		int depth = 0;
		for (Throwable t = thrown; t != null && depth < MAXIMUM_FRAMES; t = t.getCause(), depth++) {
			List<String> found = framesOf(t);
			// The innermost cause has the deepest stack
			frames = found.isEmpty() ? frames : found;
		}
		return frames;
	}

	private List<String> framesOf(Throwable thrown) {
		List<String> frames = new ArrayList<>();
		int part = 0;
		for (StackTraceElement element : thrown.getStackTrace()) {
			if (frames.size() == MAXIMUM_FRAMES) {
				break;
			}
			String method = element.getMethodName();
			if (!element.getClassName().contains(CLASS_PART)) {
				continue;
			}
			if (method.startsWith(METHOD_PREFIX)) {
				int row = (part > 0) ? part : element.getLineNumber();
				frames.add(frameOf(method.substring(METHOD_PREFIX.length()), row));
				part = 0;
			}
			else if (method.startsWith(PART_PREFIX)) {
				// The next element is the function that calls it
				part = element.getLineNumber();
			}
		}
		return Collections.unmodifiableList(frames);
	}

	/** A debugger's view has the function's name after its index and an underscore. */
	private String frameOf(String index, int line) {
		int end = index.indexOf('_');
		try {
			int function = Integer.parseInt((end < 0) ? index : index.substring(0, end));
			int row = this.rows.applyAsInt(function, line);
			String source = this.lines.at(function - this.module.importSection().importCount(), row);
			return nameOf(function) + ((source != null) ? " (" + source + ")" : "");
		}
		catch (NumberFormatException ex) {
			return METHOD_PREFIX + index;
		}
	}

	/** Returns the name of a function, or as much of it as is known. */
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

	/**
	 * Returns the name of a function in the form of an unqualified name of the JVM, which
	 * excludes some characters.
	 */
	public String unqualified(int index) {
		return nameOf(index).replaceAll("[.;\\[/<>]", "_");
	}

	/**
	 * Returns the index and, if known, the name of a function, for a person who looks for
	 * it in the module.
	 */
	public String describe(int index) {
		String name = nameOf(index);
		return "function " + index + (name.startsWith("function[") ? "" : " (" + name + ")");
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
