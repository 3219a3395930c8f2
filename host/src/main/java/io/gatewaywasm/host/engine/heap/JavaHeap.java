package io.gatewaywasm.host.engine.heap;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Allocates arrays whose size guests determine, and refuses an allocation that the Java
 * heap has no space for before the JVM does. An {@link OutOfMemoryError} can hit other
 * threads too, and with options such as {@code -XX:+ExitOnOutOfMemoryError} the JVM exits
 * even if the error is caught. Thread-safe.
 */
public final class JavaHeap {

	private static final JavaHeap CURRENT = new JavaHeap(new HotSpotHeap(), System::nanoTime);

	/**
	 * How long the result of a full collection is a good estimate of the other live
	 * objects.
	 */
	private static final long MEASUREMENT_LIFETIME = Duration.ofSeconds(1).toNanos();

	/** The number of fragments that other objects are assumed to split the heap into. */
	private static final int OTHER_PIECES = 4;

	private final HeapView view;

	private final LongSupplier clock;

	private final CollectionAllowance allowance;

	/** Bytes reserved for callers that have not allocated them yet. */
	private long pending;

	/**
	 * Bytes that callers hold. Only differences of this value are used, since some
	 * callers never release their bytes.
	 */
	private long held;

	/** The number of arrays held by callers that the collector never moves. */
	private int immovable;

	/** The live bytes after the last collection that this class requested. */
	private long measured;

	private long heldWhenMeasured;

	private long measuredUntil;

	JavaHeap(HeapView view, LongSupplier clock) {
		this.view = view;
		this.clock = clock;
		this.allowance = new CollectionAllowance(clock);
		this.measuredUntil = clock.getAsLong();
	}

	/** Returns the only instance, for the heap of this JVM. */
	public static JavaHeap current() {
		return CURRENT;
	}

	/**
	 * Allocates an array of zeros, to be {@linkplain #release(byte[]) released} later.
	 * Returns {@code null} if the heap has no space for it.
	 */
	public byte @Nullable [] allocate(int length) {
		return copyOf(new byte[0], length);
	}

	/**
	 * Copies an array and pads the copy with zeros. The copy is to be
	 * {@linkplain #release(byte[]) released} later; the source may stay reachable until
	 * then. Returns {@code null} if the heap has no space for the copy.
	 */
	public byte @Nullable [] copyOf(byte[] source, int length) {
		if (!reserveArray(length)) {
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

	/** Releases an array that was allocated here. */
	public synchronized void release(byte[] array) {
		count(array.length, -1);
	}

	/**
	 * Reserves space for objects that the caller allocates next, until the next
	 * measurement of the heap. Returns {@code false} and reserves nothing if the heap has
	 * no space. {@code bytes} is their total size; {@code objects} is their number, or 1
	 * if they are small.
	 */
	public synchronized boolean reserveBriefly(long bytes, int objects) {
		if (!fits(bytes / objects, objects)) {
			return false;
		}
		// Counts until the next measurement shows whether it is still live
		this.held += this.view.footprint(bytes / objects) * objects;
		return true;
	}

	/**
	 * Reserves space for objects that the caller allocates over time, until the
	 * reservation is closed. Returns {@code null} if there is not enough space. Not for
	 * allocations that guests cause, because the {@link CollectionAllowance} does not
	 * limit this method.
	 */
	public synchronized @Nullable Reservation reserve(long bytes, int objects) {
		long size = bytes / objects;
		long footprint = this.view.footprint(size) * objects;
		if (!fits(size, objects) && !(collect() && isFree(footprint + this.view.headroom()) && isInOnePiece(size))) {
			return null;
		}
		return begin(footprint);
	}

	/**
	 * Reserves space like {@link #reserve(long, int)}, but runs only the collections that
	 * the {@link CollectionAllowance} permits. For work that can be left out.
	 */
	public synchronized @Nullable Reservation reserveIfFree(long bytes, int objects) {
		long size = bytes / objects;
		return fits(size, objects) ? begin(this.view.footprint(size) * objects) : null;
	}

	private Reservation begin(long footprint) {
		this.held += footprint;
		this.pending += footprint;
		return new Reservation(footprint);
	}

	private synchronized void end(Reservation reservation) {
		this.pending -= reservation.footprint;
	}

	private synchronized boolean reserveArray(int length) {
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

	/** The cheapest check comes first. */
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
		// The largest free piece can also be used by other reservations and by
		// allocations in between
		long taken = this.pending + this.view.headroom() / OTHER_PIECES;
		return free / (this.immovable + OTHER_PIECES) >= footprint || this.view.largestFree() - taken >= footprint;
	}

	/**
	 * Space that is reserved for a caller until the reservation is closed.
	 */
	public final class Reservation implements AutoCloseable {

		private final long footprint;

		private Reservation(long footprint) {
			this.footprint = footprint;
		}

		/**
		 * Ends the reservation: space that was not allocated counts as free again. To be
		 * called once.
		 */
		@Override
		public void close() {
			end(this);
		}

	}

}
