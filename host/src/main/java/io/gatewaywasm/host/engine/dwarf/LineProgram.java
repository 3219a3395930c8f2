package io.gatewaywasm.host.engine.dwarf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A line program of DWARF 2 to 5: the line table of one compilation unit, encoded as
 * instructions for a small machine. Instructions that only matter to debuggers are
 * skipped. A malformed program throws a {@link BufferUnderflowException}.
 */
final class LineProgram {

	/** The length that announces the 64-bit format of DWARF. */
	private static final long WIDE = 0xffffffffL;

	private static final long LARGEST_ADDRESS = Integer.MAX_VALUE;

	private static final int OLDEST = 2;

	private static final int NEWEST = 5;

	private final ByteBuffer code;

	private final LineTable table;

	private final FileTable files;

	/** The indices of files in the table, by their numbers in this program. */
	private final Map<Long, Integer> fileIndices = new HashMap<>();

	private final int[] operands;

	private final int minimumLength;

	private final int lineBase;

	private final int lineRange;

	private long address;

	private long file;

	private long line;

	/** Whether the linker removed the code. */
	private boolean dropped;

	private LineProgram(ByteBuffer unit, boolean wide, DebugSections sections, Names names, LineTable table) {
		int version = Dwarf.readShort(unit);
		if (version < OLDEST || version > NEWEST) {
			throw new BufferUnderflowException();
		}
		if (version == NEWEST) {
			// Sizes of addresses and segment selectors
			Dwarf.skip(unit, 2);
		}
		ByteBuffer header = Dwarf.slice(unit, Dwarf.readOffset(unit, wide));
		this.code = unit;
		this.table = table;
		this.minimumLength = Dwarf.readByte(header);
		// Operations per instruction, and whether rows are good for breakpoints
		Dwarf.skip(header, (version >= 4) ? 2 : 1);
		this.lineBase = header.get();
		this.lineRange = Dwarf.readByte(header);
		int first = Dwarf.readByte(header);
		if (this.lineRange == 0 || first == 0) {
			throw new BufferUnderflowException();
		}
		this.operands = new int[first];
		for (int i = 1; i < first; i++) {
			this.operands[i] = Dwarf.readByte(header);
		}
		this.files = (version == NEWEST) ? FileTable.readNew(header, names, sections, wide)
				: FileTable.readOld(header, names);
		reset();
	}

	/** Runs the programs of all compilation units and adds their rows to the table. */
	static void runAll(DebugSections sections, LineTable table) {
		ByteBuffer lines = sections.lines().duplicate().order(ByteOrder.LITTLE_ENDIAN);
		Names names = new Names();
		try {
			boolean more = true;
			while (more && lines.hasRemaining()) {
				long length = Dwarf.readInt(lines);
				boolean wide = length == WIDE;
				ByteBuffer unit = Dwarf.slice(lines, wide ? lines.getLong() : length);
				more = run(unit, wide, sections, names, table);
			}
		}
		catch (BufferUnderflowException ex) {
			// The position of the next unit is not known
			return;
		}
	}

	private static boolean run(ByteBuffer unit, boolean wide, DebugSections sections, Names names, LineTable table) {
		try {
			return new LineProgram(unit, wide, sections, names, table).run();
		}
		catch (BufferUnderflowException ex) {
			// The next unit may be well-formed
			return true;
		}
	}

	private void reset() {
		this.address = 0;
		this.file = 1;
		this.line = 1;
		this.dropped = true;
	}

	private boolean run() {
		boolean more = true;
		while (more && this.code.hasRemaining()) {
			int opcode = Dwarf.readByte(this.code);
			if (opcode >= this.operands.length) {
				int adjusted = opcode - this.operands.length;
				advance(adjusted / this.lineRange);
				this.line += this.lineBase + adjusted % this.lineRange;
				more = add();
			}
			else {
				more = (opcode == 0) ? extended() : standard(opcode);
			}
		}
		return more;
	}

	private boolean standard(int opcode) {
		switch (opcode) {
			// DW_LNS_copy
			case 1 -> {
				return add();
			}
			// DW_LNS_advance_pc
			case 2 -> advance(Dwarf.readUnsigned(this.code));
			// DW_LNS_advance_line
			case 3 -> this.line += Dwarf.readSigned(this.code);
			// DW_LNS_set_file
			case 4 -> this.file = Dwarf.readUnsigned(this.code);
			// DW_LNS_const_add_pc
			case 8 -> advance((255 - this.operands.length) / this.lineRange);
			// DW_LNS_fixed_advance_pc
			case 9 -> this.address += Dwarf.readShort(this.code);
			default -> {
				for (int i = 0; i < this.operands[opcode]; i++) {
					Dwarf.readUnsigned(this.code);
				}
			}
		}
		return true;
	}

	private boolean extended() {
		ByteBuffer content = Dwarf.slice(this.code, Dwarf.readUnsigned(this.code));
		switch (Dwarf.readByte(content)) {
			// DW_LNE_end_sequence
			case 1 -> {
				boolean more = this.dropped || add(0, 0);
				reset();
				return more;
			}
			// DW_LNE_set_address
			case 2 -> {
				this.address = (content.remaining() == Long.BYTES) ? content.getLong() : Dwarf.readInt(content);
				this.dropped = this.address <= 0 || this.address > LARGEST_ADDRESS;
			}
			// Other instructions name files or matter only to debuggers
			default -> {
			}
		}
		return true;
	}

	private void advance(long operations) {
		this.address += operations * this.minimumLength;
	}

	/**
	 * Adds a row, and returns whether more rows can be added. Code without a line was
	 * generated by the compiler and belongs to the code before it. Code that the linker
	 * removed begins at an address outside the code section.
	 */
	private boolean add() {
		if (this.dropped || this.line == 0) {
			return true;
		}
		int index = this.files.has(this.file)
				? this.fileIndices.computeIfAbsent(this.file, (number) -> this.table.intern(this.files.path(number)))
				: 0;
		return add(index, this.line);
	}

	private boolean add(int index, long lineNumber) {
		boolean possible = this.address > 0 && this.address <= LARGEST_ADDRESS;
		return !possible || this.table.add(this.address, index, lineNumber);
	}

}
