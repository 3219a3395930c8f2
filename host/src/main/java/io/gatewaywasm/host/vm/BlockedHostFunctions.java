package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the host functions that were refused to isolated guests, over all VMs of a
 * plugin. Thread-safe.
 */
public final class BlockedHostFunctions {

	private static final Logger logger = LoggerFactory.getLogger(BlockedHostFunctions.class);

	private final String plugin;

	private final Set<String> functions = new ConcurrentSkipListSet<>();

	public BlockedHostFunctions(String plugin) {
		this.plugin = plugin;
	}

	/**
	 * Records a refusal, and logs the first refusal of each function. The reason is a
	 * clause with the function as its subject.
	 */
	void refused(String function, String reason) {
		if (this.functions.add(function)) {
			logger.warn("Wasm plugin '{}': {} {}, since with 'isolation: stream' nothing runs between streams;"
					+ " the call returned INTERNAL_FAILURE", this.plugin, function, reason);
		}
	}

	/** Returns the names of the refused host functions in alphabetical order. */
	public List<String> functions() {
		return List.copyOf(this.functions);
	}

}
