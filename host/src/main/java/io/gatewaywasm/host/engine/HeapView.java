package io.gatewaywasm.host.engine;

/**
 * What is known of the Java heap. Sizes are in bytes.
 */
interface HeapView {

	/**
	 * Returns how much of the heap one array can be placed in at most: the old generation
	 * if the collector has one of fixed size, otherwise the whole heap.
	 * @return the capacity
	 */
	long capacity();

	/**
	 * Returns how much of the capacity stays free for everything that is not memory of
	 * guests.
	 * @return the headroom
	 */
	long headroom();

	/**
	 * Returns the heap in use, garbage included.
	 * @return an upper bound of what is live
	 */
	long used();

	/**
	 * Returns the heap that is in use apart from young objects that the next collection
	 * of the young generation is expected to free.
	 * @return an estimate of what is live, never more than {@link #used()}
	 */
	long retained();

	/**
	 * Returns how much of the heap an array takes, which for large arrays can be whole
	 * regions.
	 * @param length the length of the array in bytes
	 * @return the bytes that it takes
	 */
	long footprint(long length);

	/**
	 * Returns whether the collector never moves an array, so that the free part of the
	 * heap can be in pieces that no collection joins together.
	 * @param length the length of the array in bytes
	 * @return {@code false} if such an array fits whenever it is not larger than the free
	 * part
	 */
	boolean isImmovable(long length);

	/**
	 * Returns the largest piece of the heap that is free now.
	 * @return its size, or 0 if it is not known
	 */
	long largestFree();

	/**
	 * Returns whether the JVM ends at the first {@link OutOfMemoryError}, even if it is
	 * caught.
	 * @return {@code true} if such an option is set
	 */
	boolean exhaustionIsFatal();

	/**
	 * Runs a full collection and returns when it is done.
	 * @return {@code false} if the JVM ignores requests for collections
	 */
	boolean collect();

}
