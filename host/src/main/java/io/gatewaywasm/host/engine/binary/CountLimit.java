package io.gatewaywasm.host.engine.binary;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * Refuses modules that have too many items of one kind.
 */
final class CountLimit {

	private CountLimit() {
	}

	static void check(String what, long count, long maximum) throws ModuleException {
		if (count > maximum) {
			throw new ModuleException(
					"The module has " + count + " " + what + "; at most " + maximum + " are supported.");
		}
	}

}
