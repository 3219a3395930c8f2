package io.gatewaywasm.boot.fetch.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads an archive of the kinds that tar, Docker and Go write, from memory to memory.
 */
final class TarReader {

	private static final int BLOCK = 512;

	private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:");

	private static final int MAX_METADATA = 64 * 1024;

	private final InputStream input;

	/** What is left of the current entry, and the padding behind it. */
	private long remaining;

	private long padding;

	TarReader(InputStream input) {
		this.input = input;
	}

	/**
	 * Go to the next entry.
	 * @return the entry, or {@code null} if there is none
	 * @throws IOException if the archive is damaged
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
	 * Return the content of the current entry.
	 * @return as many bytes as its size says
	 * @throws IOException if the archive ends before
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
			throw new IOException("a name in it is too long");
		}
		return content();
	}

	private void expect(long size) throws IOException {
		if (size < 0) {
			throw new IOException("a size in it is negative");
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

	/** The sum is taken as if its own field held blanks. */
	private static void checkSum(byte[] header) throws IOException {
		long sum = 0;
		for (int index = 0; index < BLOCK; index++) {
			sum += (index >= 148 && index < 156) ? ' ' : header[index] & 0xff;
		}
		if (sum != number(header, 148, 8)) {
			throw new IOException("it is no tar archive, or damaged");
		}
	}

	private static String name(byte[] header) {
		String name = text(header, 0, 100);
		String prefix = text(header, 257, 6).equals("ustar") ? text(header, 345, 155) : "";
		return prefix.isEmpty() ? name : prefix + "/" + name;
	}

	/**
	 * Octal digits, or, marked by the highest bit, a binary number as GNU's tar writes
	 * it.
	 */
	private static long number(byte[] header, int offset, int length) throws IOException {
		if ((header[offset] & 0x80) != 0) {
			long value = header[offset] & 0x7f;
			for (int index = offset + 1; index < offset + length; index++) {
				if (value >= 1L << 48) {
					throw new IOException("a size in it is beyond all bounds");
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
			throw new IOException("it is no tar archive, or damaged", ex);
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
	 * An entry.
	 *
	 * @param name its name, with the folders that it is in
	 * @param type its type as the archive has it
	 * @param size its size in bytes
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
		 * Returns whether the name leads out of the folder that an archive is unpacked
		 * to, on whatever system: an absolute path, a step to the folder above, or a
		 * backslash, which separates folders on some systems only.
		 */
		boolean isOutside() {
			return this.name.startsWith("/") || this.name.indexOf('\\') >= 0 || DRIVE.matcher(this.name).lookingAt()
					|| ("/" + this.name + "/").contains("/../");
		}

	}

}
