package io.gatewaywasm.host.engine.binary;

import java.util.Arrays;
import java.util.Set;

import com.dylibso.chicory.wasm.types.OpCode;
import io.gatewaywasm.host.engine.ModuleException;

/**
 * Limits the cost of parsing and validating a module's functions. The limits are checked
 * first, because neither the parser nor the validator can be stopped. The parser stores
 * each local variable, and for each jump it walks from block to block up to the target.
 * The validator processes each value that a jump, a block or a call moves.
 */
final class CodeBounds {

	/** The limit that browsers use. */
	private static final int MAXIMUM_LOCALS = 50_000;

	/**
	 * Limit for all functions together, 8 bytes each. A 64 MB module of Go has three
	 * million.
	 */
	private static final int MAXIMUM_ALL_LOCALS = 1 << 23;

	/** Limit for the blocks that jumps leave, which takes one or two seconds. */
	private static final long MAXIMUM_STEPS = 1L << 29;

	/** Limit for instructions and the values that they move, about 20 ns each. */
	private static final long MAXIMUM_VALUES = 1L << 28;

	private static final Set<Integer> PREFIXES = Set.of(0xfb, 0xfc, 0xfd, 0xfe);

	private final FunctionTypes types;

	/** The factor by which a value costs more if it is a reference. */
	private final int comparisons;

	private final int exception;

	private ByteCursor cursor;

	private int function;

	private int[] labels = new int[64];

	private int depth;

	private long locals;

	private long steps;

	private long values;

	private CodeBounds(FunctionTypes types, ByteCursor cursor) {
		this.types = types;
		this.comparisons = types.declared().maximumComparisons();
		this.exception = types.declared().maximumParameters() + 1;
		this.cursor = cursor;
		this.function = types.imported();
	}

	/**
	 * Checks the functions of a module and returns the number of their local variables.
	 * Fails if the code is malformed or too expensive.
	 */
	static long check(WasmBinary binary, DeclaredTypes declared) throws ModuleException {
		FunctionTypes types = FunctionTypes.of(binary, declared);
		long locals = 0;
		for (WasmBinary.Section section : binary.sections()) {
			if (section.id() == WasmBinary.CODE) {
				CodeBounds bounds = new CodeBounds(types,
						new ByteCursor(binary.bytes(), section.start(), section.end()));
				bounds.checkBodies();
				locals += bounds.locals;
			}
		}
		return locals;
	}

