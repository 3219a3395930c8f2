package io.gatewaywasm.host.limits;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Limits of a plugin. Created by {@link #builder()}; every limit has a default.
 *
 * @param vm the limits of one VM
 * @param streams the limits of one stream
 * @param pool the limits of all VMs together
 * @param sizes the limits on what a guest may make the host store or do
 */
public record PluginLimits(VmLimits vm, StreamLimits streams, PoolLimits pool, SizeLimits sizes) {

	/** The default limits. */
	public static final PluginLimits DEFAULTS = builder().build();

	/**
	 * Returns a builder with the defaults.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Returns limits for synthetic streams, which allow each callback at least this CPU
	 * time on all threads.
	 */
	public PluginLimits forWarmUp(Duration callback) {
		return new PluginLimits(this.vm.withCallbacks(callback), this.streams, this.pool, this.sizes);
	}

	/** Builds {@link PluginLimits}. Limits that are not changed have their defaults. */
	public static final class Builder {

		private VmLimits.Builder vm = new VmLimits.Builder();

		private StreamLimits.Builder streams = new StreamLimits.Builder();

		private PoolLimits.Builder pool = new PoolLimits.Builder();

		private SizeLimits.Builder sizes = new SizeLimits.Builder();

		private Builder() {
		}

		/**
		 * Changes limits of one VM.
		 */
		public Builder vm(UnaryOperator<VmLimits.Builder> changes) {
			this.vm = changes.apply(this.vm);
			return this;
		}

		/**
		 * Changes limits of one stream.
		 */
		public Builder streams(UnaryOperator<StreamLimits.Builder> changes) {
			this.streams = changes.apply(this.streams);
			return this;
		}

		/**
		 * Changes limits of all VMs together.
		 */
		public Builder pool(UnaryOperator<PoolLimits.Builder> changes) {
			this.pool = changes.apply(this.pool);
			return this;
		}

		/**
		 * Changes limits on what a guest may make the host store or do.
		 */
		public Builder sizes(UnaryOperator<SizeLimits.Builder> changes) {
			this.sizes = changes.apply(this.sizes);
			return this;
		}

		/**
		 * Returns the limits.
		 */
		public PluginLimits build() {
			return new PluginLimits(this.vm.build(), this.streams.build(), this.pool.build(), this.sizes.build());
		}

	}

}
