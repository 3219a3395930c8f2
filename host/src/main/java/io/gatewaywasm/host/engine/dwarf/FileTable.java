package io.gatewaywasm.host.engine.dwarf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The source files that a line program refers to. Keeps the positions of their names,
 * since most names are never needed.
 */
final class FileTable {

	/** More files than any compilation unit has. */
	private static final int MAXIMUM = 1 << 16;

	private static final int PATH = 1;

	private static final int DIRECTORY = 2;

	private final List<Entry> directories = new ArrayList<>();

	private final List<Entry> files = new ArrayList<>();

	private final Names names;

	private final int first;

	private FileTable(Names names, int first) {
		this.names = names;
		this.first = first;
	}

	/**
	 * A file or directory. {@code offset} is the position of the name in the section,
	 * negative if unknown.
	 */
	private record Entry(ByteBuffer section, long offset, long directory) {

	}

	/**
	 * Reads the tables of DWARF 2 to 4. The header must be positioned at the first
	 * directory.
	 */
	static FileTable readOld(ByteBuffer header, Names names) {
		// Index 0 is a directory that another section names
		FileTable table = new FileTable(names, 1);
		table.directories.add(new Entry(header, -1, 0));
		for (int start = header.position(); !Dwarf.skipString(header); start = header.position()) {
			add(table.directories, new Entry(header, start, 0));
		}
		for (int start = header.position(); !Dwarf.skipString(header); start = header.position()) {
			add(table.files, new Entry(header, start, Dwarf.readUnsigned(header)));
			Dwarf.readUnsigned(header);
			Dwarf.readUnsigned(header);
		}
		return table;
	}

	/**
	 * Reads the tables of DWARF 5. The header must be positioned at the directory format;
	 * {@code wide} says whether offsets have 64 bits.
	 */
	static FileTable readNew(ByteBuffer header, Names names, DebugSections sections, boolean wide) {
		FileTable table = new FileTable(names, 0);
		readEntries(header, sections, wide, table.directories);
		readEntries(header, sections, wide, table.files);
		return table;
	}

	private static void readEntries(ByteBuffer header, DebugSections sections, boolean wide, List<Entry> entries) {
		long[] format = new long[2 * Dwarf.readByte(header)];
		for (int i = 0; i < format.length; i++) {
			format[i] = Dwarf.readUnsigned(header);
		}
		long count = Dwarf.readUnsigned(header);
		// Entries without any bytes could occur any number of times
		if (count < 0 || count > Math.min(header.remaining(), MAXIMUM)) {
			throw new BufferUnderflowException();
		}
		for (long i = 0; i < count; i++) {
			ByteBuffer section = header;
			long name = -1;
			long directory = 0;
			for (int j = 0; j < format.length; j += 2) {
				Form form = Form.of(format[j + 1]);
				long value = form.read(header, wide);
				if (format[j] == PATH) {
					name = form.isString() ? value : -1;
					section = form.section(header, sections);
				}
				else if (format[j] == DIRECTORY) {
					directory = value;
				}
			}
			entries.add(new Entry(section, name, directory));
		}
	}

	private static void add(List<Entry> entries, Entry entry) {
		if (entries.size() == MAXIMUM) {
			throw new BufferUnderflowException();
		}
		entries.add(entry);
	}

	/** Returns whether the table contains a file. */
	boolean has(long index) {
		return index >= this.first && index - this.first < this.files.size();
	}

	/** Returns the path of a file in the table, empty if it is unknown. */
	String path(long index) {
		Entry file = this.files.get((int) index - this.first);
		String name = name(file);
		// Directory 0 is the working directory of the compiler
		boolean inside = file.directory() <= 0 || file.directory() >= this.directories.size();
		if (name.isEmpty() || name.startsWith("/") || inside) {
			return name;
		}
		String directory = name(this.directories.get((int) file.directory()));
		return directory.isEmpty() ? name : directory + "/" + name;
	}

	private String name(Entry entry) {
		return (entry.offset() >= 0) ? this.names.read(entry.section(), entry.offset()) : "";
	}

}
