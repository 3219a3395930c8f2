package io.gatewaywasm.boot.gateway.body;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The parts of a body that wait. A queue is created only for the second part, since most
 * bodies have one.
 */
final class BodyParts {

	/**
	 * Maximum number of parts of a whole body. The buffer of a small part takes more
	 * memory than its bytes.
	 */
	private static final int MAX_PARTS = 16;

	/** The memory of a part in addition to its bytes. */
	private static final int OVERHEAD = 32;

	private byte @Nullable [] first;

	/** The parts after the first one. */
	private @Nullable Deque<byte[]> others;

	private long bytes;

	private int count;

	/** Adds a part, unless it is empty. */
	void add(byte[] part) {
		if (part.length == 0) {
			return;
		}
		if (this.first == null) {
			this.first = part;
		}
		else {
			if (this.others == null) {
				this.others = new ArrayDeque<>(2);
			}
			this.others.add(part);
		}
		this.bytes += part.length;
		this.count++;
	}

	/** Removes and returns the first part, or {@code null} if there is none. */
	byte @Nullable [] poll() {
		byte[] part = this.first;
		if (part != null) {
			this.first = (this.others != null) ? this.others.poll() : null;
			this.bytes -= part.length;
			this.count--;
		}
		return part;
	}

	boolean isEmpty() {
		return this.first == null;
	}

	/** Returns the number of bytes in the parts. */
	long bytes() {
		return this.bytes;
	}

	/** Returns the memory that the parts take, which may be many small ones. */
	long memory() {
		return this.bytes + (long) OVERHEAD * this.count;
	}

	void clear() {
		this.first = null;
		this.others = null;
		this.bytes = 0;
		this.count = 0;
	}

	/** Returns all parts, which are a whole body. Many parts are joined. */
	WholeBody whole() {
		if (this.others != null && this.others.size() >= MAX_PARTS) {
			join();
		}
		if (this.first == null) {
			return WholeBody.EMPTY;
		}
		List<byte[]> parts = List.of(this.first);
		if (this.others != null && !this.others.isEmpty()) {
			parts = new ArrayList<>(1 + this.others.size());
			parts.add(this.first);
			parts.addAll(this.others);
		}
		return new WholeBody(parts, (int) this.bytes);
	}

	/** Joins the parts to a single one. */
	void join() {
		if (this.others == null || this.others.isEmpty()) {
			return;
		}
		byte[] all = new byte[(int) this.bytes];
		int length = 0;
		for (byte[] part = poll(); part != null; part = poll()) {
			System.arraycopy(part, 0, all, length, part.length);
			length += part.length;
		}
		add(all);
	}

}
