package io.gatewaywasm.boot.redis;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;

/**
 * Finds the ends of replies in a RESP2 stream that arrives in arbitrary parts.
 */
final class ReplyScanner {

	/** Deeper than the reply of any command, or of a script. */
	private static final int MAX_DEPTH = 64;

	private static final int MAX_DIGITS = 10;

	private static final int LINE_END = 2;

	/** The number of missing elements of each open array, innermost last. */
	private final long[] missing = new long[MAX_DEPTH + 1];

	private int depth;

	/** The type of the current line, or 0 at its start. */
	private byte type;

	private long number;

	private int digits;

	private boolean negative;

	/** The number of missing bytes of a bulk string, including its line end. */
	private long bulk;

	/**
	 * Reads until the end of a reply or of the buffer. Returns whether it was the end of
	 * a reply. Throws {@link DecoderException} if the data is not RESP2.
	 */
	boolean scan(ByteBuf data) {
		while (data.isReadable()) {
			if (this.bulk > 0) {
				int length = (int) Math.min(this.bulk, data.readableBytes());
				data.skipBytes(length);
				this.bulk -= length;
				if (this.bulk == 0 && endElement()) {
					return true;
				}
			}
			else if (readLine(data.readByte())) {
				return true;
			}
		}
		return false;
	}

	private boolean readLine(byte next) {
		if (this.type == 0) {
			begin(next);
			return false;
		}
		if (next == '\n') {
			return endLine();
		}
		if ((this.type == '$' || this.type == '*') && next != '\r') {
			digit(next);
		}
		return false;
	}

	private void begin(byte next) {
		switch (next) {
			case '+', '-', ':', '$', '*' -> {
				this.type = next;
				this.number = 0;
				this.digits = 0;
				this.negative = false;
			}
			default -> throw new DecoderException("the reply is malformed");
		}
	}

	private void digit(byte next) {
		if (next == '-' && this.digits == 0 && !this.negative) {
			this.negative = true;
			return;
		}
		if (next < '0' || next > '9' || ++this.digits > MAX_DIGITS) {
			throw new DecoderException("the reply is malformed");
		}
		this.number = this.number * 10 + (next - '0');
	}

	private boolean endLine() {
		byte ended = this.type;
		this.type = 0;
		if (ended != '$' && ended != '*') {
			return endElement();
		}
		if (this.digits == 0) {
			throw new DecoderException("the reply is malformed");
		}
		if (this.negative) {
			return endElement();
		}
		if (ended == '$') {
			this.bulk = this.number + LINE_END;
			return false;
		}
		if (this.number == 0) {
			return endElement();
		}
		if (this.depth == MAX_DEPTH) {
			throw new DecoderException("the reply is nested too deeply");
		}
		this.missing[++this.depth] = this.number;
		return false;
	}

	private boolean endElement() {
		while (this.depth > 0 && --this.missing[this.depth] == 0) {
			this.depth--;
		}
		return this.depth == 0;
	}

}