	private void checkBodies() throws ModuleException {
		ByteCursor section = this.cursor;
		try {
			long bodies = section.readUnsigned();
			for (long i = 0; i < bodies; i++) {
				this.cursor = section.slice(section.readUnsigned());
				checkBody();
				this.function++;
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw invalid("the code ends within it, at byte " + this.cursor.position()
					+ " of the module. Build or download it again");
		}
	}

	private void checkBody() throws ModuleException {
		checkLocals();
		this.depth = 0;
		enter(this.types.results(this.function));
		while (this.cursor.hasRemaining()) {
			if (this.depth == 0) {
				throw invalid("instructions follow its end, at byte " + this.cursor.position()
						+ " of the module. Build or download it again");
			}
			int position = this.cursor.position();
			instruction(opcode(position));
			this.values++;
			if (this.steps > MAXIMUM_STEPS) {
				throw tooMuch(position, "jumps that leave " + this.steps + " blocks", MAXIMUM_STEPS,
						"fewer nested blocks");
			}
			if (this.values * this.comparisons > MAXIMUM_VALUES) {
				throw tooMuch(position,
						"jumps, calls and blocks that move " + this.values * this.comparisons + " values",
						MAXIMUM_VALUES, "fewer results and parameters");
			}
		}
		if (this.depth > 0) {
			throw invalid("a block of it has no end. Build or download it again");
		}
	}

	private void checkLocals() throws ModuleException {
		long groups = this.cursor.readUnsigned();
		long own = 0;
		for (long i = 0; i < groups; i++) {
			own += this.cursor.readUnsigned();
			Immediates.skipType(this.cursor);
			if (own > MAXIMUM_LOCALS) {
				throw new ModuleException(
						"Function " + this.function + " of the module has " + own + " local variables or more; at most "
								+ MAXIMUM_LOCALS + " are supported. Make the module smaller.");
			}
		}
		this.locals += own;
		if (this.locals > MAXIMUM_ALL_LOCALS) {
			throw new ModuleException("The module's functions up to " + this.function + " have " + this.locals
					+ " local variables; at most " + MAXIMUM_ALL_LOCALS + " are supported. Make the module smaller.");
		}
	}

	private OpCode opcode(int position) throws ModuleException {
		int code = this.cursor.readByte();
		if (PREFIXES.contains(code)) {
			code = (int) ((code << 8) + this.cursor.readUnsigned());
		}
		OpCode opcode = OpCode.byOpCode(code);
		if (opcode == null) {
			throw invalid("the instruction 0x%02x at byte %d of the module is unknown".formatted(code, position)
					+ ". It may belong to an extension of WebAssembly: build it for WebAssembly 2.0");
		}
		return opcode;
	}

	private void instruction(OpCode opcode) throws ModuleException {
		switch (opcode) {
			case BLOCK, IF, LOOP -> block(opcode == OpCode.LOOP);
			case TRY_TABLE -> {
				int type = Immediates.blockType(this.cursor);
				catches();
				enterBlock(type, false);
			}
			case END -> {
				this.depth--;
				this.values += this.labels[this.depth];
			}
			case ELSE -> this.values += this.labels[this.depth - 1];
			case BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> jump(this.cursor.readUnsigned());
			case BR_TABLE -> {
				long targets = this.cursor.readUnsigned();
				for (long i = 0; i <= targets; i++) {
					jump(this.cursor.readUnsigned());
				}
			}
			case RETURN -> this.values += this.types.results(this.function);
			case CALL, RETURN_CALL -> this.values += this.types.values(this.cursor.readUnsigned());
			case CALL_REF, RETURN_CALL_REF -> called(this.cursor.readUnsigned());
			case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
				called(this.cursor.readUnsigned());
				this.cursor.readUnsigned();
			}
			case BR_ON_CAST, BR_ON_CAST_FAIL -> throw GcProposalCheck.refused(opcode);
			case THROW -> {
				this.cursor.readUnsigned();
				this.values += this.exception;
			}
			default -> OpCode.signature(opcode).forEach((encoding) -> Immediates.skip(this.cursor, encoding));
		}
	}

	private void called(long type) {
		this.values += this.types.declared().parameters(type) + this.types.declared().results(type);
	}

	private void block(boolean loop) {
		enterBlock(Immediates.blockType(this.cursor), loop);
	}

	private void enterBlock(int type, boolean loop) {
		int parameters = this.types.declared().parameters(type);
		int results = (type == Immediates.ONE_RESULT) ? 1 : this.types.declared().results(type);
		this.values += 2L * (parameters + results);
		enter(loop ? parameters : results);
	}

	private void enter(int label) {
		if (this.depth == this.labels.length) {
			this.labels = Arrays.copyOf(this.labels, 2 * this.depth);
		}
		this.labels[this.depth++] = label;
	}

	private void catches() throws ModuleException {
		long clauses = this.cursor.readUnsigned();
		for (long i = 0; i < clauses; i++) {
			int kind = this.cursor.readByte();
			// catch and catch_ref name a tag whose parameters are passed to the target
			if (kind < 2) {
				this.cursor.readUnsigned();
				this.values += this.exception;
			}
			jump(this.cursor.readUnsigned());
		}
	}

	private void jump(long label) throws ModuleException {
		if (label >= this.depth) {
			throw invalid("a jump before byte " + this.cursor.position() + " of the module leaves " + label
					+ " blocks, of which only " + (this.depth - 1) + " are open. Build or download it again");
		}
		this.steps += label;
		this.values += 1L + 2L * this.labels[this.depth - 1 - (int) label];
	}

	private ModuleException tooMuch(int position, String what, long maximum, String advice) {
		return new ModuleException("The module's functions up to " + this.function + " (byte " + position
				+ " of the module) have " + what + ", which takes too long to validate; at most " + maximum
				+ " are supported. Build it with " + advice + ".");
	}

	private ModuleException invalid(String reason) {
		return new ModuleException("The module is invalid: in function " + this.function + ", " + reason + ".");
	}

}
