package io.gatewaywasm.host.plugin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a plugin whose callbacks run for too long. From the first time-out on,
 * no event loop runs it, but worker threads; when it times out again and again, its
 * circuit opens and it is left alone for a while.
 */
final class Quarantine {

	private static final Logger logger = LoggerFactory.getLogger(Quarantine.class);

	private final String plugin;

	private final CircuitBreaker circuit = new CircuitBreaker();

	private volatile boolean onWorkers;

	/**
	 * Create a new quarantine.
	 * @param plugin the id of the plugin
	 * @param onWorkers whether it is known to be slow, and runs on worker threads anyway
	 */
	Quarantine(String plugin, boolean onWorkers) {
		this.plugin = plugin;
		this.onWorkers = onWorkers;
	}

	/**
	 * Note a time-out.
	 * @return whether the plugin is to be moved to worker threads now
	 */
	boolean timedOut() {
		if (this.circuit.timedOut()) {
			logger.warn("Plugin '{}' timed out repeatedly; its circuit is open for {}", this.plugin,
					this.circuit.openFor());
		}
		if (this.onWorkers) {
			return false;
		}
		this.onWorkers = true;
		logger.warn("Plugin '{}' timed out; it runs on worker threads from now on", this.plugin);
		return true;
	}

	boolean isOnWorkers() {
		return this.onWorkers;
	}

	boolean isCircuitOpen() {
		return this.circuit.isOpen();
	}

}
