package io.gatewaywasm.boot.shareddata;

import java.util.function.BooleanSupplier;

/**
 * Receives the results of the calls that guests make to Redis as a store.
 */
public interface StoreObserver {

	/** Ignores all events. */
	StoreObserver NONE = new StoreObserver() {

		@Override
		public void called(StoreOperation operation, Outcome outcome, long nanos) {
			// Ignored.
		}

		@Override
		public void opened(BooleanSupplier available) {
			// Ignored.
		}

	};

	/** The outcome of an operation. */
	enum Outcome {

		/** Redis has performed the operation. */
		OK,

		/** Redis was unavailable, and the guest received {@code INTERNAL_FAILURE}. */
		FAILURE,

		/** Redis was unavailable, and this gateway's own store was used. */
		LOCAL

	}

	/**
	 * Called at the end of an operation.
	 * @param operation the operation
	 * @param outcome the outcome
	 * @param nanos the duration in nanoseconds
	 */
	void called(StoreOperation operation, Outcome outcome, long nanos);

	/**
	 * Called when Redis is first used as a store.
	 * @param available returns whether it is currently available
	 */
	void opened(BooleanSupplier available);

}
