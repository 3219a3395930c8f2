package io.gatewaywasm.host.vm.stream;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.OncePerMinute;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.hostcall.LogContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs the failures of single streams of a plugin: the VM of the stream
 * continues, or the stream has none. Logs each kind at most once a minute, over all VMs.
 * Thread-safe.
 */
public final class StreamWarnings {

	private static final Logger logger = LoggerFactory.getLogger(StreamWarnings.class);

	private final String plugin;

	/** Counts failures, or is {@code null} if they are neither counted nor logged. */
	private final @Nullable Consumer<VmFailure> counter;

	private final OncePerMinute lateChanges = new OncePerMinute();

	/** Not changed after the constructor, so that any thread can read it. */
	private final Map<FailureReason, OncePerMinute> failures = new EnumMap<>(FailureReason.class);

	/**
	 * Creates an instance for a plugin. {@code counter} receives each failure, or is
	 * {@code null} if failures are neither counted nor logged.
	 */
	public StreamWarnings(String plugin, @Nullable Consumer<VmFailure> counter) {
		this.plugin = plugin;
		this.counter = counter;
		for (FailureReason reason : FailureReason.values()) {
			this.failures.put(reason, new OncePerMinute());
		}
	}

	/**
	 * Returns an instance that neither counts nor logs, for synthetic streams.
	 */
	public static StreamWarnings silent() {
		return new StreamWarnings("", null);
	}

	/**
	 * Reports that a request or response body exceeded the limit. {@code status} is that
	 * of the local response, if one can be sent.
	 */
	void overflowed(ReportedStream stream, int limit, String direction, int status) {
		String message = "A " + direction + " got " + status + " (if it had begun, its connection was cut), because the"
				+ " filter buffered more than " + limit + " bytes of its body, the value of 'limits.body-buffer'.";
		failed(stream, VmFailure.of(FailureReason.BODY_BUFFER, message), " Raise the limit if larger bodies must pass."
				+ " Each " + direction + " that waits for its filter may then use that much memory.");
	}

	/**
	 * Reports that a body was refused because all bodies together exceed {@code maximum}
	 * bytes.
	 */
	void outOfMemory(ReportedStream stream, long maximum, String direction) {
		String message = "A " + direction + " got 503 (if it had begun, its connection was cut), because the filter"
				+ " buffered its body, and the buffered bodies of this plugin exceeded " + maximum
				+ " bytes, half of 'gateway.wasm.max-body-memory', or those of all plugins exceeded the whole.";
		failed(stream, VmFailure.of(FailureReason.BODY_MEMORY, message), " Raise the value together with -Xmx, or"
				+ " lower 'limits.body-buffer' or 'limits.body-idle-timeout'.");
	}

	/**
	 * Logs that the guest changed headers that were already sent on. {@code subject}
	 * names them, {@code status} is that of the local response, if one can be sent.
	 */
	void changedLate(ReportedStream stream, String subject, int status) {
		warn(this.lateChanges, stream, (before) -> logger
			.warn("Wasm plugin '{}': an exchange got {} (if its response had begun, its connection was cut), because"
					+ " the filter changed headers that had waited and were already sent on: {}.{}"
					+ " Change headers before the filter resumes the message, or the first body or trailers"
					+ " callback returns Continue.", this.plugin, status, subject, before));
	}

	/** Reports the failure of a stream, with the guest's last lines if it has a VM. */
	void failed(ReportedStream stream, VmFailure why) {
		failed(stream, why, "");
	}

	private void failed(ReportedStream stream, VmFailure why, String remedy) {
		count(why);
		warn(this.failures.get(why.reason()), stream, (before) -> logger.warn("Wasm plugin '{}': {}{}{}{}", this.plugin,
				why.message(), before, remedy, stream.details(why)));
	}

	/**
	 * Reports that the guest refused to start the root context of a stream, and returns
	 * the failure of the stream. {@code first} says whether it is logged.
	 */
	VmFailure refused(ReportedStream stream, VmStartException refusal, boolean first) {
		String route = stream.logContext().get("route");
		String users = (route != null) ? "Requests of route '" + route + "'" : "Requests";
		VmFailure why = VmFailure.of(FailureReason.START,
				refusal.problem() + " " + users + " with this configuration get the fail strategy.");
		count(why);
		if (first && this.counter != null) {
			inContext(stream, () -> logger.error("Wasm plugin '{}': {} {}{}", this.plugin, why.message(),
					refusal.remedy(), stream.details(why)));
		}
		return why;
	}

	private void count(VmFailure why) {
		if (this.counter != null) {
			this.counter.accept(why);
		}
	}

	private void warn(@Nullable OncePerMinute rate, ReportedStream stream, Line line) {
		long before = (this.counter != null && rate != null) ? rate.take() : -1;
		if (before >= 0) {
			inContext(stream,
					() -> line.log((before > 0) ? " There were " + before + " more since this was last logged." : ""));
		}
	}

	/** Writes with the plugin, the route, the request and its trace in the MDC. */
	private void inContext(ReportedStream stream, Runnable write) {
		LogContext.run(this.plugin, stream.contextId(), stream.logContext(), write);
	}

	/** Logs a line with a sentence about the lines that were dropped before it. */
	@FunctionalInterface
	private interface Line {

		void log(String before);

	}

}
