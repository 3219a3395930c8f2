package io.gatewaywasm.host.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Allocates arrays whose size guests decide, and refuses those that the Java heap has no
 * space for before the JVM does: an {@link OutOfMemoryError} reaches other threads too,
 * and with options such as {@code -XX:+ExitOnOutOfMemoryError} it ends the JVM even if it
 * is caught. Thread-safe.
 */
final class JavaHeap {

	private static final JavaHeap CURRENT = new JavaHeap(new HotSpotHeap(), System::nanoTime);

	/** For how long what a full collection left says enough about other live objects. */
	private static final long MEASUREMENT_LIFETIME = Duration.ofSeconds(1).toNanos();

	/** Pieces of the heap between objects other than arrays of guests. */
	private static final int OTHER_PIECES = 4;

	private final HeapView view;

	private final LongSupplier clock;

	private final CollectionAllowance allowance;

	/** Promised to callers that have not allocated it yet. */
	private long pending;

	/** What callers hold. Only differences count, since some never release it. */
	private long held;

	/** How many of the arrays that callers hold the collector never moves. */
	private int immovable;

	/** What was live after the last collection that this class asked for. */
	private long measured;

	private long heldWhenMeasured;

	private long measuredUntil;

	JavaHeap(HeapView view, LongSupplier clock) {
		this.view = view;
		this.clock = clock;
		this.allowance = new CollectionAllowance(clock);
		this.measuredUntil = clock.getAsLong();
	}

	/**
	 * Returns the heap of this JVM.
	 * @return the only instance for it
	 */
	static JavaHeap current() {
		return CURRENT;
	}

	/**
	 * Allocates an array, to be {@linkplain #release(byte[]) released} later.
	 * @param length the length of the array
	 * @return an array of zeros, or {@code null} if the heap has no space for it
	 */
	byte @Nullable [] allocate(int length) {
		return copyOf(new byte[0], length);
	}

	/**
	 * Copies an array. The copy is to be {@linkplain #release(byte[]) released} later.
	 * @param source the array to copy, which can be live until the copy is released
	 * @param length the length of the copy
	 * @return the copy, padded with zeros, or {@code null} if the heap has no space for
	 * it
	 */
	byte @Nullable [] copyOf(byte[] source, int length) {
		if (!reserve(length)) {
			return null;
		}
		byte[] copy = null;
		try {
			copy = Arrays.copyOf(source, length);
		}
		catch (OutOfMemoryError ex) {
			// Thrown only where the JVM survives it
		}
		finally {
			settle(length, copy != null);
		}
		return copy;
	}

	/**
	 * Gives back an array that is not used any more.
	 * @param array an array that came from this heap
	 */
	synchronized void release(byte[] array) {
		count(array.length, -1);
	}

	/**
	 * Returns whether the heap has space for objects that the caller goes on to allocate.
	 * @param bytes the size of the objects altogether
	 * @param objects the number of objects of that size, or 1 if they are small
	 * @return {@code false} if there is not as much
	 */
	synchronized boolean claim(long bytes, int objects) {
		if (!fits(bytes / objects, objects)) {
			return false;
		}
		// Counts until the next measurement, which sees whether it is still live
		this.held += this.view.footprint(bytes / objects) * objects;
		return true;
	}

	/**
	 * Promises space for objects that the caller allocates little by little, so that it
	 * counts besides what is in use. Not for guests: the collections that it causes are
	 * not bounded.
	 * @param bytes the size of the objects altogether
	 * @param objects the number of objects of that size, or 1 if they are small
	 * @return the promise, or {@code null} if there is not as much
	 */
	synchronized @Nullable Promise promise(long bytes, int objects) {
		long size = bytes / objects;
		long footprint = this.view.footprint(size) * objects;
		if (!fits(size, objects) && !(collect() && isFree(footprint + this.view.headroom()) && isInOnePiece(size))) {
			return null;
		}
		this.held += footprint;
		this.pending += footprint;
		return new Promise(footprint);
	}

	private synchronized void end(Promise promise) {
		this.pending -= promise.footprint;
	}

	private synchronized boolean reserve(int length) {
		if (!fits(length, 1)) {
			return false;
		}
		this.pending += this.view.footprint(length);
		count(length, 1);
		return true;
	}

	private synchronized void settle(int length, boolean allocated) {
		this.pending -= this.view.footprint(length);
		if (!allocated) {
			count(length, -1);
		}
	}

	private void count(int length, int arrays) {
		this.held += arrays * this.view.footprint(length);
		this.immovable += this.view.isImmovable(length) ? arrays : 0;
	}

	private boolean fits(long length, int arrays) {
		long needed = this.view.footprint(length) * arrays + this.view.headroom();
		if (isFree(needed) && isInOnePiece(length)) {
			return true;
		}
		return this.allowance.run(() -> collect() && isFree(needed) && isInOnePiece(length));
	}

	private boolean collect() {
		if (!this.view.collect()) {
			return false;
		}
		this.measured = this.view.used();
		this.heldWhenMeasured = this.held - this.pending;
		this.measuredUntil = this.clock.getAsLong() + MEASUREMENT_LIFETIME;
		return true;
	}

	/** The cheapest question first. */
	private boolean isFree(long needed) {
		long free = this.view.capacity() - needed;
		return this.view.used() + this.pending <= free || this.view.retained() + this.pending <= free
				|| (this.clock.getAsLong() - this.measuredUntil < 0
						&& this.measured + this.held - this.heldWhenMeasured <= free);
	}

	private boolean isInOnePiece(long length) {
		if (!this.view.exhaustionIsFatal() || !this.view.isImmovable(length)) {
			return true;
		}
		long footprint = this.view.footprint(length);
		long free = this.view.capacity() - this.view.retained() - this.pending;
		// What is promised to others, and what they allocate meanwhile, may take of that
		// piece
		long taken = this.pending + this.view.headroom() / OTHER_PIECES;
		return free / (this.immovable + OTHER_PIECES) >= footprint || this.view.largestFree() - taken >= footprint;
	}

	/**
	 * Space that is kept for a caller until the promise is closed.
	 */
	final class Promise implements AutoCloseable {

		private final long footprint;

		private Promise(long footprint) {
			this.footprint = footprint;
		}

		/** Gives back what was not allocated. To be called once. */
		@Override
		public void close() {
			end(this);
		}

	}

}
