package io.gatewaywasm.host.limits;

import java.time.Duration;

/**
 * Limits of one VM. The constants are the defaults.
 *
 * @param memory the maximum memory in bytes
 * @param mailbox the number of tasks that may wait for the VM before the fail strategy
 * applies to new ones
 * @param vmWait how long a stream may wait for a VM, and a task for its VM
 * @param callbackTimeout the maximum CPU time of a callback
 * @param eventLoopTimeout the maximum CPU time of a callback on an event loop, if it is
 * less than {@code callbackTimeout}
 * @param slowCallback the CPU time above which a callback is slow
 * @param startTimeout the maximum CPU time for starting and configuring the VM
 */
public record VmLimits(long memory, int mailbox, Duration vmWait, Duration callbackTimeout, Duration eventLoopTimeout,
		Duration slowCallback, Duration startTimeout) {

	public static final int MEMORY_MB = 256;

	public static final int MAILBOX = 1024;

	public static final int VM_WAIT_SECONDS = 5;

	public static final int CALLBACK_TIMEOUT_SECONDS = 2;

	public static final int EVENT_LOOP_TIMEOUT_MILLIS = 500;

	public static final int SLOW_CALLBACK_MILLIS = 50;

	public static final int START_TIMEOUT_SECONDS = 10;

	/** Returns limits that allow each callback at least this CPU time on all threads. */
	VmLimits withCallbacks(Duration longest) {
		Duration timeout = (longest.compareTo(this.callbackTimeout) > 0) ? longest : this.callbackTimeout;
		return new VmLimits(this.memory, this.mailbox, this.vmWait, timeout, timeout, this.slowCallback,
				this.startTimeout);
	}

	/** Builds {@link VmLimits}. */
	public static final class Builder {

		private long memory = (long) MEMORY_MB << 20;

		private int mailbox = MAILBOX;

		private Duration vmWait = Duration.ofSeconds(VM_WAIT_SECONDS);

		private Duration callbackTimeout = Duration.ofSeconds(CALLBACK_TIMEOUT_SECONDS);

		private Duration eventLoopTimeout = Duration.ofMillis(EVENT_LOOP_TIMEOUT_MILLIS);

		private Duration slowCallback = Duration.ofMillis(SLOW_CALLBACK_MILLIS);

		private Duration startTimeout = Duration.ofSeconds(START_TIMEOUT_SECONDS);

		Builder() {
		}

		/**
		 * Sets the maximum memory in bytes.
		 */
		public Builder memory(long bytes) {
			this.memory = bytes;
			return this;
		}

		/**
		 * Sets the number of tasks that may wait for the VM.
		 */
		public Builder mailbox(int tasks) {
			this.mailbox = tasks;
			return this;
		}

		/**
		 * Sets how long a stream may wait for a VM, and a task for its VM.
		 */
		public Builder vmWait(Duration timeout) {
			this.vmWait = timeout;
			return this;
		}

		/**
		 * Sets the maximum CPU time of a callback.
		 */
		public Builder callbackTimeout(Duration timeout) {
			this.callbackTimeout = timeout;
			return this;
		}

		/**
		 * Sets the maximum CPU time of a callback on an event loop. If
		 * {@link #callbackTimeout(Duration)} is less, it applies instead.
		 */
		public Builder eventLoopTimeout(Duration timeout) {
			this.eventLoopTimeout = timeout;
			return this;
		}

		/**
		 * Sets the CPU time above which a callback is slow. A plugin that is slow
		 * repeatedly runs on worker threads for a while.
		 */
		public Builder slowCallback(Duration time) {
			this.slowCallback = time;
			return this;
		}

		/**
		 * Sets the maximum CPU time for starting and configuring the VM.
		 */
		public Builder startTimeout(Duration timeout) {
			this.startTimeout = timeout;
			return this;
		}

		VmLimits build() {
			return new VmLimits(this.memory, this.mailbox, this.vmWait, this.callbackTimeout, this.eventLoopTimeout,
					this.slowCallback, this.startTimeout);
		}

	}

}
