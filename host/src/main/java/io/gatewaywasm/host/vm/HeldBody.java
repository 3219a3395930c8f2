package io.gatewaywasm.host.vm;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;

/**
 * The part of a body that is with the guest: what it is shown, and what it has been shown
 * and holds back. Remembers whether what was sent on is still the sender's body, since
 * only then can the rest follow without the guest. Used inside the VM only.
 */
final class HeldBody {

	/** How many bytes are held at most. */
	private final int limit;

	/** Whether what comes is put behind what the guest is shown already. */
	private boolean buffering;

	/** Whether the guest changed something that is still held back. */
	private boolean changed;

	/** Whether a part of the body that the guest changed was sent on, or kept by it. */
	private boolean rewritten;

	private @Nullable BodyBuffer shown;

	/** What is held back and not shown any more. */
	private @Nullable ByteArrayOutputStream passed;

	HeldBody(int limit) {
		this.limit = limit;
	}

	/**
	 * Return what the guest sees.
	 * @return the buffer, or {@code null} if it sees nothing at this moment
	 */
	@Nullable BodyBuffer shown() {
		return this.shown;
	}

	boolean isBuffering() {
		return this.buffering;
	}

	boolean isRewritten() {
		return this.rewritten;
	}

	long size() {
		long bytes = (this.passed != null) ? this.passed.size() : 0;
		return bytes + ((this.shown != null) ? this.shown.length() : 0);
	}

	/**
	 * Return whether more is held than may be.
	 * @return whether it is
	 */
	boolean isFull() {
		return size() > this.limit;
	}

	boolean hasRoomFor(byte[] chunk) {
		return size() + chunk.length <= this.limit;
	}

	/**
	 * Let the guest see a chunk, behind what it has been shown if that is gathered.
	 * @param chunk the bytes, owned by this object from now on
	 * @return the number of bytes that it sees
	 */
	int show(byte[] chunk) {
		BodyBuffer buffer = this.shown;
		if (this.buffering && buffer != null) {
			buffer.append(chunk);
		}
		else {
			buffer = new BodyBuffer(chunk, this.limit);
			this.shown = buffer;
		}
		return buffer.length();
	}

	/** The guest holds what it was shown, and wants to see it again with what follows. */
	void gather() {
		this.buffering = true;
	}

	/** The guest holds what it was shown, and does not want to see it again. */
	void pass() {
		this.buffering = false;
		BodyBuffer buffer = takeShown();
		if (buffer != null && buffer.length() > 0) {
			if (this.passed == null) {
				this.passed = new ByteArrayOutputStream();
			}
			this.passed.writeBytes(buffer.take());
		}
	}

	/** The guest keeps what it was shown: without the guest the body has a hole. */
	void keep() {
		this.buffering = false;
		BodyBuffer buffer = this.shown;
		this.rewritten |= buffer != null && (buffer.length() > 0 || buffer.isChanged());
		this.shown = null;
	}

	/**
	 * Take out all that is held.
	 * @return the bytes, owned by the caller
	 */
	byte[] take() {
		BodyBuffer buffer = takeShown();
		if (this.passed == null) {
			return (buffer != null) ? buffer.take() : new byte[0];
		}
		if (buffer != null) {
			this.passed.writeBytes(buffer.take());
		}
		byte[] all = this.passed.toByteArray();
		this.passed = null;
		return all;
	}

	private @Nullable BodyBuffer takeShown() {
		BodyBuffer buffer = this.shown;
		this.shown = null;
		this.changed |= buffer != null && buffer.isChanged();
		return buffer;
	}

	/** What was taken is sent on. */
	void sent() {
		this.buffering = false;
		this.rewritten |= this.changed;
		this.changed = false;
	}

}
