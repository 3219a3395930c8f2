package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.imports.HostLog;
import io.gatewaywasm.host.spi.GuestLogger;

/**
 * Passes the guest's log lines to the {@link GuestLogger}, with their origin in the
 * logging context. Escapes control characters, so that a guest cannot forge lines, and
 * limits the number of lines to the plugin's rate.
 */
final class GuestLog implements HostLog {

	private final VmScope vm;

	private final GuestLogger logger;

	private final LogRate rate;

	private final LastLines lastLines = new LastLines();

	private final Set<String> unimplemented = new HashSet<>();

	GuestLog(VmScope vm) {
		this.vm = vm;
		this.logger = vm.services().logger(vm.settings().plugin());
		this.rate = vm.settings().logRate();
	}

	@Override
	public boolean isLogEnabled(LogLevel level) {
		return this.logger.isEnabled(level);
	}

	@Override
	public LogLevel logLevel() {
		for (LogLevel level : LogLevel.values()) {
			if (isLogEnabled(level)) {
				return level;
			}
		}
		return LogLevel.CRITICAL;
	}

	/** Returns the last lines, oldest first. */
	List<String> lastLines() {
		return this.lastLines.get();
	}

	@Override
	public void log(LogLevel level, String message) {
		this.vm.outside(() -> write(level, message));
	}

	private void write(LogLevel level, String message) {
		this.lastLines.add(level, message);
		if (isAllowed()) {
			put(level, message);
		}
	}

	/**
	 * Takes a line from the plugin's rate, and logs how many lines were dropped before
	 * it.
	 */
	private boolean isAllowed() {
		long dropped = this.rate.take();
		if (dropped > 0) {
			put(LogLevel.WARN, dropped + " lines of the filter were dropped: it may log " + this.rate.linesPerSecond()
					+ " per second");
		}
		return dropped >= 0;
	}

	private void put(LogLevel level, String message) {
		if (!this.logger.isEnabled(level)) {
			return;
		}
		inContext(() -> this.logger.log(level, PrintableText.of(message, this.vm.settings().sizes().logLine())));
	}

	/** Writes lines with the plugin and the effective context in the logging context. */
	void inContext(Runnable write) {
		ContextScope context = this.vm.effective();
		StreamScope stream = (context != null) ? context.stream() : null;
		Map<String, String> facts = (stream != null) ? stream.httpStream().logContext() : Map.of();
		LogContext.run(this.vm.settings().plugin(), (context != null) ? context.id() : 0, facts, write);
	}

	/** Logs a line that the guest wrote to an output stream of WASI. */
	void output(int descriptor, byte[] data) {
		LevelPrefix line = LevelPrefix.of(new String(data, StandardCharsets.UTF_8),
				(descriptor == 2) ? LogLevel.ERROR : LogLevel.INFO);
		log(line.level(), line.message());
	}

	@Override
	public void unimplemented(String function) {
		this.vm.outside(() -> logUnimplemented(function));
	}

	private void logUnimplemented(String function) {
		if (this.unimplemented.add(function) && isAllowed() && isLogEnabled(LogLevel.WARN)) {
			this.logger.log(LogLevel.WARN, "The filter called " + PrintableText.of(function, PrintableText.NAME)
					+ ", which this host does not offer; the call returned UNIMPLEMENTED");
		}
	}

}
