package io.gatewaywasm.tck.exchange;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A frame of HTTP/2 (RFC 9113, section 4). {@code stream} is the number of the stream, or
 * 0 for the connection.
 */
record Http2Frame(int type, int flags, int stream, byte[] payload) {

	static final int DATA = 0;

	static final int HEADERS = 1;

	static final int RESET = 3;

	static final int SETTINGS = 4;

	static final int PING = 6;

	static final int GOAWAY = 7;

	static final int WINDOW_UPDATE = 8;

	static final int CONTINUATION = 9;

	static final int END_STREAM = 1;

	static final int ACK = 1;

	static final int END_HEADERS = 4;

	static final int PADDED = 8;

	static final int PRIORITY = 0x20;

	static Http2Frame read(DataInputStream input) throws IOException {
		int lengthAndType = input.readInt();
		int flags = input.readUnsignedByte();
		int stream = input.readInt();
		byte[] payload = new byte[lengthAndType >>> 8];
		input.readFully(payload);
		return new Http2Frame(lengthAndType & 0xff, flags, stream, payload);
	}

	boolean has(int flag) {
		return (this.flags & flag) != 0;
	}

	Http2Frame withoutPadding() {
		int start = has(PADDED) ? 1 : 0;
		int padding = has(PADDED) ? this.payload[0] & 0xff : 0;
		start += (this.type == HEADERS && has(PRIORITY)) ? 5 : 0;
		return new Http2Frame(this.type, this.flags, this.stream,
				Arrays.copyOfRange(this.payload, start, this.payload.length - padding));
	}

	Http2Frame complete(DataInputStream input) throws IOException {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.write(this.payload);
		for (boolean last = has(END_HEADERS); !last;) {
			Http2Frame continuation = read(input);
			if (continuation.type() != CONTINUATION) {
				throw new IOException("a frame of type " + continuation.type() + " among headers");
			}
			block.write(continuation.payload());
			last = continuation.has(END_HEADERS);
		}
		return new Http2Frame(this.type, this.flags, this.stream, block.toByteArray());
	}

	/** Writes the frame. Frames that threads write at the same time must not mix. */
	void write(OutputStream output) throws IOException {
		output.write(ByteBuffer.allocate(9)
			.putInt(this.payload.length << 8 | this.type)
			.put((byte) this.flags)
			.putInt(this.stream)
			.array());
		output.write(this.payload);
		output.flush();
	}

}
