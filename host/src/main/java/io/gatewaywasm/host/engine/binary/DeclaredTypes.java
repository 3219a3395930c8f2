package io.gatewaywasm.host.engine.binary;

import java.util.Arrays;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * The function types that a module declares, read before the module is parsed. The work
 * of Chicory's parser and validator for each jump and each reference depends on these
 * types.
 */
final class DeclaredTypes {

	private static final int FUNCTION = 0x60;

	private static final int GROUP = 0x4e;

	private static final int STRUCTURE = 0x5f;

	private static final int ARRAY = 0x5e;

	private static final int SUBTYPE = 0x50;

	private static final int FINAL_SUBTYPE = 0x4f;

	/**
	 * Limit for results times bytes of code, which takes seconds. Compilers use two
	 * results at most.
	 */
	private static final long MAXIMUM_RESULTS = 1L << 30;

	/**
	 * Limit for parameters times bytes of code. Few compilers generate loops with
	 * parameters.
	 */
	private static final long MAXIMUM_PARAMETERS = 1L << 32;

	/**
	 * Limit for the number of types that are compared to find out whether two types are
	 * equal. The validator does this for each value and follows each reference again.
	 */
	private static final int MAXIMUM_COMPARISONS = 1000;

	private final ByteCursor cursor;

	private int count;

	private int[] parameters = new int[4];

	private int[] results = new int[4];

	private int[] comparisons = { 1, 1, 1, 1 };

	/** The first type of the recursion group that is being read. */
	private int group;

	private DeclaredTypes(ByteCursor cursor) {
		this.cursor = cursor;
	}

	/**
	 * Reads the types of a module. Fails if they are malformed, are not function types,
	 * or if jumps to blocks of these types could be too expensive.
	 */
	static DeclaredTypes of(WasmBinary binary) throws ModuleException {
		DeclaredTypes types = new DeclaredTypes(new ByteCursor(binary.bytes(), 0, 0));
		long code = 0;
		for (WasmBinary.Section section : binary.sections()) {
			if (section.id() == WasmBinary.CODE) {
				code += section.end() - section.start();
			}
			if (section.id() == WasmBinary.TYPE) {
				types = new DeclaredTypes(new ByteCursor(binary.bytes(), section.start(), section.end()));
				types.read();
			}
		}
		long parameters = types.maximumParameters();
		long results = Arrays.stream(types.results).max().orElse(0);
		if (results * code > MAXIMUM_RESULTS || parameters * code > MAXIMUM_PARAMETERS) {
			throw new ModuleException(
					"The module has " + code + " bytes of code and a type with " + parameters + " parameters or "
							+ results + " results, which may take too long to validate. Make the module smaller.");
		}
		return types;
	}

	/** Returns the number of parameters of a type, 0 for a type that does not exist. */
	int parameters(long type) {
		return (type >= 0 && type < this.count) ? this.parameters[(int) type] : 0;
	}

	/** Returns the number of results of a type, 0 for a type that does not exist. */
	int results(long type) {
		return (type >= 0 && type < this.count) ? this.results[(int) type] : 0;
	}

	int maximumParameters() {
		return Arrays.stream(this.parameters).max().orElse(0);
	}

	/**
	 * Returns the largest number of type comparisons that testing two types for equality
	 * can take.
	 */
	int maximumComparisons() {
		return Arrays.stream(this.comparisons).max().orElse(1);
	}

	private void read() throws ModuleException {
		try {
			long types = this.cursor.readUnsigned();
			for (long i = 0; i < types; i++) {
				type();
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw new ModuleException("The module is malformed: its type section ends within type " + this.count
					+ ". Build or download it again.", ex);
		}
	}

	private void type() throws ModuleException {
		this.group = this.count;
		int form = this.cursor.readByte();
		if (form == GROUP) {
			long types = this.cursor.readUnsigned();
			for (long i = 0; i < types; i++) {
				composite(this.cursor.readByte());
			}
			shareComparisons();
		}
		else {
			composite(form);
		}
	}

	/**
	 * Two types are equal if their recursion groups are, so each type of a group costs as
	 * much as the group.
	 */
	private void shareComparisons() throws ModuleException {
		long sum = 0;
		for (int i = this.group; i < this.count; i++) {
			sum += this.comparisons[i];
		}
		checkComparisons(sum, this.group);
		Arrays.fill(this.comparisons, this.group, this.count, (int) sum);
	}

	private void composite(int first) throws ModuleException {
		int form = first;
		if (form == SUBTYPE || form == FINAL_SUBTYPE) {
			long supertypes = this.cursor.readUnsigned();
			if (form == SUBTYPE || supertypes > 0) {
				throw GcProposalCheck.refused("type " + this.count + ", that has subtypes");
			}
			form = this.cursor.readByte();
		}
		if (form == STRUCTURE || form == ARRAY) {
			throw GcProposalCheck.refused("type " + this.count + ", a type that is not a function");
		}
		if (form != FUNCTION) {
			throw new ModuleException("The module is malformed or uses an extension of WebAssembly that this engine"
					+ " does not know: the form 0x%02x of type %d. Build it for WebAssembly 2.0.".formatted(form,
							this.count));
		}
		if (this.count == this.parameters.length) {
			this.parameters = Arrays.copyOf(this.parameters, 2 * this.count);
			this.results = Arrays.copyOf(this.results, 2 * this.count);
			this.comparisons = Arrays.copyOf(this.comparisons, 2 * this.count);
		}
		this.comparisons[this.count] = 1;
		this.parameters[this.count] = values();
		this.results[this.count] = values();
		this.count++;
	}

	private int values() throws ModuleException {
		int values = (int) Math.min(Integer.MAX_VALUE, this.cursor.readUnsigned());
		long sum = this.comparisons[this.count];
		for (int i = 0; i < values; i++) {
			if (ByteCursor.isTypedReference(this.cursor.readByte())) {
				int type = this.cursor.readSigned();
				// Types of the same group are compared by position
				sum += (type >= 0 && type < this.group) ? this.comparisons[type] : 0;
				checkComparisons(sum, this.count);
			}
		}
		this.comparisons[this.count] = (int) sum;
		return values;
	}

	private static void checkComparisons(long comparisons, int type) throws ModuleException {
		if (comparisons > MAXIMUM_COMPARISONS) {
			throw new ModuleException("The module's type " + type + " refers to so many others that comparing it takes "
					+ comparisons + " steps or more; at most " + MAXIMUM_COMPARISONS
					+ " are supported. Build it without nested references to functions.");
		}
	}

}
