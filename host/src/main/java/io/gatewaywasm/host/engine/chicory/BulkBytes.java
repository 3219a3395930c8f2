package io.gatewaywasm.host.engine.chicory;

import java.util.Arrays;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;

/**
 * Fills and copies array ranges for bulk memory instructions, in slices with an interrupt
 * check between them. Chicory checks for an interrupt only when a function starts, after
 * some calls and at backward jumps. Without the slices, a sequence of large bulk
 * instructions could not be stopped.
 */
final class BulkBytes {

	/** Takes about 10 microseconds, or 100 if the memory has not been touched before. */
	static final int SLICE = 1 << 18;

	/**
	 * Ranges up to this size are not checked: between two of its own checks, a compiled
	 * guest can execute only a few thousand instructions.
	 */
	private static final int SHORT = 1 << 8;

	private BulkBytes() {
	}

	/**
	 * Stops the guest if its thread is interrupted.
	 */
	static void checkInterruption() {
		if (Thread.currentThread().isInterrupted()) {
			throw new ChicoryInterruptedException("Thread interrupted");
		}
	}

	/** Fills a range. */
	static void fill(byte[] target, int start, int size, byte value) {
		if (size <= SHORT) {
			Arrays.fill(target, start, start + size, value);
			return;
		}
		for (int left = size; left > 0; left -= SLICE) {
			checkInterruption();
			Arrays.fill(target, start + Math.max(left - SLICE, 0), start + left, value);
		}
	}

	/** Copies a range. Source and target may overlap. */
	static void copy(byte[] source, int from, byte[] target, int to, int size) {
		if (size <= SHORT) {
			System.arraycopy(source, from, target, to, size);
		}
		else if (source == target && from < to) {
			for (int left = size; left > 0; left -= SLICE) {
				checkInterruption();
				int start = Math.max(left - SLICE, 0);
				System.arraycopy(source, from + start, target, to + start, left - start);
			}
		}
		else {
			for (int left = size; left > 0; left -= SLICE) {
				checkInterruption();
				int done = size - left;
				System.arraycopy(source, from + done, target, to + done, Math.min(SLICE, left));
			}
		}
	}

}
