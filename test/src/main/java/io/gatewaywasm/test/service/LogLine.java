package io.gatewaywasm.test.service;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * A line that a filter logged.
 *
 * @param level its level
 * @param text its text, control characters escaped
 */
public record LogLine(LogLevel level, String text) {

	@Override
	public String toString() {
		return this.level + " " + this.text;
	}

}
