package io.gatewaywasm.host.vm.stream;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a body that is with the guest: the bytes that the guest sees, and those
 * that it has seen and that are buffered. The visible part starts as the chunk itself,
 * without a copy. Remembers whether what was sent on is still the sender's body, since
 * only then can the rest follow without the guest. Used inside the VM only.
 */
final class BodyBuffer implements HostBuffer {

	private static final byte[] EMPTY = {};

	/** How many bytes are buffered at most. */
	private final int limit;

	/** The bytes that the guest sees; they end at {@link #length}. */
	private byte[] data = EMPTY;

	private int length;

	private boolean visible;

	/** How many bytes the guest may make of the visible part. */
	private long maximum;

	/** Whether the array was made here: then it is filled bit by bit. */
	private boolean grown;

	/** Whether the next chunk is put behind the visible part. */
	private boolean gathering;

	/** Whether the guest changed the visible part. */
	private boolean changed;

	/** Whether the guest changed bytes that are still buffered. */
	private boolean bufferChanged;

	/** Whether bytes that the guest changed were sent on, or kept by it. */
	private boolean rewritten;

	/** The bytes that are buffered and not visible any more. */
	private @Nullable ByteArrayOutputStream passed;

	BodyBuffer(int limit) {
		this.limit = limit;
	}

	boolean isVisible() {
		return this.visible;
	}

	boolean isGathering() {
		return this.gathering;
	}

	boolean isRewritten() {
		return this.rewritten;
	}

	long size() {
		long hidden = (this.passed != null) ? this.passed.size() : 0;
		return hidden + (this.visible ? this.length : 0);
	}

	/** Returns whether more is buffered than may be. */
	boolean isFull() {
		return size() > this.limit;
	}

	boolean hasRoomFor(byte[] chunk) {
		return size() + chunk.length <= this.limit;
	}

	/**
	 * Makes a chunk visible, behind the visible part if that is gathered.
	 * @param chunk the bytes, owned by this object from now on
	 * @return the number of visible bytes
	 */
	int show(byte[] chunk) {
		if (this.gathering && this.visible) {
			splice(this.length, 0, chunk, false);
		}
		else {
			this.data = chunk;
			this.length = chunk.length;
			// The guest may add as much as is buffered at most, so that a body that was
			// just small enough can still be rewritten.
			this.maximum = (long) Math.max(this.limit, chunk.length) + this.limit;
			this.grown = false;
			this.changed = false;
			this.visible = true;
		}
		return this.length;
	}

	/** Keeps the visible part visible: what follows is put behind it. */
	void gather() {
		this.gathering = true;
	}

	/** Buffers the visible part: the guest does not see it again. */
	void pass() {
		this.gathering = false;
		byte[] bytes = takeVisible();
		if (bytes.length > 0) {
			if (this.passed == null) {
				this.passed = new ByteArrayOutputStream();
			}
			this.passed.writeBytes(bytes);
		}
	}

	/** Drops the visible part, which the guest keeps: the body has a hole without it. */
	void drop() {
		this.gathering = false;
		this.rewritten |= this.visible && (this.length > 0 || this.changed);
		this.visible = false;
		this.data = EMPTY;
		this.length = 0;
	}

	/**
	 * Takes all bytes out.
	 * @return the bytes, owned by the caller
	 */
	byte[] take() {
		byte[] last = takeVisible();
		if (this.passed == null) {
			return last;
		}
		this.passed.writeBytes(last);
		byte[] all = this.passed.toByteArray();
		this.passed = null;
		return all;
	}

	private byte[] takeVisible() {
		if (!this.visible) {
			return EMPTY;
		}
		byte[] taken = (this.data.length == this.length) ? this.data : Arrays.copyOf(this.data, this.length);
		this.visible = false;
		this.bufferChanged |= this.changed;
		this.data = EMPTY;
		this.length = 0;
		return taken;
	}

	/** Notes that what was taken is sent on. */
	void sent() {
		this.gathering = false;
		this.rewritten |= this.bufferChanged;
		this.bufferChanged = false;
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
		splice(start, length, data, true);
	}

	private void splice(int start, int removed, byte[] inserted, boolean byGuest) {
		this.changed |= byGuest;
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

	private static int doubled(int length) {
		return (int) Math.min(Integer.MAX_VALUE - 8L, 2L * length);
	}

}
