package io.gatewaywasm.registry.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The content of an extended header, which applies to the next entry. {@code path} is the
 * name of the entry, or {@code null} if it is not overridden. {@code size} is the size of
 * the entry, or -1 if it is not overridden.
 */
record PaxRecords(@Nullable String path, long size) {

	/**
	 * Parses records. Each consists of its total length, a space, a key, an equals sign,
	 * a value and a line feed. Throws {@link IOException} if a record is damaged.
	 */
	static PaxRecords parse(byte[] bytes) throws IOException {
		String path = null;
		long size = -1;
		int start = 0;
		try {
			while (start < bytes.length && bytes[start] != 0) {
				int blank = start;
				while (bytes[blank] != ' ') {
					blank++;
				}
				int length = Integer.parseInt(new String(bytes, start, blank - start, StandardCharsets.US_ASCII));
				String entry = new String(bytes, blank + 1, start + length - blank - 2, StandardCharsets.UTF_8);
				int equals = entry.indexOf('=');
				switch (entry.substring(0, equals)) {
					case "path" -> path = entry.substring(equals + 1);
					case "size" -> size = size(entry.substring(equals + 1));
					default -> {
					}
				}
				start = Math.addExact(start, Math.max(length, 1));
			}
		}
		catch (RuntimeException ex) {
			throw new IOException("an extended header is damaged", ex);
		}
		return new PaxRecords(path, size);
	}

	private static long size(String text) {
		long size = Long.parseLong(text);
		if (size < 0) {
			throw new NumberFormatException("negative");
		}
		return size;
	}

}
