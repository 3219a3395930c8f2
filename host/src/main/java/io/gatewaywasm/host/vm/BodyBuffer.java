package io.gatewaywasm.host.vm;

import java.util.Arrays;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;

/**
 * Bytes of a body that a guest sees. Starts as the chunk itself, without a copy, and
 * grows only when more is appended or the guest changes it.
 */
final class BodyBuffer implements HostBuffer {

	private static final byte[] EMPTY = new byte[0];

	private byte[] data;

	/** How many bytes the guest may make of them. */
	private final long maximum;

	private int length;

	/** Whether the array is one of ours already: then it is being filled bit by bit. */
	private boolean grown;

	private boolean changed;

	/**
	 * Create a buffer.
	 * @param data the bytes, owned by the buffer
	 * @param limit how many bytes are held at most; the guest may add as many again, so
	 * that a body that was just small enough to be held can still be rewritten
	 */
	BodyBuffer(byte[] data, int limit) {
		this.maximum = (long) Math.max(limit, data.length) + limit;
		this.data = data;
		this.length = data.length;
	}

	void append(byte[] chunk) {
		replace(this.length, 0, chunk);
	}

	/**
	 * Take the bytes out.
	 * @return the bytes, owned by the caller
	 */
	byte[] take() {
		byte[] taken = (this.data.length == this.length) ? this.data : Arrays.copyOf(this.data, this.length);
		this.data = EMPTY;
		this.length = 0;
		return taken;
	}

	boolean isChanged() {
		return this.changed;
	}

	@Override
	public int length() {
		return this.length;
	}

	@Override
	public void copyTo(int start, int length, GuestMemory memory, int pointer) {
		memory.write(pointer, this.data, start, length);
	}

	@Override
	public void splice(int start, int length, byte[] data) {
		if ((long) this.length - length + data.length > this.maximum) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		this.changed = true;
		replace(start, length, data);
	}

	private static int doubled(int length) {
		return (int) Math.min(Integer.MAX_VALUE - 8L, 2L * length);
	}

	private void replace(int start, int removed, byte[] inserted) {
		if (start == 0 && removed == this.length) {
			this.data = inserted;
			this.length = inserted.length;
			this.grown = false;
			return;
		}
		int newLength = Math.addExact(this.length - removed, inserted.length);
		int tail = this.length - start - removed;
		byte[] target = this.data;
		if (newLength > target.length) {
			target = new byte[Math.max(newLength, this.grown ? doubled(target.length) : 0)];
			this.grown = true;
			System.arraycopy(this.data, 0, target, 0, start);
		}
		System.arraycopy(this.data, start + removed, target, start + inserted.length, tail);
		System.arraycopy(inserted, 0, target, start, inserted.length);
		this.data = target;
		this.length = newLength;
	}

}
