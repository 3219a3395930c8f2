package io.gatewaywasm.host.plugin;

import java.time.Duration;

import io.gatewaywasm.host.vm.VmTimeouts;
import io.gatewaywasm.host.vm.hostcall.SizeLimits;

/**
 * Limits of a plugin. Created by {@link #builder()}; every limit has a default.
 *
 * @param memory the maximum memory of a VM in bytes
 * @param totalMemory the maximum memory of all VMs together in bytes, including those of
 * a generation that is being replaced
 * @param recycleAboveMemory the memory in bytes above which a VM is replaced by a new one
 * @param recycleAfterRequests the number of streams after which a VM is replaced by a new
 * one
 * @param bodyBuffer the maximum number of bytes of a body that are buffered for each
 * direction of a stream
 * @param maxBodyBuffer the number of bytes to which a guest may raise {@code bodyBuffer}
 * for a stream; not less than {@code bodyBuffer}
 * @param mailbox the number of tasks that may wait for a VM before the fail strategy
 * applies to new ones
 * @param vmWait how long a stream may wait for a VM
 * @param callbackTimeout the maximum CPU time of a callback
 * @param eventLoopTimeout the maximum CPU time of a callback on an event loop, if it is
 * less than {@code callbackTimeout}
 * @param slowCallback the CPU time above which a callback is slow
 * @param startTimeout the maximum CPU time for starting and configuring a VM
 * @param pauseTimeout how long a stream may stay paused before the fail strategy applies
 * to it
 * @param calloutTimeout the timeout of callouts for which the guest specifies none
 * @param drainTimeout how long the streams of a replaced generation may take to end
 * @param sizes the limits on what a guest may make the host store or do
 */
public record PluginLimits(long memory, long totalMemory, long recycleAboveMemory, long recycleAfterRequests,
		int bodyBuffer, int maxBodyBuffer, int mailbox, Duration vmWait, Duration callbackTimeout,
		Duration eventLoopTimeout, Duration slowCallback, Duration startTimeout, Duration pauseTimeout,
		Duration calloutTimeout, Duration drainTimeout, SizeLimits sizes) {

	public PluginLimits {
		maxBodyBuffer = Math.max(maxBodyBuffer, bodyBuffer);
	}

	/**
	 * Returns a builder with the defaults.
	 */
	public static Builder builder() {
		return new Builder();
	}

	VmTimeouts timeouts() {
		return new VmTimeouts(this.callbackTimeout, this.eventLoopTimeout, this.startTimeout, this.slowCallback);
	}

	/** Builds {@link PluginLimits}. */
	public static final class Builder {

		private long memory = 256L * 1024 * 1024;

		private int bodyBuffer = 1024 * 1024;

		private int maxBodyBuffer = 10 * 1024 * 1024;

		private Duration pauseTimeout = Duration.ofSeconds(60);

		private Duration vmWait = Duration.ofSeconds(5);

		private Duration calloutTimeout = Duration.ofSeconds(10);

		private int mailbox = 1024;

		private long recycleAfterRequests = Long.MAX_VALUE;

		private long recycleAboveMemory = Long.MAX_VALUE;

		private Duration callbackTimeout = Duration.ofSeconds(2);

		private Duration eventLoopTimeout = Duration.ofMillis(500);

		private Duration slowCallback = Duration.ofMillis(50);

		private Duration startTimeout = Duration.ofSeconds(10);

		private Duration drainTimeout = Duration.ofSeconds(60);

		private long totalMemory = Long.MAX_VALUE;

		private SizeLimits sizes = SizeLimits.DEFAULTS;

		private Builder() {
		}

		/**
		 * Sets the maximum memory of a VM in bytes (default 256 MiB).
		 */
		public Builder memory(long bytes) {
			this.memory = bytes;
			return this;
		}

		/**
		 * Sets the maximum number of bytes of a body that are buffered for each direction
		 * (default 1 MiB).
		 */
		public Builder bodyBuffer(int bytes) {
			this.bodyBuffer = bytes;
			return this;
		}

		/**
		 * Sets the number of bytes to which a guest may raise the body buffer of a stream
		 * (default 10 MiB).
		 */
		public Builder maxBodyBuffer(int bytes) {
			this.maxBodyBuffer = bytes;
			return this;
		}

		/**
		 * Sets how long a stream may stay paused (default 60 s).
		 */
		public Builder pauseTimeout(Duration timeout) {
			this.pauseTimeout = timeout;
			return this;
		}

		/**
		 * Sets how long a stream may wait for a VM (default 5 s).
		 */
		public Builder vmWait(Duration timeout) {
			this.vmWait = timeout;
			return this;
		}

		/**
		 * Sets the timeout of callouts for which the guest specifies none (default 10 s).
		 */
		public Builder calloutTimeout(Duration timeout) {
			this.calloutTimeout = timeout;
			return this;
		}

		/**
		 * Sets the number of tasks that may wait for a VM (default 1024).
		 */
		public Builder mailbox(int tasks) {
			this.mailbox = tasks;
			return this;
		}

		/**
		 * Sets the number of streams after which a VM is replaced by a new one (default:
		 * never).
		 */
		public Builder recycleAfterRequests(long streams) {
			this.recycleAfterRequests = streams;
			return this;
		}

		/**
		 * Sets the memory in bytes above which a VM is replaced by a new one (default:
		 * never).
		 */
		public Builder recycleAboveMemory(long bytes) {
			this.recycleAboveMemory = bytes;
			return this;
		}

		/**
		 * Sets the maximum CPU time of a callback (default 2 s).
		 */
		public Builder callbackTimeout(Duration timeout) {
			this.callbackTimeout = timeout;
			return this;
		}

		/**
		 * Sets the maximum CPU time of a callback on an event loop (default 500 ms). If
		 * {@link #callbackTimeout(Duration)} is less, it applies instead.
		 */
		public Builder eventLoopTimeout(Duration timeout) {
			this.eventLoopTimeout = timeout;
			return this;
		}

		/**
		 * Sets the CPU time above which a callback is slow (default 50 ms). A plugin that
		 * is slow repeatedly runs on worker threads for a while.
		 */
		public Builder slowCallback(Duration time) {
			this.slowCallback = time;
			return this;
		}

		/**
		 * Sets the maximum CPU time for starting and configuring a VM (default 10 s).
		 */
		public Builder startTimeout(Duration timeout) {
			this.startTimeout = timeout;
			return this;
		}

		/**
		 * Sets how long the streams of a replaced generation may take to end (default 60
		 * s).
		 */
		public Builder drainTimeout(Duration timeout) {
			this.drainTimeout = timeout;
			return this;
		}

		/**
		 * Sets the maximum memory of all VMs together in bytes (default: only the limit
		 * of the host).
		 */
		public Builder totalMemory(long bytes) {
			this.totalMemory = bytes;
			return this;
		}

		/**
		 * Sets the limits on what a guest may make the host store or do (default
		 * {@link SizeLimits#DEFAULTS}).
		 */
		public Builder sizes(SizeLimits sizes) {
			this.sizes = sizes;
			return this;
		}

		/**
		 * Returns the limits.
		 */
		public PluginLimits build() {
			return new PluginLimits(this.memory, this.totalMemory, this.recycleAboveMemory, this.recycleAfterRequests,
					this.bodyBuffer, this.maxBodyBuffer, this.mailbox, this.vmWait, this.callbackTimeout,
					this.eventLoopTimeout, this.slowCallback, this.startTimeout, this.pauseTimeout, this.calloutTimeout,
					this.drainTimeout, this.sizes);
		}

	}

}
