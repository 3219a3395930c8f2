package io.gatewaywasm.boot.fetch.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What an extended header says about the entry behind it.
 *
 * @param path the name, or {@code null} if the entry's own holds
 * @param size the size, or -1 if the entry's own holds
 */
record PaxRecords(@Nullable String path, long size) {

	/**
	 * Read records, each a length that counts all of it, a blank, a key, an equals sign,
	 * a value and a line feed.
	 * @param bytes the records
	 * @return what matters of them
	 * @throws IOException if they are damaged
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
					case "size" -> size = Long.parseLong(entry.substring(equals + 1));
					default -> {
					}
				}
				start = Math.addExact(start, Math.max(length, 1));
			}
		}
		catch (RuntimeException ex) {
			throw new IOException("an extended header in it is damaged", ex);
		}
		return new PaxRecords(path, size);
	}

}
