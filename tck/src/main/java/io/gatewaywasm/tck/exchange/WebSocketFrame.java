package io.gatewaywasm.tck.exchange;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A WebSocket frame of at most 64 KB. The {@code opcode} includes the FIN bit; the {@code
 * payload} is unmasked.
 */
record WebSocketFrame(int opcode, byte[] payload) {

	private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private static final int CLOSE = 0x88;

	private static final int MASKED = 0x80;

	static WebSocketFrame read(DataInputStream input) throws IOException {
		int opcode = input.readUnsignedByte();
		int maskAndLength = input.readUnsignedByte();
		int length = maskAndLength & 0x7f;
		byte[] payload = new byte[(length == 126) ? input.readUnsignedShort() : length];
		byte[] mask = new byte[4];
		if ((maskAndLength & MASKED) != 0) {
			input.readFully(mask);
		}
		input.readFully(payload);
		for (int i = 0; i < payload.length; i++) {
			payload[i] ^= mask[i % 4];
		}
		return new WebSocketFrame(opcode, payload);
	}

	void write(OutputStream output) throws IOException {
		output.write(this.opcode);
		output.write((this.payload.length < 126) ? this.payload.length : 126);
		if (this.payload.length >= 126) {
			output.write(this.payload.length >> 8);
			output.write(this.payload.length);
		}
		output.write(this.payload);
		output.flush();
	}

	boolean isClose() {
		return this.opcode == CLOSE;
	}

	static String accept(String key) {
		try {
			return Base64.getEncoder()
				.encodeToString(MessageDigest.getInstance("SHA-1")
					.digest((key + ACCEPT).getBytes(StandardCharsets.ISO_8859_1)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String toString() {
		return Integer.toHexString(this.opcode) + " " + Bytes.describe(this.payload);
	}

}
