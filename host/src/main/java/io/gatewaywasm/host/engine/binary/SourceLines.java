package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.dwarf.DebugSections;
import io.gatewaywasm.host.engine.dwarf.LineTable;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.jspecify.annotations.Nullable;

/**
 * The source line of the instructions of each function, from the module's debug
 * information. Kept in encoded form, as {@link FunctionNames} are: first the file paths,
 * then the rows of each function.
 */
public final class SourceLines {

	/** Maximum number of rows. */
	private static final int MAXIMUM_ROWS = 1 << 19;

	/** The heap in bytes that reading a row takes. */
	private static final int HEAP_FOR_A_ROW = 48;

	/**
	 * The number of path segments to keep. The segments before them only show where the
	 * module was built.
	 */
	private static final int SEGMENTS = 4;

	private final byte[] encoded;

	/** Creates lines from the result of {@link #extract(WasmBinary)}; empty for none. */
	public SourceLines(byte[] encoded) {
		this.encoded = encoded;
	}

	/**
	 * Encodes the debug information of a valid module. Returns an empty array if it has
	 * none or the heap has no space to read it.
	 */
	public static byte[] extract(WasmBinary binary) {
		ByteBuffer lines = section(binary, ".debug_line");
		if (!lines.hasRemaining()) {
			return new byte[0];
		}
		int rows = Math.max(1, Math.min(MAXIMUM_ROWS, lines.remaining()));
		try (JavaHeap.Reservation reservation = JavaHeap.current().reserveIfFree((long) rows * HEAP_FOR_A_ROW, 1)) {
			if (reservation == null) {
				return new byte[0];
			}
			DebugSections sections = new DebugSections(lines, section(binary, ".debug_line_str"),
					section(binary, ".debug_str"));
			LineTable table = LineTable.read(sections, rows);
			return (table.size() > 0) ? encode(table, binary.content(WasmBinary.CODE)) : new byte[0];
		}
	}

	private static ByteBuffer section(WasmBinary binary, String name) {
		return ByteBuffer.wrap(binary.custom(name).toByteArray());
	}

	private static byte[] encode(LineTable table, ByteCursor code) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		List<String> files = table.files();
		Leb128.writeUnsigned(output, files.size());
		for (String file : files) {
			write(output, shorten(file).getBytes(StandardCharsets.UTF_8));
		}
		int start = code.position();
		long count = code.hasRemaining() ? code.readUnsigned() : 0;
		int row = 0;
		for (long i = 0; i < count; i++) {
			ByteCursor body = code.slice(code.readUnsigned());
			// Addresses are relative to the code section
			int end = code.position() - start;
			while (row < table.size() && table.address(row) < body.position() - start) {
				row++;
			}
			Rows rows = new Rows();
			while (row < table.size() && table.address(row) < end) {
				long address = table.address(row);
				int last = row;
				for (; row < table.size() && table.address(row) == address; row++) {
					// The end of other code can have the same address
					last = (table.line(row) > 0) ? row : last;
				}
				rows.add((int) address, table.file(last), table.line(last));
			}
			write(output, rows.output.toByteArray());
		}
		return output.toByteArray();
	}

	private static void write(ByteArrayOutputStream output, byte[] bytes) {
		Leb128.writeUnsigned(output, bytes.length);
		output.writeBytes(bytes);
	}

	private static String shorten(String path) {
		if (!path.startsWith("/") && !path.matches("^[A-Za-z]:[/\\\\].*")) {
			return path;
		}
		String[] segments = path.split("[/\\\\]");
		return String.join("/", Arrays.copyOfRange(segments, Math.max(1, segments.length - SEGMENTS), segments.length));
	}

	/** The rows of one function. */
	private static final class Rows {

		private final ByteArrayOutputStream output = new ByteArrayOutputStream();

		private int address;

		private int file;

		private int line;

		private void add(int nextAddress, int nextFile, int nextLine) {
			if (nextFile == this.file && nextLine == this.line) {
				return;
			}
			Leb128.writeUnsigned(this.output, nextAddress - this.address);
			Leb128.writeUnsigned(this.output, nextFile);
			Leb128.writeUnsigned(this.output, nextLine);
			this.address = nextAddress;
			this.file = nextFile;
			this.line = nextLine;
		}

	}

	/** Returns whether no line is known. */
	boolean isEmpty() {
		return this.encoded.length == 0;
	}

	/**
	 * Returns the start addresses of a function's rows in ascending order. {@code
	 * function} does not count imports.
	 */
	public int[] addresses(int function) {
		ByteCursor rows = encodedRows(function);
		int[] addresses = new int[rows.remaining()];
		int count = 0;
		int address = 0;
		while (rows.hasRemaining()) {
			address += (int) rows.readUnsigned();
			rows.readUnsigned();
			rows.readUnsigned();
			addresses[count++] = address;
		}
		return Arrays.copyOf(addresses, count);
	}

	/**
	 * Returns file and line of a row, or {@code null} if they are not known. Rows are
	 * counted from 1; {@code function} does not count imports.
	 */
	@Nullable String at(int function, int row) {
		if (isEmpty() || function < 0 || row <= 0) {
			return null;
		}
		ByteCursor rows = encodedRows(function);
		long file = 0;
		long line = 0;
		for (int i = 0; i < row && rows.hasRemaining(); i++) {
			rows.readUnsigned();
			file = rows.readUnsigned();
			line = rows.readUnsigned();
		}
		return (file > 0 && line > 0) ? PrintableText.of(file(file), PrintableText.NAME) + ":" + line : null;
	}

	/**
	 * A row of a function.
	 *
	 * @param file the path of the source file
	 * @param line the line, or 0 if it is not known
	 */
	public record Row(String file, int line) {

	}

	/** Returns the rows of a function; {@code function} does not count imports. */
	public List<Row> rows(int function) {
		List<Row> found = new ArrayList<>();
		ByteCursor rows = isEmpty() ? cursor() : encodedRows(function);
		while (rows.hasRemaining()) {
			rows.readUnsigned();
			long file = rows.readUnsigned();
			long line = rows.readUnsigned();
			boolean known = file > 0 && line > 0 && line <= Integer.MAX_VALUE;
			found.add(known ? new Row(PrintableText.of(file(file), PrintableText.NAME), (int) line) : new Row("", 0));
		}
		return found;
	}

	private String file(long index) {
		ByteCursor cursor = cursor();
		cursor.readUnsigned();
		for (long i = 0; i < index; i++) {
			cursor.slice(cursor.readUnsigned());
		}
		return new String(cursor.slice(cursor.readUnsigned()).toByteArray(), StandardCharsets.UTF_8);
	}

	private ByteCursor encodedRows(int function) {
		ByteCursor cursor = cursor();
		long files = cursor.readUnsigned();
		for (long i = 0; i < files + function; i++) {
			cursor.slice(cursor.readUnsigned());
		}
		return cursor.slice(cursor.readUnsigned());
	}

	private ByteCursor cursor() {
		return new ByteCursor(this.encoded, 0, this.encoded.length);
	}

}
