package io.gatewaywasm.host.engine;

import java.util.Arrays;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;

/**
 * The bulk memory instructions on arrays. A guest that was interrupted stops between two
 * slices. The engine itself looks at the interrupt only at calls and backward jumps, so
 * that a row of large instructions would never be stopped.
 */
final class BulkBytes {

	/** Takes some 10 microseconds, or 100 if the memory has not been touched before. */
	static final int SLICE = 1 << 18;

	/** Shorter ranges are not worth the look: a method has room for a few thousand. */
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

	/**
	 * Fills a range.
	 * @param target the array
	 * @param start where the range starts
	 * @param size its length in bytes
	 * @param value what to fill it with
	 */
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

	/**
	 * Copies a range, which may overlap the one it is copied to.
	 * @param source the array to copy from
	 * @param from where the range starts
	 * @param target the array to copy to, possibly the same
	 * @param to where the range goes
	 * @param size its length in bytes
	 */
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
