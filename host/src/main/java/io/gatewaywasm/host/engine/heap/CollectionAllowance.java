package io.gatewaywasm.host.engine.heap;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits the time spent in garbage collections that guests cause by requesting memory
 * that is not free: one twentieth of the elapsed time, after an initial second.
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
	 * Runs a collection if the allowance permits one, and returns whether it freed
	 * enough. A successful collection is not counted, so that no guest is refused memory
	 * that is available.
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
	 * Runs a collection and returns whether it freed enough.
	 */
	interface Collection {

		boolean run();

	}

}
