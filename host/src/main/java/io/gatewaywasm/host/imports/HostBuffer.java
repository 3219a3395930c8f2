package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;

/**
 * A buffer that the guest can read and possibly change. Valid until the host call that
 * requested it returns.
 */
public interface HostBuffer {

	/**
	 * Returns the length in bytes.
	 */
	int length();

	/**
	 * Copies a part of the buffer to the guest's memory.
	 * @param start the first byte
	 * @param length the number of bytes, within the buffer
	 * @param memory the guest's memory
	 * @param pointer the target address
	 */
	void copyTo(int start, int length, GuestMemory memory, int pointer);

	/**
	 * Replaces a part of the buffer with other bytes, of which there can be fewer or
	 * more.
	 * @param start the first byte to replace, at most the buffer's length
	 * @param length the number of bytes to replace, clipped by the caller
	 * @param data the replacement, owned by the buffer from now on
	 */
	void splice(int start, int length, byte[] data);

}
