package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who operates the gateway of bodies that were larger than a plugin's filters may
 * hold, over all its VMs: by a failure each, and by a line at most once a minute, since
 * clients decide how often it happens. Thread-safe.
 */
public final class BodyOverflows {

	private static final Logger logger = LoggerFactory.getLogger(BodyOverflows.class);

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final LongSupplier clock;

	private boolean told;

	private long toldAt;

	private long untold;

	/**
	 * Create a new record.
	 */
	public BodyOverflows() {
		this(System::nanoTime);
	}

	BodyOverflows(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Note that a body was too large.
	 * @param vm the VM whose guest held it
	 * @param direction request or response
	 * @param status what its client is answered, if it can be
	 */
	void overflowed(Vm vm, String direction, int status) {
		if (vm.isRehearsing()) {
			return;
		}
		vm.observer().failed("body-buffer");
		long before = take();
		if (before >= 0) {
			logger.warn("Plugin '{}': a {} got {} (if it had begun, its connection was cut), because the filter held"
					+ " more than {} bytes of its body, which is what 'limits.body-buffer' of the plugin allows.{} Raise"
					+ " it if larger bodies are to pass; each {} that waits for its filter may then hold that much.",
					vm.spec().plugin(), direction, status, vm.spec().bodyBuffer(),
					(before > 0) ? " There were " + before + " more since this was last logged." : "", direction);
		}
	}

	/**
	 * Ask to write a line.
	 * @return -1 if it may not be written, else how many before it were not
	 */
	synchronized long take() {
		long now = this.clock.getAsLong();
		if (this.told && now - this.toldAt < PAUSE) {
			this.untold++;
			return -1;
		}
		long before = this.untold;
		this.told = true;
		this.toldAt = now;
		this.untold = 0;
		return before;
	}

}
