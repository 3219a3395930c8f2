package io.gatewaywasm.host.engine.binary;

import java.util.Arrays;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * The types of a module's functions, read before the module is parsed.
 */
final class FunctionTypes {

	private static final int FUNCTION = 0;

	private static final int TABLE = 1;

	private static final int MEMORY = 2;

	private static final int GLOBAL = 3;

	private static final int TAG = 4;

	private final DeclaredTypes declared;

	private int[] types = new int[64];

	private int count;

	private int imported;

	private FunctionTypes(DeclaredTypes declared) {
		this.declared = declared;
	}

	/** Reads the function types. Fails if imports or functions are malformed. */
	static FunctionTypes of(WasmBinary binary, DeclaredTypes declared) throws ModuleException {
		FunctionTypes functions = new FunctionTypes(declared);
		for (WasmBinary.Section section : binary.sections()) {
			ByteCursor cursor = new ByteCursor(binary.bytes(), section.start(), section.end());
			try {
				if (section.id() == WasmBinary.IMPORT) {
					functions.readImports(cursor);
				}
				else if (section.id() == WasmBinary.FUNCTION) {
					functions.readFunctions(cursor);
				}
			}
			catch (IndexOutOfBoundsException ex) {
				throw new ModuleException("The module is malformed: its " + WasmBinary.nameOf(section.id())
						+ " section ends within an entry, at byte " + cursor.position()
						+ " of the module. Build or download it again.", ex);
			}
		}
		return functions;
	}

	private void readImports(ByteCursor cursor) throws ModuleException {
		long imports = cursor.readUnsigned();
		for (long i = 0; i < imports; i++) {
			cursor.slice(cursor.readUnsigned());
			cursor.slice(cursor.readUnsigned());
			int kind = cursor.readByte();
			switch (kind) {
				case FUNCTION -> add(cursor.readUnsigned());
				case TABLE -> {
					Immediates.skipType(cursor);
					skipLimits(cursor);
				}
				case MEMORY -> skipLimits(cursor);
				case GLOBAL -> {
					Immediates.skipType(cursor);
					cursor.readByte();
				}
				case TAG -> {
					cursor.readByte();
					cursor.readUnsigned();
				}
				default -> throw new ModuleException(
						"The module is malformed: import %d is of the unknown kind 0x%02x. Build or download it again."
							.formatted(i, kind));
			}
		}
		this.imported = this.count;
	}

	private void readFunctions(ByteCursor cursor) {
		long functions = cursor.readUnsigned();
		for (long i = 0; i < functions; i++) {
			add(cursor.readUnsigned());
		}
	}

	private void add(long type) {
		if (this.count == this.types.length) {
			this.types = Arrays.copyOf(this.types, 2 * this.count);
		}
		this.types[this.count++] = (int) type;
	}

	private static void skipLimits(ByteCursor cursor) {
		boolean maximum = (cursor.readByte() & 1) != 0;
		cursor.skipNumber();
		if (maximum) {
			cursor.skipNumber();
		}
	}

	DeclaredTypes declared() {
		return this.declared;
	}

	/** Returns the number of imported functions. */
	int imported() {
		return this.imported;
	}

	/** Returns the number of results of a function, 0 if it does not exist. */
	int results(long function) {
		return (function < this.count) ? this.declared.results(this.types[(int) function]) : 0;
	}

	/**
	 * Returns the number of parameters and results of a function, 0 if it does not exist.
	 */
	int values(long function) {
		return (function < this.count) ? this.declared.parameters(this.types[(int) function]) + results(function) : 0;
	}

}
