package io.gatewaywasm.host.imports;

import java.util.Arrays;

/**
 * Splits the output of a guest into lines. Guests such as Go's runtime write a line in
 * many pieces, so an incomplete line is kept until the rest arrives.
 */
final class OutputLines {

	private static final int MAXIMUM_LINE = 64 * 1024;

	private static final byte[] NOTHING = {};

	private final HostProcess host;

	private final byte[][] pending = { NOTHING, NOTHING };

	OutputLines(HostProcess host) {
		this.host = host;
	}

	void write(int descriptor, byte[] data) {
		int start = 0;
		for (int i = 0; i < data.length; i++) {
			if (data[i] == '\n') {
				writeLine(descriptor, Arrays.copyOfRange(data, start, i));
				start = i + 1;
			}
		}
		if (start < data.length) {
			keep(descriptor, Arrays.copyOfRange(data, start, data.length));
		}
	}

	void flush() {
		flush(1);
		flush(2);
	}

	private void keep(int descriptor, byte[] piece) {
		byte[] line = join(this.pending[descriptor - 1], piece);
		this.pending[descriptor - 1] = line;
		if (line.length >= MAXIMUM_LINE) {
			flush(descriptor);
		}
	}

	private void flush(int descriptor) {
		if (this.pending[descriptor - 1].length > 0) {
			writeLine(descriptor, NOTHING);
		}
	}

	private void writeLine(int descriptor, byte[] end) {
		byte[] line = join(this.pending[descriptor - 1], end);
		this.pending[descriptor - 1] = NOTHING;
		this.host.write(descriptor, line);
	}

	private static byte[] join(byte[] first, byte[] second) {
		if (first.length == 0) {
			return second;
		}
		byte[] joined = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, joined, first.length, second.length);
		return joined;
	}

}
