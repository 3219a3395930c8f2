package io.gatewaywasm.boot.shareddata;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.OncePerMinute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker for the server. Thread-safe. <pre>
 *   CLOSED ──a call failed──&gt; OPEN ──a write succeeded──&gt; CLOSED
 *                              │ tried every 0.1 to 0.5 seconds
 * </pre> The trial is a write, because a full server or a read-only replica still
 * responds to reads.
 */
final class StoreCircuit {

	private static final Logger logger = LoggerFactory.getLogger(StoreCircuit.class);

	private static final long MIN_DELAY_MILLIS = 100;

	static final long MAX_DELAY_MILLIS = 500;

	private final String server;

	private final HostScheduler scheduler;

	/** Writes to the server and reports whether the write succeeded. */
	private final Consumer<Consumer<Boolean>> trial;

	private final List<Runnable> listeners = new ArrayList<>();

	private final OncePerMinute outages = new OncePerMinute();

	private final OncePerMinute refusals = new OncePerMinute();

	private volatile @Nullable Outage outage;

	private boolean logged;

	private boolean ended;

	/** An outage of the server. */
	record Outage(String reason, Instant since) {

	}

	StoreCircuit(String server, HostScheduler scheduler, Consumer<Consumer<Boolean>> trial) {
		this.server = server;
		this.scheduler = scheduler;
		this.trial = trial;
	}

	/**
	 * Adds a listener that runs immediately before the circuit closes.
	 */
	void beforeClosing(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * Returns the current outage, or {@code null} if the circuit is closed.
	 */
	@Nullable Outage outage() {
		return this.outage;
	}

	/**
	 * Opens the circuit.
	 */
	void failed(String reason) {
		synchronized (this) {
			if (this.outage != null || this.ended) {
				return;
			}
			this.outage = new Outage(reason, Instant.now());
			this.logged = this.outages.isDue();
			if (this.logged) {
				logger.warn(
						"Shared data in Redis server '{}' is unavailable: {}. The gateway tries the server again every {} ms."
								+ " Until then, 'gateway.wasm.shared-data.on-failure' applies.",
						this.server, reason, MAX_DELAY_MILLIS);
			}
		}
		tryLater(MIN_DELAY_MILLIS);
	}

	/**
	 * Logs that the server refused an operation on one key. The circuit stays closed,
	 * because other keys are not affected.
	 */
	void refused(String reason) {
		if (this.refusals.isDue()) {
			logger.warn(
					"A call for shared data in Redis server '{}' failed: {}. Another application uses the same key."
							+ " To keep the keys apart, set 'gateway.wasm.shared-data.key-prefix'.",
					this.server, reason);
		}
	}

	/** The delay is not random: it is so short that attempts meet only rarely. */
	private void tryLater(long delay) {
		this.scheduler.schedule(() -> this.trial.accept((succeeded) -> {
			if (succeeded) {
				close();
			}
			else if (!isEnded()) {
				tryLater(Math.min(delay * 2, MAX_DELAY_MILLIS));
			}
		}), Duration.ofMillis(delay));
	}

	private void close() {
		this.listeners.forEach(Runnable::run);
		synchronized (this) {
			this.outage = null;
			if (this.logged) {
				logger.info("Shared data in Redis server '{}' is available again", this.server);
			}
		}
	}

	private synchronized boolean isEnded() {
		return this.ended;
	}

	/** Ends the trials. */
	synchronized void end() {
		this.ended = true;
	}

}
