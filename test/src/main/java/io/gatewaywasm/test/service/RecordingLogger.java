package io.gatewaywasm.test.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.spi.GuestLogger;

/**
 * Keeps the lines that a filter logs.
 */
public final class RecordingLogger implements GuestLogger {

	private final List<LogLine> lines = new ArrayList<>();

	private LogLevel level;

	/**
	 * Create a new logger.
	 * @param level the lowest level to keep
	 */
	public RecordingLogger(LogLevel level) {
		this.level = level;
	}

	/**
	 * Set the lowest level to keep, which filters can ask for.
	 * @param level the level
	 */
	public void setLevel(LogLevel level) {
		this.level = level;
	}

	/**
	 * Return the lines so far.
	 * @return the lines in order
	 */
	public List<LogLine> lines() {
		return Collections.unmodifiableList(this.lines);
	}

	/** Forget the lines so far. */
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
