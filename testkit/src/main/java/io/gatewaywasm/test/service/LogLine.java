package io.gatewaywasm.test.service;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * A line that a filter has logged.
 *
 * @param level the level
 * @param text the text, with control characters escaped
 */
public record LogLine(LogLevel level, String text) {

	@Override
	public String toString() {
		return this.level + " " + this.text;
	}

}
