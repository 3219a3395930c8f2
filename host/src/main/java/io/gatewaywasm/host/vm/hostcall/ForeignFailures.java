package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.OncePerMinuteByName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs foreign functions that throw, over all VMs of a plugin. Guests, and often clients,
 * determine how often that happens, so each function is logged once a minute.
 * Thread-safe.
 */
public final class ForeignFailures {

	private static final Logger logger = LoggerFactory.getLogger(ForeignFailures.class);

	/** An application may resolve any name. */
	static final int MAX_FUNCTIONS = 100;

	private final OncePerMinuteByName functions = new OncePerMinuteByName(MAX_FUNCTIONS);

	/** Logs that a function failed, unless that was logged within the last minute. */
	void failed(String plugin, String function, RuntimeException thrown) {
		String name = PrintableText.of(function, PrintableText.NAME);
		long before = this.functions.take(name);
		if (before >= 0) {
			logger.warn(
					"Wasm plugin '{}': the foreign function '{}' failed; the call returned INTERNAL_FAILURE.{}"
							+ " Correct the function, or the filter that calls it.",
					plugin, name,
					(before > 0) ? " There were " + before + " more failures since this was last logged." : "", thrown);
		}
	}

}
