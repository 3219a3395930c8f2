package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.GuestLogger;
import org.slf4j.MDC;

/**
 * Passes the guest's log lines to the {@link GuestLogger}, with their origin in the
 * logging context. Escapes control characters, so that a guest cannot forge lines, and
 * limits the number of lines to the plugin's rate.
 */
final class GuestLog {

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

	boolean isEnabled(LogLevel level) {
		return this.logger.isEnabled(level);
	}

	LogLevel level() {
		for (LogLevel level : LogLevel.values()) {
			if (isEnabled(level)) {
				return level;
			}
		}
		return LogLevel.CRITICAL;
	}

	/** Returns the last lines, oldest first. */
	List<String> lastLines() {
		return this.lastLines.get();
	}

	void write(LogLevel level, String message) {
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
					+ " in a second");
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
		Map<String, String> before = MDC.getCopyOfContextMap();
		try {
			MDC.put("plugin", this.vm.settings().plugin());
			if (context != null) {
				MDC.put("context", Integer.toString(context.id()));
			}
			facts.forEach(MDC::put);
			write.run();
		}
		finally {
			if (before != null) {
				MDC.setContextMap(before);
			}
			else {
				MDC.clear();
			}
		}
	}

	void output(int descriptor, byte[] data) {
		LevelPrefix line = LevelPrefix.of(new String(data, StandardCharsets.UTF_8),
				(descriptor == 2) ? LogLevel.ERROR : LogLevel.INFO);
		write(line.level(), line.message());
	}

	void unimplemented(String function) {
		if (this.unimplemented.add(function) && isAllowed() && isEnabled(LogLevel.WARN)) {
			this.logger.log(LogLevel.WARN, "The filter called " + PrintableText.of(function, PrintableText.NAME)
					+ ", which this host does not offer; it was answered UNIMPLEMENTED");
		}
	}

}
