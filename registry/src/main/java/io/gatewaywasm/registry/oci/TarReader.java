package io.gatewaywasm.registry.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads tar archives in the formats that tar, Docker and Go write, in memory. Commons
 * Compress is not used, because it reads names of any length into memory before a caller
 * can refuse them, and brings three more libraries.
 */
final class TarReader {

	private static final int BLOCK = 512;

	private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:");

	private static final int MAX_METADATA = 64 * 1024;

	private final InputStream input;

	/** The unread bytes of the current entry and its padding. */
	private long remaining;

	private long padding;

	TarReader(InputStream input) {
		this.input = input;
	}

	/**
	 * Advances to the next entry. Returns {@code null} at the end. Throws
	 * {@link IOException} if the archive is damaged.
	 */
	@Nullable Entry next() throws IOException {
		String longName = null;
		long longSize = -1;
		while (true) {
			this.input.skipNBytes(this.remaining + this.padding);
			byte[] header = this.input.readNBytes(BLOCK);
			if (header.length < BLOCK || isZero(header)) {
				return null;
			}
			checkSum(header);
			expect(number(header, 124, 12));
			switch (header[156]) {
				case 'x' -> {
					PaxRecords records = PaxRecords.parse(metadata());
					longName = (records.path() != null) ? records.path() : longName;
					longSize = (records.size() >= 0) ? records.size() : longSize;
				}
				case 'L' -> longName = text(metadata(), 0, MAX_METADATA);
				case 'K', 'g' -> metadata();
				default -> {
					expect((longSize >= 0) ? longSize : this.remaining);
					return new Entry((longName != null) ? longName : name(header), (char) header[156], this.remaining);
				}
			}
		}
	}

	/**
	 * Returns the content of the current entry. Throws {@link IOException} if the archive
	 * is truncated.
	 */
	byte[] content() throws IOException {
		byte[] content = this.input.readNBytes(Math.toIntExact(this.remaining));
		if (content.length != this.remaining) {
			throw new IOException("it ends within a file");
		}
		this.remaining = 0;
		return content;
	}

	private byte[] metadata() throws IOException {
		if (this.remaining > MAX_METADATA) {
			throw new IOException("the name of an entry is too long");
		}
		return content();
	}

	private void expect(long size) throws IOException {
		if (size < 0) {
			throw new IOException("the size of an entry is negative");
		}
		this.remaining = size;
		this.padding = (BLOCK - size % BLOCK) % BLOCK;
	}

	private static boolean isZero(byte[] header) {
		for (byte value : header) {
			if (value != 0) {
				return false;
			}
		}
		return true;
	}

	/** The checksum is computed as if its own field contained spaces. */
	private static void checkSum(byte[] header) throws IOException {
		long sum = 0;
		for (int index = 0; index < BLOCK; index++) {
			sum += (index >= 148 && index < 156) ? ' ' : header[index] & 0xff;
		}
		if (sum != number(header, 148, 8)) {
			throw new IOException("it is not a valid tar archive");
		}
	}

	private static String name(byte[] header) {
		String name = text(header, 0, 100);
		String prefix = text(header, 257, 6).equals("ustar") ? text(header, 345, 155) : "";
		return prefix.isEmpty() ? name : prefix + "/" + name;
	}

	/**
	 * Parses a number in octal digits, or a binary number in GNU tar's format if the
	 * highest bit is set.
	 */
	private static long number(byte[] header, int offset, int length) throws IOException {
		if ((header[offset] & 0x80) != 0) {
			long value = header[offset] & 0x7f;
			for (int index = offset + 1; index < offset + length; index++) {
				if (value >= 1L << 48) {
					throw new IOException("the size of an entry is out of range");
				}
				value = (value << 8) | (header[index] & 0xff);
			}
			return value;
		}
		String digits = text(header, offset, length).trim();
		try {
			return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
		}
		catch (NumberFormatException ex) {
			throw new IOException("it is not a valid tar archive", ex);
		}
	}

	private static String text(byte[] bytes, int offset, int length) {
		int end = offset;
		while (end < Math.min(offset + length, bytes.length) && bytes[end] != 0) {
			end++;
		}
		return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
	}

	/**
	 * An entry. {@code name} is the name, with its directories. {@code size} is the size
	 * in bytes.
	 */
	record Entry(String name, char type, long size) {

		boolean isRegularFile() {
			return this.type == '0' || this.type == 0 || this.type == '7';
		}

		boolean isDirectory() {
			return this.type == '5';
		}

		String baseName() {
			return this.name.substring(Math.max(this.name.lastIndexOf('/'), this.name.lastIndexOf('\\')) + 1);
		}

		/**
		 * Whether the name leads out of the directory that the archive is unpacked to, on
		 * any system: an absolute path, a step to the parent directory, or a backslash,
		 * which separates directories on some systems.
		 */
		boolean isOutside() {
			return this.name.startsWith("/") || this.name.indexOf('\\') >= 0 || DRIVE.matcher(this.name).lookingAt()
					|| ("/" + this.name + "/").contains("/../");
		}

	}

}
