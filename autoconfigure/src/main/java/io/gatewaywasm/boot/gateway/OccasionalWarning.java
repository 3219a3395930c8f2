package io.gatewaywasm.boot.gateway;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;

/**
 * A warning about something that clients can cause at any rate, logged at most once a
 * minute. Thread-safe.
 */
final class OccasionalWarning {

	private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);

	private final Logger logger;

	private final AtomicLong next = new AtomicLong(System.nanoTime());

	OccasionalWarning(Logger logger) {
		this.logger = logger;
	}

	void log(String message, Object... arguments) {
		long now = System.nanoTime();
		long due = this.next.get();
		if (now - due >= 0 && this.next.compareAndSet(due, now + INTERVAL)) {
			this.logger.warn(message, arguments);
		}
	}

}
