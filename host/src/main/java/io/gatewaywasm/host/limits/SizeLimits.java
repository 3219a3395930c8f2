package io.gatewaywasm.host.limits;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * Limits the data that a guest can make the host keep, and the work that it can cause.
 * Anything beyond a limit is refused with {@code BAD_ARGUMENT}, with two exceptions: too
 * many callouts are refused with {@code INTERNAL_FAILURE}, and log lines are cut or
 * dropped. The constants are the defaults.
 *
 * @param headers the number of headers that a guest may add to a map, or supply for a
 * local response or callout
 * @param headerBytes the bytes of their names and values
 * @param localResponse the bytes of the body of a local response
 * @param callBody the bytes of the body of an HTTP callout, or of a gRPC message
 * @param calls the number of HTTP callouts, and of gRPC callouts, that may be pending in
 * one VM
 * @param properties the bytes of the paths and values of the properties that a guest may
 * set on one stream, or on one root context
 * @param metrics the number of metrics that one VM may define, and that are kept for all
 * VMs of a plugin together
 * @param logLine the number of characters after which a log line is cut
 * @param logLinesPerSecond the number of lines that all VMs of a plugin may log per
 * second, and ten times as many at once; further lines are dropped and counted
 */
public record SizeLimits(int headers, int headerBytes, int localResponse, int callBody, int calls, int properties,
		int metrics, int logLine, int logLinesPerSecond) {

	public static final int HEADERS = 1000;

	public static final int HEADER_KB = 128;

	public static final int LOCAL_RESPONSE_MB = 1;

	public static final int CALL_BODY_MB = 1;

	public static final int CALLS = 1000;

	public static final int PROPERTIES_MB = 1;

	public static final int METRICS = 1000;

	public static final int LOG_LINE = 16_384;

	public static final int LOG_LINES_PER_SECOND = 1000;

	/** Checks the size of a body that a guest passes to a callout. */
	public void checkCallBody(byte[] body) {
		if (body.length > this.callBody) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	/** Builds {@link SizeLimits}. */
	public static final class Builder {

		private int headers = HEADERS;

		private int headerBytes = HEADER_KB << 10;

		private int localResponse = LOCAL_RESPONSE_MB << 20;

		private int callBody = CALL_BODY_MB << 20;

		private int calls = CALLS;

		private int properties = PROPERTIES_MB << 20;

		private int metrics = METRICS;

		private int logLine = LOG_LINE;

		private int logLinesPerSecond = LOG_LINES_PER_SECOND;

		Builder() {
		}

		/**
		 * Sets the number of headers that a guest may add to a map, or supply for a local
		 * response or callout.
		 */
		public Builder headers(int number) {
			this.headers = number;
			return this;
		}

		/**
		 * Sets the total size of the names and values of these headers.
		 */
		public Builder headerBytes(int bytes) {
			this.headerBytes = bytes;
			return this;
		}

		/**
		 * Sets the maximum size of the body of a local response.
		 */
		public Builder localResponse(int bytes) {
			this.localResponse = bytes;
			return this;
		}

		/**
		 * Sets the maximum size of the body of an HTTP callout, or of a gRPC message.
		 */
		public Builder callBody(int bytes) {
			this.callBody = bytes;
			return this;
		}

		/**
		 * Sets the number of HTTP callouts, and of gRPC callouts, that may be pending in
		 * one VM.
		 */
		public Builder calls(int number) {
			this.calls = number;
			return this;
		}

		/**
		 * Sets the total size of the properties that a guest may set on one stream, or on
		 * one root context.
		 */
		public Builder properties(int bytes) {
			this.properties = bytes;
			return this;
		}

		/**
		 * Sets the number of metrics that one VM may define, and that are kept for all
		 * VMs of a plugin together.
		 */
		public Builder metrics(int number) {
			this.metrics = number;
			return this;
		}

		/**
		 * Sets the number of characters after which a log line is cut.
		 */
		public Builder logLine(int characters) {
			this.logLine = characters;
			return this;
		}

		/**
		 * Sets the number of lines that all VMs of a plugin may log per second.
		 */
		public Builder logLinesPerSecond(int lines) {
			this.logLinesPerSecond = lines;
			return this;
		}

		SizeLimits build() {
			return new SizeLimits(this.headers, this.headerBytes, this.localResponse, this.callBody, this.calls,
					this.properties, this.metrics, this.logLine, this.logLinesPerSecond);
		}

	}

}
