package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.vm.VmTimeouts;
import io.gatewaywasm.host.vm.hostcall.SizeLimits;
import org.jspecify.annotations.Nullable;

/**
 * Bounds on what a plugin may use. Made by {@link #builder()}; every bound has a default.
 */
public final class PluginLimits {

	private final Builder values;

	private PluginLimits(Builder values) {
		this.values = values.copy();
	}

	/**
	 * Start with the defaults.
	 * @return a new builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the memory that one instance may grow to.
	 * @return bytes
	 */
	public long memory() {
		return this.values.memory;
	}

	/**
	 * Return how many bytes of a body may be buffered per direction of a stream.
	 * @return bytes
	 */
	public int bodyBuffer() {
		return this.values.bodyBuffer;
	}

	/**
	 * Return how long a stream may stay paused before it gets the failure policy.
	 * @return the time-out
	 */
	public Duration pauseTimeout() {
		return this.values.pauseTimeout;
	}

	/**
	 * Return how long a stream may wait for a VM.
	 * @return the time-out
	 */
	public Duration vmWait() {
		return this.values.vmWait;
	}

	/**
	 * Return the time-out of callouts for which the guest gave none.
	 * @return the time-out
	 */
	public Duration calloutTimeout() {
		return this.values.calloutTimeout;
	}

	/**
	 * Return how much work may wait for one VM before new work gets the failure policy.
	 * @return number of tasks
	 */
	public int mailbox() {
		return this.values.mailbox;
	}

	/**
	 * Return the CPU time that one callback may use.
	 * @return the timeout
	 */
	public Duration callbackTimeout() {
		return this.values.callbackTimeout;
	}

	/**
	 * Return the CPU time that one callback may use on an event loop, if it is smaller
	 * than {@link #callbackTimeout()}.
	 * @return the timeout
	 */
	public Duration eventLoopTimeout() {
		return this.values.eventLoopTimeout;
	}

	/**
	 * Return the CPU time above which a callback is slow.
	 * @return the time
	 */
	public Duration slowCallback() {
		return this.values.slowCallback;
	}

	VmTimeouts timeouts() {
		return new VmTimeouts(callbackTimeout(), eventLoopTimeout(), startTimeout(), slowCallback());
	}

	/**
	 * Return the CPU time that starting and configuring may use.
	 * @return the time-out
	 */
	public Duration startTimeout() {
		return this.values.startTimeout;
	}

	/**
	 * Return after how many streams a VM is replaced by a fresh one.
	 * @return the number of streams
	 */
	public long recycleAfterRequests() {
		return this.values.recycleAfterRequests;
	}

	/**
	 * Return above how much memory a VM is replaced by a fresh one.
	 * @return bytes
	 */
	public long recycleAboveMemory() {
		return this.values.recycleAboveMemory;
	}

	/**
	 * Return how long the streams of a version that was replaced by a reload may take to
	 * finish.
	 * @return the time-out
	 */
	public Duration drainTimeout() {
		return this.values.drainTimeout;
	}

	/**
	 * Return the memory that all VMs may have together, those of a version that is being
	 * replaced included.
	 * @return bytes
	 */
	public long totalMemory() {
		return this.values.totalMemory;
	}

	/**
	 * Return bounds on what a guest may make the host keep or do.
	 * @return the bounds
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

	/** Collects the bounds. */
	public static final class Builder {

		private long memory = 256L * 1024 * 1024;

		private int bodyBuffer = 1024 * 1024;

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
			return List.of(this.memory, this.bodyBuffer, this.pauseTimeout, this.vmWait, this.calloutTimeout,
					this.mailbox, this.recycleAfterRequests, this.recycleAboveMemory, this.callbackTimeout,
					this.eventLoopTimeout, this.slowCallback, this.startTimeout, this.drainTimeout, this.totalMemory,
					this.sizes);
		}

