package io.gatewaywasm.demo;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The result of running a request through an uploaded module.
 *
 * @param outcome the outcome of the request
 * @param failure the failure of the filter, or {@code null}
 * @param arrived the request as the filter got it
 * @param forwarded the request as the upstream got it, or {@code null} if it did not
 * @param answered the response as the upstream sent it, or {@code null} if it sent none
 * @param returned the response as the client got it, or {@code null} if there was none
 * @param waited the simulated time that passed, in milliseconds
 * @param trace the filter's callbacks and host calls
 * @param log the filter's log lines
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
	 * The failure of a filter.
	 *
	 * @param reason the kind of failure, such as {@code trap} or {@code timeout}
	 * @param message what happened
	 * @param stack the filter's stack trace
	 * @param lastLines the filter's last log lines
	 */
	record Failure(String reason, String message, List<String> stack, List<String> lastLines) {

	}

	/**
	 * A callback of the filter.
	 *
	 * @param call the callback with its arguments and its result
	 * @param calls the host calls during the callback, one per line
	 */
	record Callback(String call, List<String> calls) {

	}

	/**
	 * A line that the filter logged.
	 *
	 * @param level the level
	 * @param text the line
	 */
	record Line(String level, String text) {

	}

}
