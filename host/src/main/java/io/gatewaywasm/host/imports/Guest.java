package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPairsEncoder;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * State that all functions of one VM share: the host context, and the transfer of values
 * from and to the guest. A value for the guest is written to memory from the guest's
 * allocator. An empty value is pointer and length 0, without an allocation. The address 0
 * is valid unless a function states otherwise.
 */
final class Guest {

	/**
	 * The maximum number of bytes that a guest can pass in one call, except bodies.
	 * Copies in the host do not count as guest memory, so they must be small in
	 * comparison.
	 */
	static final int MAXIMUM_BYTES = 16 * 1024 * 1024;

	private final HostContext host;

	private final HeaderPairsEncoder encoder = new HeaderPairsEncoder();

	private final OutputLines output;

	private boolean allocating;

	Guest(HostContext host) {
		this.host = host;
		this.output = new OutputLines(host.process());
	}

	HostContext host() {
		return this.host;
	}

	/**
	 * Returns the encoder that all calls of the VM share. This is safe because no other
	 * call can use it before its result is copied to the guest: an allocator must not
	 * request headers.
	 */
	HeaderPairsEncoder encoder() {
		return this.encoder;
	}

	OutputLines output() {
		return this.output;
	}

	boolean isAllocating() {
		return this.allocating;
	}

	/**
	 * Allocates memory in the guest, and checks that it is inside the guest's memory.
	 */
	int allocate(GuestMemory memory, int size) {
		this.allocating = true;
		int pointer;
		try {
			pointer = this.host.allocate(size);
		}
		finally {
			this.allocating = false;
		}
		memory.check(pointer, size);
		return pointer;
	}

	/**
	 * Passes a value to the guest. A caller with a visible effect has checked the result
	 * pointers before. Others need not: as in Envoy, a missing value has precedence over
	 * pointers outside of the memory.
	 */
	void give(GuestMemory memory, byte[] data, long pointerResult, long lengthResult) {
		give(memory, data, data.length, pointerResult, lengthResult);
	}

	void give(GuestMemory memory, byte[] data, int length, long pointerResult, long lengthResult) {
		checkInts(memory, pointerResult, lengthResult);
		int pointer = 0;
		if (length > 0) {
			pointer = allocate(memory, length);
			memory.write(pointer, data, 0, length);
		}
		memory.writeInt((int) pointerResult, pointer);
		memory.writeInt((int) lengthResult, length);
	}

	/**
	 * Returns a function that only reports its call to the host.
	 */
	HostFunction stub(String function, int answer) {
		return (memory, arguments) -> {
			this.host.log().unimplemented(function);
			return answer;
		};
	}

	static void checkInts(GuestMemory memory, long firstPointer, long secondPointer) {
		memory.check((int) firstPointer, Integer.BYTES);
		memory.check((int) secondPointer, Integer.BYTES);
	}

	static byte[] bytes(GuestMemory memory, long pointer, long length) {
		return bytes(memory, pointer, length, MAXIMUM_BYTES);
	}

	/**
	 * Reads a body, whose size the host limits.
	 */
	byte[] body(GuestMemory memory, long pointer, long length) {
		return bytes(memory, pointer, length, this.host.maximumBody());
	}

	private static byte[] bytes(GuestMemory memory, long pointer, long length, int maximum) {
		checkSize(memory, pointer, length, maximum);
		return memory.read((int) pointer, (int) length);
	}

	private static void checkSize(GuestMemory memory, long pointer, long length, int maximum) {
		if (Integer.toUnsignedLong((int) length) > maximum) {
			memory.check((int) pointer, (int) length);
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	static String utf8(GuestMemory memory, long pointer, long length) {
		return new String(bytes(memory, pointer, length), StandardCharsets.UTF_8);
	}

	/**
	 * Reads a key that is only compared. Each byte becomes one {@code char}, so keys that
	 * are not text remain distinct.
	 */
	static String key(GuestMemory memory, long pointer, long length) {
		checkSize(memory, pointer, length, MAXIMUM_BYTES);
		return memory.readLatin1((int) pointer, (int) length);
	}

}
