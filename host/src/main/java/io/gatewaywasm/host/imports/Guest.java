package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPairsEncoder;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * What all functions of one VM share: the host they ask, and the ways in which values
 * come from and go to the guest. A value for the guest is written into memory from its
 * own allocator; an empty one is pointer and length 0 without an allocation. The address
 * 0 is an address like any other unless a function says otherwise.
 */
final class Guest {

	/**
	 * The most bytes that a guest hands over in one call, bodies aside. A guest's memory
	 * is counted, the copies that the host makes of it are not: they must be small beside
	 * it.
	 */
	static final int MAXIMUM_BYTES = 16 * 1024 * 1024;

	private final HostContext host;

	private final HeaderPairsEncoder encoder = new HeaderPairsEncoder();

	private final OutputLines output;

	private boolean allocating;

	Guest(HostContext host) {
		this.host = host;
		this.output = new OutputLines(host);
	}

	HostContext host() {
		return this.host;
	}

	/**
	 * Return the encoder that the VM's calls share. No call can come between its use and
	 * the copy into the guest, since an allocator may not ask for headers.
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
	 * Allocate memory in the guest and make sure that it lies inside the memory.
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
	 * Hand a value to the guest. The result pointers have been checked by the caller
	 * before it did anything that can be noticed.
	 */
	void give(GuestMemory memory, byte[] data, long pointerResult, long lengthResult) {
		give(memory, data, data.length, pointerResult, lengthResult);
	}

	void give(GuestMemory memory, byte[] data, int length, long pointerResult, long lengthResult) {
		int pointer = 0;
		if (length > 0) {
			pointer = allocate(memory, length);
			memory.write(pointer, data, 0, length);
		}
		memory.writeInt((int) pointerResult, pointer);
		memory.writeInt((int) lengthResult, length);
	}

	/**
	 * Return a function that does nothing but tell the host that it was called.
	 */
	HostFunction stub(String function, int answer) {
		return (memory, arguments) -> {
			this.host.unimplemented(function);
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
	 * Read a body, of which the host says how large it may be.
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
	 * Read a key that is only ever compared: one {@code char} per byte, so that keys that
	 * are not text stay apart.
	 */
	static String key(GuestMemory memory, long pointer, long length) {
		checkSize(memory, pointer, length, MAXIMUM_BYTES);
		return memory.readLatin1((int) pointer, (int) length);
	}

}
