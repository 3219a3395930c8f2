package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;

/**
 * A buffer that the guest can read and perhaps change. Valid until the host call that
 * asked for it returns.
 */
public interface HostBuffer {

	/**
	 * Return the number of bytes.
	 * @return the length in bytes
	 */
	int length();

	/**
	 * Copy a part into the guest's memory.
	 * @param start the first byte
	 * @param length how many bytes, inside the buffer
	 * @param memory the guest's memory
	 * @param pointer where to write
	 */
	void copyTo(int start, int length, GuestMemory memory, int pointer);

	/**
	 * Replace a part by other bytes, which may be fewer or more.
	 * @param start the first byte to replace, at most the buffer's length
	 * @param length how many bytes to replace, clipped by the caller
	 * @param data the bytes to put there, owned by the buffer from now on
	 */
	void splice(int start, int length, byte[] data);

}
