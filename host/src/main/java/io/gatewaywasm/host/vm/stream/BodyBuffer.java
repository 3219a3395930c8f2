package io.gatewaywasm.host.vm.stream;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a body that are at the guest: the visible bytes, which the current
 * callback can read, and buffered bytes that earlier callbacks have read. The visible
 * bytes are initially the chunk itself, without a copy. The buffer also records whether
 * the bytes sent on are unchanged: if the guest has changed them, the rest of the body
 * cannot bypass the guest after a failure. Used only inside the VM.
 */
final class BodyBuffer implements HostBuffer {

	private static final byte[] EMPTY = {};

	/** The maximum number of buffered bytes. */
	private int limit;

	/** The visible bytes, up to {@link #length}. */
	private byte[] data = EMPTY;

	private int length;

	private boolean visible;

	/** Whether any of the body was shown to the guest, even zero bytes. */
	private boolean shown;

	/** The size to which the guest may extend the visible part. */
	private long maximum;

	/** Whether the array was created here, so that it is extended by doubling. */
	private boolean grown;

	private NextChunk next = NextChunk.SHOWN_ALONE;

	/** Whether the guest changed the visible part. */
	private boolean changed;

	/** Whether the guest changed bytes that are still buffered. */
	private boolean bufferChanged;

	/** Whether the guest changed bytes that were sent on, or removed bytes. */
	private boolean rewritten;

	/** The buffered bytes that are no longer visible. */
	private @Nullable ByteArrayOutputStream passed;

	private final BodyCount count;

	BodyBuffer(int limit, BufferedBytes stream) {
		this.limit = limit;
		this.count = new BodyCount(stream);
	}

	int limit() {
		return this.limit;
	}

	void limit(int bytes) {
		this.limit = bytes;
		this.maximum = (long) Math.max(bytes, this.length) + bytes;
	}

	boolean isVisible() {
		return this.visible;
	}

	boolean isShown() {
		return this.shown;
	}

	/** Records that the visible part is shown to the guest. */
	void shown() {
		this.shown = true;
	}

	boolean isGathering() {
		return this.next != NextChunk.SHOWN_ALONE;
	}

	boolean isRewritten() {
		return this.rewritten;
	}

	long size() {
		long hidden = (this.passed != null) ? this.passed.size() : 0;
		return hidden + (this.visible ? this.length : 0);
	}

	/** Returns whether more bytes are buffered than the limit allows. */
	boolean isFull() {
		return size() > this.limit;
	}

	boolean hasRoomFor(byte[] chunk) {
		return size() + chunk.length <= this.limit;
	}

	/**
	 * Counts the bytes, which stay buffered. Returns whether they fit into what all
	 * streams may buffer.
	 */
	boolean keep() {
		return this.count.keep(size());
	}

	/** Returns whether the bytes did not fit into what all streams may buffer. */
	boolean isMemoryExceeded() {
		return this.count.isExceeded();
	}

	/**
	 * Makes a chunk visible, after the visible part if that is kept, and returns the
	 * number of visible bytes. The buffer owns the array from now on.
	 */
	int show(byte[] chunk) {
		if (isGathering() && this.visible) {
			splice(this.length, 0, chunk, false);
		}
		else {
			this.data = chunk;
			this.length = chunk.length;
			// The guest may add as many bytes as may be buffered, so that a body that
			// just fits can still be rewritten.
			this.maximum = (long) Math.max(this.limit, chunk.length) + this.limit;
			this.grown = false;
			this.changed = false;
			this.visible = true;
		}
		return this.length;
	}

	/** Appends the next chunk to the visible part. */
	void gather() {
		if (!isGathering()) {
			this.next = NextChunk.APPENDED;
		}
	}

	/** Appends the next chunk to the visible part, which the guest has buffered. */
	void buffer() {
		this.next = NextChunk.APPENDED_TO_BUFFERED;
	}

	/** Buffers the visible part. The guest does not see it again. */
	void pass() {
		this.next = NextChunk.SHOWN_ALONE;
		byte[] bytes = takeVisible();
		if (bytes.length > 0) {
			if (this.passed == null) {
				this.passed = new ByteArrayOutputStream();
			}
			this.passed.writeBytes(bytes);
		}
	}

	/**
	 * Removes the visible part from the body. As in Envoy, it stays buffered if the guest
	 * buffered a part before.
	 */
	void drop() {
		if (this.next == NextChunk.APPENDED_TO_BUFFERED) {
			pass();
			return;
		}
		this.next = NextChunk.SHOWN_ALONE;
		this.rewritten |= this.visible && (this.length > 0 || this.changed);
		this.visible = false;
		this.data = EMPTY;
		this.length = 0;
	}

	/** Removes and returns all bytes. */
	byte[] take() {
		byte[] last = takeVisible();
		this.count.clear();
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

	/** Records that the bytes last taken were sent on. */
	void sent() {
		this.next = NextChunk.SHOWN_ALONE;
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
		this.count.resize(size());
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
