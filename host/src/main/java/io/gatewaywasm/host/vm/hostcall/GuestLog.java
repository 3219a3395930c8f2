package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.GuestLogger;
import org.slf4j.MDC;

/**
 * The guest's lines on their way to the {@link GuestLogger}, with the facts about their
 * origin in the logging context. Control characters are escaped, so that a guest cannot
 * forge lines, and no more lines are written than the plugin may log.
 */
final class GuestLog {

	private final VmScope vm;

	private final GuestLogger logger;

	private final LogRate rate;

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

	void write(LogLevel level, String message) {
		if (isAllowed()) {
			put(level, message);
		}
	}

	/** Take a line from the plugin's rate, and say how many were dropped before it. */
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
			this.logger.log(level, PrintableText.of(message, this.vm.settings().sizes().logLine()));
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
		write((descriptor == 2) ? LogLevel.ERROR : LogLevel.INFO, new String(data, StandardCharsets.UTF_8));
	}

	void unimplemented(String function) {
		if (this.unimplemented.add(function) && isAllowed() && isEnabled(LogLevel.WARN)) {
			this.logger.log(LogLevel.WARN, "The filter called " + PrintableText.of(function, PrintableText.NAME)
					+ ", which this host does not offer; it was answered UNIMPLEMENTED");
		}
	}

}
