package io.gatewaywasm.host.vm;

import java.time.Duration;

/**
 * The CPU time that calls into the guest may use.
 *
 * @param callback the limit of one callback
 * @param eventLoop the limit of one callback on an event loop, if it is shorter
 * @param start the limit of starting and configuring
 * @param slow the time above which a callback is reported as slow
 */
public record VmTimeouts(Duration callback, Duration eventLoop, Duration start, Duration slow) {

	CallLimit callbackLimit() {
		return CallLimit.of(this.callback, this.eventLoop);
	}

	CallLimit startLimit() {
		return CallLimit.of(this.start);
	}

	/** Returns timeouts with at least this limit for one callback, on all threads. */
	VmTimeouts atLeast(Duration longest) {
		Duration timeout = (longest.compareTo(this.callback) > 0) ? longest : this.callback;
		return new VmTimeouts(timeout, timeout, this.start, this.slow);
	}

}
