package io.gatewaywasm.registry.oci;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a reproducible tar archive: the same files give the same bytes.
 */
public final class TarArchive {

	private static final int BLOCK = 512;

	private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();

	/**
	 * Adds a regular file.
	 * @return this archive
	 */
	public TarArchive add(String name, byte[] content) {
		return add(name, '0', "", content.length, content);
	}

	/**
	 * Adds an entry of any type without validating it.
	 * @param name the name
	 * @param type the type flag
	 * @param target the target of a link, otherwise empty
	 * @param size the size in the header
	 * @param content the content
	 * @return this archive
	 */
	public TarArchive add(String name, char type, String target, long size, byte[] content) {
		byte[] header = new byte[BLOCK];
		put(header, 0, name);
		put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
		put(header, 124, (size < 1L << 33) ? "%011o".formatted(size) : "");
		if (size >= 1L << 33) {
			header[124] = (byte) 0x80;
			for (int index = 0; index < Long.BYTES; index++) {
				header[135 - index] = (byte) (size >> (Byte.SIZE * index));
			}
		}
		put(header, 136, "00000000000\0" + "        ");
		header[156] = (byte) type;
		put(header, 157, target);
		put(header, 257, "ustar\0" + "00");
		int sum = 0;
		for (byte value : header) {
			sum += value & 0xff;
		}
		put(header, 148, "%06o\0 ".formatted(sum));
		this.blocks.writeBytes(header);
		this.blocks.writeBytes(content);
		this.blocks.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
		return this;
	}

	private static void put(byte[] header, int offset, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		System.arraycopy(bytes, 0, header, offset, bytes.length);
	}

	/**
	 * Returns the archive.
	 * @return the bytes
	 */
	public byte[] toByteArray() {
		ByteArrayOutputStream archive = new ByteArrayOutputStream();
		archive.writeBytes(this.blocks.toByteArray());
		archive.writeBytes(new byte[2 * BLOCK]);
		return archive.toByteArray();
	}

	/**
	 * Compresses bytes with gzip.
	 * @return the compressed bytes
	 */
	public static byte[] gzip(byte[] bytes) {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
			gzip.write(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return compressed.toByteArray();
	}

}
