package io.gatewaywasm.boot.services;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.RedisResult;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one callout. Thread-safe. Only the first end counts.
 */
final class CalloutObservation {

	private static final String NONE = "none";

	private final Observation observation;

	private final AtomicBoolean ended = new AtomicBoolean();

	CalloutObservation(Observation observation) {
		this.observation = observation;
	}

	/** Ends the observation with the result of the callout. */
	void end(HttpCallResult result) {
		if (result instanceof HttpCallResult.Response response) {
			String status = status(response);
			end("response", status, isServerError(status) ? failed("HTTP status " + status) : null);
		}
		else if (result instanceof HttpCallResult.Failure failure) {
			end("failure", NONE, failed(failure.reason()));
		}
	}

	/** Ends the observation of a gRPC call. */
	void closed(int status, String message) {
		boolean ok = status == 0;
		String text = "gRPC status " + status + (message.isEmpty() ? "" : ": " + message);
		end(ok ? "response" : "failure", Integer.toString(status), ok ? null : failed(text));
	}

	/** Ends the observation of a Redis command. */
	void end(RedisResult result) {
		if (result instanceof RedisResult.Failure failure) {
			end("failure", NONE, failed(failure.reason()));
		}
		else if (result instanceof RedisResult.Reply reply) {
			byte[] data = reply.data();
			boolean error = data.length > 0 && data[0] == '-';
			String text = error
					? new String(data, 1, Math.min(data.length - 1, PrintableText.NAME), StandardCharsets.UTF_8) : "";
			end("response", error ? "error" : "ok", error ? failed(text.strip()) : null);
		}
	}

	/** Ends the observation of a call that the plugin may not make. */
	void refused() {
		end("failure", NONE, failed("the upstream is not declared"));
	}

	private static CalloutFailedException failed(String reason) {
		return new CalloutFailedException(PrintableText.of(reason, PrintableText.MESSAGE));
	}

	/** Ends the observation of a cancelled callout. */
	void cancelled() {
		end("cancelled", NONE, null);
	}

	private void end(String outcome, String status, @Nullable Throwable failure) {
		if (this.ended.compareAndSet(false, true)) {
			if (failure != null) {
				this.observation.error(failure);
			}
			this.observation.lowCardinalityKeyValue("outcome", outcome);
			this.observation.lowCardinalityKeyValue("status", status);
			this.observation.stop();
		}
	}

	/**
	 * Returns whether the upstream failed. A status from 400 to 499 is a proper answer to
	 * a filter, for example from a service that authorizes requests.
	 */
	private static boolean isServerError(String status) {
		return status.length() == 3 && status.charAt(0) == '5';
	}

	private static String status(HttpCallResult.Response response) {
		return response.headers()
			.stream()
			.filter((header) -> header.name().equals(":status"))
			.map(HeaderPair::value)
			.findFirst()
			.orElse(NONE);
	}

	/** The error that the span of a failed callout shows. */
	private static final class CalloutFailedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		CalloutFailedException(String message) {
			super("The callout failed: " + message, null, false, false);
		}

	}

}
