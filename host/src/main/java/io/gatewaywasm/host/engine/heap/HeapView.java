package io.gatewaywasm.host.engine.heap;

/**
 * The state of the Java heap. Sizes are in bytes.
 */
interface HeapView {

	/**
	 * Returns the size of the heap area in which large arrays are placed: the old
	 * generation if the collector has one of fixed size, otherwise the whole heap.
	 */
	long capacity();

	/**
	 * Returns the part of the capacity that must stay free for everything but guest
	 * memory.
	 */
	long headroom();

	/** Returns the used heap including garbage, an upper bound of the live objects. */
	long used();

	/**
	 * Returns an estimate of the live objects: the used heap without the young objects
	 * that the next young collection is expected to free. Never more than
	 * {@link #used()}.
	 */
	long retained();

	/**
	 * Returns how much heap an array of this length occupies. A large array can occupy
	 * whole regions.
	 */
	long footprint(long length);

	/**
	 * Returns whether the collector never moves an array of this length. Free space can
	 * then be fragmented, and no collection joins the fragments.
	 */
	boolean isImmovable(long length);

	/** Returns the size of the largest contiguous free area, or 0 if it is unknown. */
	long largestFree();

	/**
	 * Returns whether JVM options make the JVM exit at the first
	 * {@link OutOfMemoryError}, even if it is caught.
	 */
	boolean exhaustionIsFatal();

	/**
	 * Runs a full collection and returns when it is done. Returns {@code false} if the
	 * JVM ignores requests for collections.
	 */
	boolean collect();

}
