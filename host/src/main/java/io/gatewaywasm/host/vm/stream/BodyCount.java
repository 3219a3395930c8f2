package io.gatewaywasm.host.vm.stream;

/**
 * Counts the bytes of one body that stay buffered when a callback has returned. The bytes
 * of a body that passes on immediately are not counted. Used only inside the VM.
 */
final class BodyCount {

	private final BufferedBytes stream;

	private long bytes;

	/** Whether the body stays buffered, so that its bytes are counted. */
	private boolean buffered;

	/** Whether the last bytes that were added did not fit. */
	private boolean exceeded;

	BodyCount(BufferedBytes stream) {
		this.stream = stream;
	}

	/**
	 * Counts a body that stays buffered. Returns whether all streams together are within
	 * the limit, or the body has not grown since they were.
	 */
	boolean keep(long size) {
		this.buffered = true;
		count(size);
		if (this.exceeded) {
			// Other streams may have ended since
			this.exceeded = !this.stream.add(0);
		}
		return !this.exceeded;
	}

	/** Counts a change of the body, if it stays buffered. */
	void resize(long size) {
		if (this.buffered) {
			count(size);
		}
	}

	/** Records that the whole body was removed from the buffer. */
	void clear() {
		resize(0);
		this.buffered = false;
		this.exceeded = false;
	}

	/** Returns whether the body did not fit into what all streams may buffer. */
	boolean isExceeded() {
		return this.exceeded;
	}

	private void count(long size) {
		long change = size - this.bytes;
		this.bytes = size;
		if (change != 0) {
			boolean fits = this.stream.add(change);
			this.exceeded = (change > 0) ? this.exceeded || !fits : this.exceeded && !fits;
		}
	}

}
