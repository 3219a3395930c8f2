package io.gatewaywasm.host.engine.heap;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A heap whose numbers a test sets.
 */
public final class TestHeapView implements HeapView {

	/** The time in nanoseconds. */
	long time;

	long capacity = 10_000;

	long headroom;

	long used;

	long retained;

	long live;

	long movable = Long.MAX_VALUE;

	long largestFree;

	boolean fatal;

	Duration collectionTime = Duration.ZERO;

	int collections;

	boolean collected;

	/** Returns a heap of this size, in bytes. */
	public static JavaHeap heap(long capacity) {
		TestHeapView view = new TestHeapView();
		view.capacity = capacity;
		return new JavaHeap(view, () -> view.time);
	}

	void fill(long bytes) {
		this.used = bytes;
		this.retained = bytes;
	}

	@Override
	public long capacity() {
		return this.capacity;
	}

	@Override
	public long headroom() {
		return this.headroom;
	}

	/**
	 * Simulates other threads that fill the heap with garbage right after it was
	 * measured.
	 */
	@Override
	public long used() {
		boolean measured = this.collected;
		this.collected = false;
		return measured ? this.live : this.used;
	}

	@Override
	public long retained() {
		return this.retained;
	}

	@Override
	public long footprint(long length) {
		return length;
	}

	@Override
	public boolean isImmovable(long length) {
		return length > this.movable;
	}

	@Override
	public long largestFree() {
		assertThat(this.largestFree).isNotNegative();
		return this.largestFree;
	}

	@Override
	public boolean exhaustionIsFatal() {
		return this.fatal;
	}

	@Override
	public boolean collect() {
		this.collections++;
		this.time += this.collectionTime.toNanos();
		this.collected = true;
		return true;
	}

}
