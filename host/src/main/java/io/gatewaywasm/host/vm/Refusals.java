package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What guests without a life between streams have asked for and not got, over all VMs of
 * a plugin. Thread-safe.
 */
public final class Refusals {

	private static final Logger logger = LoggerFactory.getLogger(Refusals.class);

	private final String plugin;

	private final Set<String> functions = new ConcurrentSkipListSet<>();

	/**
	 * Create a new record of refusals.
	 * @param plugin the id of the plugin
	 */
	public Refusals(String plugin) {
		this.plugin = plugin;
	}

	/**
	 * Note a refusal; the first of each function is logged.
	 * @param function the name of the host function
	 * @param reason why, a clause that the function is the subject of
	 */
	void refused(String function, String reason) {
		if (this.functions.add(function)) {
			logger.warn("Plugin '{}': {} {}, since with 'isolation: stream' nothing runs between streams;"
					+ " it was answered INTERNAL_FAILURE", this.plugin, function, reason);
		}
	}

	/**
	 * Return what was refused.
	 * @return the names of the host functions in alphabetical order
	 */
	public List<String> functions() {
		return List.copyOf(this.functions);
	}

}
