package io.gatewaywasm.test.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.spi.GuestLogger;

/**
 * Records the lines that a filter logs.
 */
public final class RecordingLogger implements GuestLogger {

	private final List<LogLine> lines = new ArrayList<>();

	private LogLevel level;

	/**
	 * Creates a logger.
	 * @param level the lowest level to record
	 */
	public RecordingLogger(LogLevel level) {
		this.level = level;
	}

	/**
	 * Sets the lowest level to record, which filters can read.
	 * @param level the level
	 */
	public void setLevel(LogLevel level) {
		this.level = level;
	}

	/**
	 * Returns the lines so far.
	 * @return the lines in order
	 */
	public List<LogLine> lines() {
		return Collections.unmodifiableList(this.lines);
	}

	/** Clears the lines. */
	public void clear() {
		this.lines.clear();
	}

	@Override
	public boolean isEnabled(LogLevel wanted) {
		return wanted.compareTo(this.level) >= 0;
	}

	@Override
	public void log(LogLevel lineLevel, String line) {
		this.lines.add(new LogLine(lineLevel, line));
	}

}
