package io.gatewaywasm.host.limits;

import java.time.Duration;

/**
 * Limits of all VMs of a plugin together. By default, the memory is limited by the host
 * only, and VMs are not replaced.
 *
 * @param totalMemory the maximum memory of all VMs together in bytes, including those of
 * a generation that is being replaced
 * @param recycleAboveMemory the memory in bytes above which a VM is replaced by a new one
 * @param recycleAfterRequests the number of streams after which a VM is replaced by a new
 * one
 * @param drainTimeout how long the streams of a replaced generation may take to end
 */
public record PoolLimits(long totalMemory, long recycleAboveMemory, long recycleAfterRequests, Duration drainTimeout) {

	public static final int DRAIN_TIMEOUT_SECONDS = 60;

	/** Builds {@link PoolLimits}. */
	public static final class Builder {

		private long totalMemory = Long.MAX_VALUE;

		private long recycleAboveMemory = Long.MAX_VALUE;

		private long recycleAfterRequests = Long.MAX_VALUE;

		private Duration drainTimeout = Duration.ofSeconds(DRAIN_TIMEOUT_SECONDS);

		Builder() {
		}

		/**
		 * Sets the maximum memory of all VMs together in bytes.
		 */
		public Builder totalMemory(long bytes) {
			this.totalMemory = bytes;
			return this;
		}

		/**
		 * Sets the memory in bytes above which a VM is replaced by a new one.
		 */
		public Builder recycleAboveMemory(long bytes) {
			this.recycleAboveMemory = bytes;
			return this;
		}

		/**
		 * Sets the number of streams after which a VM is replaced by a new one.
		 */
		public Builder recycleAfterRequests(long streams) {
			this.recycleAfterRequests = streams;
			return this;
		}

		/**
		 * Sets how long the streams of a replaced generation may take to end.
		 */
		public Builder drainTimeout(Duration timeout) {
			this.drainTimeout = timeout;
			return this;
		}

		PoolLimits build() {
			return new PoolLimits(this.totalMemory, this.recycleAboveMemory, this.recycleAfterRequests,
					this.drainTimeout);
		}

	}

}
