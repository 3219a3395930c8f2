package io.gatewaywasm.host.engine.dwarf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps each instruction to a line of a source file. The rows are in the order of their
 * addresses, and a row applies up to the next one.
 */
public final class LineTable {

	private static final int MAXIMUM_FILES = 1 << 16;

	private static final int LARGEST_LINE = 1 << 24;

	private final Map<String, Integer> files = new LinkedHashMap<>();

	private final int maximum;

	/**
	 * The address and the number of each row, so that rows with equal addresses keep
	 * their order.
	 */
	private long[] keys = new long[1024];

	private int[] file = new int[1024];

	private int[] line = new int[1024];

	private int size;

	LineTable(int maximum) {
		this.maximum = maximum;
		this.files.put("", 0);
	}

	/**
	 * Reads up to {@code maximumRows} rows from the line programs of a module. At an
	 * error, the rows read so far are kept.
	 */
	public static LineTable read(DebugSections sections, int maximumRows) {
		LineTable table = new LineTable(maximumRows);
		LineProgram.runAll(sections, table);
		table.sort();
		return table;
	}

	public int size() {
		return this.size;
	}

	/** Returns the address in the code section at which a row begins. */
	public long address(int row) {
		return this.keys[row] >>> Integer.SIZE;
	}

	/** Returns the index in {@link #files()} of a row's file, or 0 if it is not known. */
	public int file(int row) {
		return this.file[(int) this.keys[row]];
	}

	/** Returns the line of a row, or 0 if none is known. */
	public int line(int row) {
		return this.line[(int) this.keys[row]];
	}

	/** Returns the paths of all files. The first path is empty. */
	public List<String> files() {
		return List.copyOf(this.files.keySet());
	}

	/** Returns the index of a file, adding it if necessary. */
	int intern(String path) {
		Integer known = this.files.get(path);
		if (known != null) {
			return known;
		}
		int index = this.files.size();
		if (index == MAXIMUM_FILES) {
			return 0;
		}
		this.files.put(path, index);
		return index;
	}

	/** Adds a row, and returns whether more rows can be added. */
	boolean add(long address, int fileIndex, long lineNumber) {
		if (this.size == this.keys.length) {
			int length = Math.min(this.maximum, 2 * this.size);
			this.keys = Arrays.copyOf(this.keys, length);
			this.file = Arrays.copyOf(this.file, length);
			this.line = Arrays.copyOf(this.line, length);
		}
		boolean known = lineNumber > 0 && lineNumber < LARGEST_LINE;
		this.keys[this.size] = (address << Integer.SIZE) | this.size;
		this.file[this.size] = known ? fileIndex : 0;
		this.line[this.size] = known ? (int) lineNumber : 0;
		return ++this.size < this.maximum;
	}

	private void sort() {
		// Addresses have 31 bits, so no key is negative
		Arrays.sort(this.keys, 0, this.size);
	}

}
