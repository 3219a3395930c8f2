package io.gatewaywasm.host.foreign;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * The fields of a protobuf message, parsed without its schema, which suffices for the
 * small messages that guests pass. The last value of a repeated field is used. Fields
 * with numbers above 1000 are ignored. Groups are not supported.
 */
public final class ProtobufMessage {

	private static final int VARINT = 0;

	private static final int FIXED_64 = 1;

	private static final int LENGTH_DELIMITED = 2;

	private static final int FIXED_32 = 5;

	private static final int MAX_VARINT_BITS = 64;

	/**
	 * The highest number of a field that is kept. A field takes more memory in the host
	 * than in the guest.
	 */
	private static final int MAX_KEPT = 1000;

	private final byte[] data;

	private int position;

	private final Map<Integer, Long> numbers = new HashMap<>();

	private final Map<Integer, byte[]> values = new HashMap<>();

	private ProtobufMessage(byte[] data) {
		this.data = data;
	}

	/**
	 * Parses a message.
	 * @param data the serialized message
	 * @throws IllegalArgumentException if it is malformed
	 */
	public static ProtobufMessage parse(byte[] data) {
		ProtobufMessage message = new ProtobufMessage(data);
		while (message.position < data.length) {
			message.readField();
		}
		return message;
	}

	/**
	 * Parses the arguments of a foreign function.
	 * @param arguments the message that the guest supplies
	 * @throws StatusException {@link Status#BAD_ARGUMENT} if it is malformed
	 */
	public static ProtobufMessage parseArguments(byte[] arguments) {
		try {
			return parse(arguments);
		}
		catch (IllegalArgumentException ex) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	private void readField() {
		long tag = readVarint();
		long field = tag >>> 3;
		if (field == 0 || field > 0x1fffffff) {
			throw malformed();
		}
		int number = (int) field;
		switch ((int) (tag & 7)) {
			case VARINT -> {
				long value = readVarint();
				if (number <= MAX_KEPT) {
					this.numbers.put(number, value);
				}
			}
			case FIXED_64 -> skip(Long.BYTES);
			case LENGTH_DELIMITED -> {
				long length = readVarint();
				int start = this.position;
				skip(length);
				if (number <= MAX_KEPT) {
					this.values.put(number, Arrays.copyOfRange(this.data, start, this.position));
				}
			}
			case FIXED_32 -> skip(Integer.BYTES);
			default -> throw malformed();
		}
	}

	private long readVarint() {
		long value = 0;
		for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
			if (this.position >= this.data.length) {
				throw malformed();
			}
			byte next = this.data[this.position++];
			value |= (next & 0x7fL) << shift;
			if (next >= 0) {
				return value;
			}
		}
		throw malformed();
	}

	private void skip(long length) {
		if (length < 0 || length > this.data.length - this.position) {
			throw malformed();
		}
		this.position += (int) length;
	}

	private IllegalArgumentException malformed() {
		return new IllegalArgumentException("Malformed protobuf message before byte " + this.position);
	}

	/**
	 * Returns the value of an integer, enum or boolean field, or 0 if it is not set.
	 */
	public long number(int field) {
		return this.numbers.getOrDefault(field, 0L);
	}

	/**
	 * Returns the value of a boolean field, or {@code false} if it is not set.
	 */
	public boolean flag(int field) {
		return number(field) != 0;
	}

	/**
	 * Returns the value of a bytes or message field, or no bytes if it is not set.
	 */
	public byte[] bytes(int field) {
		return this.values.getOrDefault(field, new byte[0]);
	}

	/**
	 * Returns the value of a string field, or an empty string if it is not set.
	 */
	public String text(int field) {
		return new String(bytes(field), StandardCharsets.UTF_8);
	}

	/**
	 * Returns a builder for a message.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builds a message. As in proto3, default values are omitted.
	 */
	public static final class Builder {

		private final ByteArrayOutputStream data = new ByteArrayOutputStream();

		private Builder() {
		}

		/**
		 * Adds a boolean field.
		 */
		public Builder flag(int field, boolean value) {
			return number(field, value ? 1 : 0);
		}

		/**
		 * Adds an integer or enum field.
		 */
		public Builder number(int field, long value) {
			if (value != 0) {
				writeVarint(((long) field << 3) | VARINT);
				writeVarint(value);
			}
			return this;
		}

		/**
		 * Adds a bytes or message field.
		 */
		public Builder bytes(int field, byte[] value) {
			if (value.length > 0) {
				writeVarint(((long) field << 3) | LENGTH_DELIMITED);
				writeVarint(value.length);
				this.data.writeBytes(value);
			}
			return this;
		}

		/**
		 * Adds a string field.
		 */
		public Builder text(int field, String value) {
			return bytes(field, value.getBytes(StandardCharsets.UTF_8));
		}

		private void writeVarint(long value) {
			long rest = value;
			while ((rest & ~0x7fL) != 0) {
				this.data.write((int) (rest & 0x7f) | 0x80);
				rest >>>= 7;
			}
			this.data.write((int) rest);
		}

		/**
		 * Returns the serialized message.
		 */
		public byte[] toByteArray() {
			return this.data.toByteArray();
		}

	}

}
