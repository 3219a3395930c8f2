package io.gatewaywasm.demo;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The result of running a request through an uploaded module. {@code failure} is the
 * failure of the filter, or {@code null}. {@code forwarded} is the request as the
 * upstream got it, or {@code null} if it did not. {@code answered} is the response as the
 * upstream sent it, or {@code null} if it sent none. {@code returned} is the response as
 * the client got it, or {@code null} if there was none. {@code waited} is the simulated
 * time that passed, in milliseconds.
 */
record RunReport(Outcome outcome, @Nullable Failure failure, RecordedRequest arrived,
		@Nullable RecordedRequest forwarded, @Nullable RecordedResponse answered, @Nullable RecordedResponse returned,
		long waited, List<Callback> trace, List<Line> log) {

	/** The outcome of a request. */
	enum Outcome {

		/** The filter did not start, so that no request reached it. */
		NOT_STARTED,

		/** The filter trapped, or was stopped. */
		FAILED,

		/** The filter sent a local response. */
		REPLIED,

		/** The filter reset the connection. */
		RESET,

		/** The filter paused the exchange and did not resume it. */
		PAUSED,

		/** Request and response passed through the filter. */
		PASSED

	}

	/**
	 * The failure of a filter. {@code reason} is the kind of failure, such as
	 * {@code trap} or {@code timeout}.
	 */
	record Failure(String reason, String message, List<String> stack, List<String> lastLines) {

	}

	/**
	 * A callback of the filter. {@code calls} has the host calls during the callback, one
	 * per line.
	 */
	record Callback(String call, List<String> calls) {

	}

	/** A line that the filter logged. */
	record Line(String level, String text) {

	}

}