		private Builder copy() {
			Builder copy = new Builder();
			copy.memory = this.memory;
			copy.bodyBuffer = this.bodyBuffer;
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
		 * Set the memory that one instance may grow to (default 256 MiB).
		 * @param bytes the bound in bytes
		 * @return this builder
		 */
		public Builder memory(long bytes) {
			this.memory = bytes;
			return this;
		}

		/**
		 * Set how many bytes of a body may be buffered per direction (default 1 MiB).
		 * @param bytes the bound in bytes
		 * @return this builder
		 */
		public Builder bodyBuffer(int bytes) {
			this.bodyBuffer = bytes;
			return this;
		}

		/**
		 * Set how long a stream may stay paused (default 60 s).
		 * @param timeout the time-out
		 * @return this builder
		 */
		public Builder pauseTimeout(Duration timeout) {
			this.pauseTimeout = timeout;
			return this;
		}

		/**
		 * Set how long a stream may wait for a VM (default 5 s).
		 * @param timeout the time-out
		 * @return this builder
		 */
		public Builder vmWait(Duration timeout) {
			this.vmWait = timeout;
			return this;
		}

		/**
		 * Set the time-out of callouts for which the guest gave none (default 10 s).
		 * @param timeout the time-out
		 * @return this builder
		 */
		public Builder calloutTimeout(Duration timeout) {
			this.calloutTimeout = timeout;
			return this;
		}

		/**
		 * Set how much work may wait for one VM (default 1024 tasks).
		 * @param tasks the number of tasks
		 * @return this builder
		 */
		public Builder mailbox(int tasks) {
			this.mailbox = tasks;
			return this;
		}

		/**
		 * Set after how many streams a VM is replaced by a fresh one (default: never).
		 * @param streams the number of streams
		 * @return this builder
		 */
		public Builder recycleAfterRequests(long streams) {
			this.recycleAfterRequests = streams;
			return this;
		}

		/**
		 * Set above how much memory a VM is replaced by a fresh one (default: never).
		 * @param bytes the memory in bytes
		 * @return this builder
		 */
		public Builder recycleAboveMemory(long bytes) {
			this.recycleAboveMemory = bytes;
			return this;
		}

		/**
		 * Set the CPU time that one callback may use (default 2 s).
		 * @param timeout the timeout
		 * @return this builder
		 */
		public Builder callbackTimeout(Duration timeout) {
			this.callbackTimeout = timeout;
			return this;
		}

		/**
		 * Set the CPU time that one callback may use on an event loop (default 500 ms).
		 * The smaller of this and {@link #callbackTimeout(Duration)} holds there.
		 * @param timeout the timeout
		 * @return this builder
		 */
		public Builder eventLoopTimeout(Duration timeout) {
			this.eventLoopTimeout = timeout;
			return this;
		}

		/**
		 * Set the CPU time above which a callback is slow (default 50 ms). A plugin that
		 * is slow again and again runs on worker threads for a while.
		 * @param time the time
		 * @return this builder
		 */
		public Builder slowCallback(Duration time) {
			this.slowCallback = time;
			return this;
		}

		/**
		 * Set the CPU time that starting and configuring may use (default 10 s).
		 * @param timeout the time-out
		 * @return this builder
		 */
		public Builder startTimeout(Duration timeout) {
			this.startTimeout = timeout;
			return this;
		}

		/**
		 * Set how long the streams of a version that was replaced by a reload may take to
		 * finish (default 60 s).
		 * @param timeout the time-out
		 * @return this builder
		 */
		public Builder drainTimeout(Duration timeout) {
			this.drainTimeout = timeout;
			return this;
		}

		/**
		 * Set the memory that all VMs may have together (default: what the host allows).
		 * @param bytes the bound in bytes
		 * @return this builder
		 */
		public Builder totalMemory(long bytes) {
			this.totalMemory = bytes;
			return this;
		}

		/**
		 * Set bounds on what a guest may make the host keep or do (default:
		 * {@link SizeLimits#DEFAULTS}).
		 * @param sizes the bounds
		 * @return this builder
		 */
		public Builder sizes(SizeLimits sizes) {
			this.sizes = sizes;
			return this;
		}

		/**
		 * Finish.
		 * @return the limits
		 */
		public PluginLimits build() {
			return new PluginLimits(this);
		}

	}

}
