package io.gatewaywasm.boot.services;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A callout that waits until its plugin may use one more callout to the host, and then
 * runs.
 */
final class WaitingCallout {

	private final String host;

	private final String plugin;

	private final Sinks.Empty<Void> started = Sinks.empty();

	/** Guarded by {@link CalloutShares}. */
	private boolean running;

	WaitingCallout(String host, String plugin) {
		this.host = host;
		this.plugin = plugin;
	}

	String host() {
		return this.host;
	}

	String plugin() {
		return this.plugin;
	}

	/** Marks the callout as running. */
	void markRunning() {
		this.running = true;
	}

	boolean isRunning() {
		return this.running;
	}

	/** Starts the callout. Called outside of the lock. */
	void start() {
		this.started.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
	}

	/** Completes when the callout starts. */
	Mono<Void> started() {
		return this.started.asMono();
	}

}
