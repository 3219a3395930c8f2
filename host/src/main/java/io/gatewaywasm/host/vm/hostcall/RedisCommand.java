package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A Redis command in RESP2: an array of bulk strings. {@code parts} has the name of the
 * command and its arguments, which must not be modified.
 */
record RedisCommand(List<byte[]> parts) {

	private static final int MAX_DIGITS = 9;

	RedisCommand {
		parts = List.copyOf(parts);
	}

	/**
	 * Parses a command. Returns the command, or {@code null} if the bytes are not exactly
	 * one complete command.
	 */
	static @Nullable RedisCommand parse(byte[] query) {
		Reader reader = new Reader(query);
		int count = reader.length('*');
		// Each part takes at least six bytes.
		if (count < 1 || count > query.length / 6) {
			return null;
		}
		List<byte[]> parts = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			byte[] part = reader.bulk();
			if (part == null) {
				return null;
			}
			parts.add(part);
		}
		return (reader.isAtEnd() && parts.get(0).length > 0) ? new RedisCommand(parts) : null;
	}

	/**
	 * Returns the name of the command in uppercase.
	 */
	String name() {
		return text(0);
	}

	/**
	 * Returns a part as uppercase text, one character per byte. The part with index 0 is
	 * the name.
	 */
	String text(int index) {
		return new String(this.parts.get(index), StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
	}

	private static final class Reader {

		private final byte[] data;

		private int position;

		private Reader(byte[] data) {
			this.data = data;
		}

		/** Returns the number after a type, or -1 if there is none. */
		private int length(char type) {
			if (this.position >= this.data.length || this.data[this.position++] != type) {
				return -1;
			}
			int start = this.position;
			int number = 0;
			while (this.position < this.data.length && Character.isDigit(this.data[this.position])) {
				number = number * 10 + this.data[this.position++] - '0';
				if (this.position - start > MAX_DIGITS) {
					return -1;
				}
			}
			return (this.position > start && endsLine()) ? number : -1;
		}

		private byte @Nullable [] bulk() {
			int length = length('$');
			if (length < 0 || length > this.data.length - this.position) {
				return null;
			}
			byte[] part = new byte[length];
			System.arraycopy(this.data, this.position, part, 0, length);
			this.position += length;
			return endsLine() ? part : null;
		}

		private boolean endsLine() {
			if (this.position + 1 >= this.data.length || this.data[this.position] != '\r'
					|| this.data[this.position + 1] != '\n') {
				return false;
			}
			this.position += 2;
			return true;
		}

		private boolean isAtEnd() {
			return this.position == this.data.length;
		}

	}

}
