package io.gatewaywasm.host.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds the share of time that collections take which guests cause by asking for memory
 * that is not free: one twentieth, after an initial second.
 */
final class CollectionAllowance {

	private static final int SHARE = 20;

	private static final long MAXIMUM = Duration.ofSeconds(1).toNanos();

	private final LongSupplier clock;

	private long credit = MAXIMUM;

	private long updated;

	CollectionAllowance(LongSupplier clock) {
		this.clock = clock;
		this.updated = clock.getAsLong();
	}

	/**
	 * Runs a collection if there is time left for one. A collection that freed what was
	 * asked for costs nothing, so that no guest is refused memory that it may have.
	 * @param collection runs the collection and returns whether it freed enough
	 * @return {@code false} if no collection was run, or it did not free enough
	 */
	boolean run(Collection collection) {
		long start = this.clock.getAsLong();
		this.credit = Math.min(MAXIMUM, this.credit + (start - this.updated) / SHARE);
		this.updated = start;
		if (this.credit <= 0) {
			return false;
		}
		boolean enough = collection.run();
		this.credit -= enough ? 0 : this.clock.getAsLong() - start;
		return enough;
	}

	/**
	 * A collection.
	 */
	interface Collection {

		boolean run();

	}

}
