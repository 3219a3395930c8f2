package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.vm.VmTimeouts;
import io.gatewaywasm.host.vm.hostcall.SizeLimits;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a plugin. Each limit has a default.
 */
public final class PluginLimits {

	private final Builder values;

	private PluginLimits(Builder values) {
		this.values = values.copy();
	}

	/**
	 * Returns a builder with the defaults.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Returns the maximum memory of a VM in bytes.
	 */
	public long memory() {
		return this.values.memory;
	}

	/**
	 * Returns the maximum number of bytes of a body that are buffered for each direction
	 * of a stream.
	 */
	public int bodyBuffer() {
		return this.values.bodyBuffer;
	}

	/**
	 * Returns the number of bytes to which a guest may raise {@link #bodyBuffer()} for a
	 * stream. Not less than {@code bodyBuffer()}.
	 */
	public int maxBodyBuffer() {
		return Math.max(this.values.maxBodyBuffer, this.values.bodyBuffer);
	}

	/**
	 * Returns how long a stream may stay paused before the fail strategy applies to it.
	 */
	public Duration pauseTimeout() {
		return this.values.pauseTimeout;
	}

	/**
	 * Returns how long a stream may wait for a VM.
	 */
	public Duration vmWait() {
		return this.values.vmWait;
	}

	/**
	 * Returns the timeout of callouts for which the guest specifies none.
	 */
	public Duration calloutTimeout() {
		return this.values.calloutTimeout;
	}

	/**
	 * Returns the number of tasks that may wait for a VM before the fail strategy applies
	 * to new ones.
	 */
	public int mailbox() {
		return this.values.mailbox;
	}

	/**
	 * Returns the maximum CPU time of a callback.
	 */
	public Duration callbackTimeout() {
		return this.values.callbackTimeout;
	}

	/**
	 * Returns the maximum CPU time of a callback on an event loop, if it is less than
	 * {@link #callbackTimeout()}.
	 */
	public Duration eventLoopTimeout() {
		return this.values.eventLoopTimeout;
	}

	/**
	 * Returns the CPU time above which a callback is slow.
	 */
	public Duration slowCallback() {
		return this.values.slowCallback;
	}

	VmTimeouts timeouts() {
		return new VmTimeouts(callbackTimeout(), eventLoopTimeout(), startTimeout(), slowCallback());
	}

	/**
	 * Returns the maximum CPU time for starting and configuring a VM.
	 */
	public Duration startTimeout() {
		return this.values.startTimeout;
	}

	/**
	 * Returns the number of streams after which a VM is replaced by a new one.
	 */
	public long recycleAfterRequests() {
		return this.values.recycleAfterRequests;
	}

	/**
	 * Returns the memory in bytes above which a VM is replaced by a new one.
	 */
	public long recycleAboveMemory() {
		return this.values.recycleAboveMemory;
	}

	/**
	 * Returns how long the streams of a replaced generation may take to end.
	 */
	public Duration drainTimeout() {
		return this.values.drainTimeout;
	}

	/**
	 * Returns the maximum memory of all VMs together in bytes, including those of a
	 * generation that is being replaced.
	 */
	public long totalMemory() {
		return this.values.totalMemory;
	}

	/**
	 * Returns the limits on what a guest may make the host store or do.
	 */
	public SizeLimits sizes() {
		return this.values.sizes;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof PluginLimits limits && this.values.list().equals(limits.values.list());
	}

	@Override
	public int hashCode() {
		return this.values.list().hashCode();
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

		private List<Object> list() {
			return List.of(this.memory, this.bodyBuffer, this.maxBodyBuffer, this.pauseTimeout, this.vmWait,
					this.calloutTimeout, this.mailbox, this.recycleAfterRequests, this.recycleAboveMemory,
					this.callbackTimeout, this.eventLoopTimeout, this.slowCallback, this.startTimeout,
					this.drainTimeout, this.totalMemory, this.sizes);
		}

		private Builder copy() {
			Builder copy = new Builder();
			copy.memory = this.memory;
			copy.bodyBuffer = this.bodyBuffer;
			copy.maxBodyBuffer = this.maxBodyBuffer;
			copy.pauseTimeout = this.pauseTimeout;
			copy.vmWait = this.vmWait;
			copy.calloutTimeout = this.calloutTimeout;
			copy.mailbox = this.mailbox;
			copy.recycleAfterRequests = this.recycleAfterRequests;
			copy.recycleAboveMemory = this.recycleAboveMemory;
			copy.callbackTimeout = this.callbackTimeout;
			copy.eventLoopTimeout = this.eventLoopTimeout;
			copy.slowCallback = this.slowCallback;
			copy.startTimeout = this.startTimeout;
			copy.drainTimeout = this.drainTimeout;
			copy.totalMemory = this.totalMemory;
			copy.sizes = this.sizes;
			return copy;
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
			return new PluginLimits(this);
		}

	}

}
