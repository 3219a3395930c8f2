package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * Limits the data that a guest can make the host keep, and the work that it can cause.
 * Anything beyond a limit is refused with {@code BAD_ARGUMENT}, with two exceptions: too
 * many callouts are refused with {@code INTERNAL_FAILURE}, and log lines are cut or
 * dropped. Created by {@link #builder()}; every limit has a default.
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

	/** The default limits. */
	public static final SizeLimits DEFAULTS = builder().build();

	/**
	 * Creates a builder with the default limits.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/** Checks the size of a body that a guest passes to a callout. */
	void checkCallBody(byte[] body) {
		if (body.length > this.callBody) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	/** Builds limits. */
	public static final class Builder {

		private int headers = 1000;

		private int headerBytes = 128 << 10;

		private int localResponse = 1 << 20;

		private int callBody = 1 << 20;

		private int calls = 1000;

		private int properties = 1 << 20;

		private int metrics = 1000;

		private int logLine = 16 << 10;

		private int logLinesPerSecond = 1000;

		private Builder() {
		}

		/**
		 * Sets the number of headers that a guest may add to a map, or supply for a local
		 * response or callout (default 1000).
		 */
		public Builder headers(int number) {
			this.headers = number;
			return this;
		}

		/**
		 * Sets the total size of the names and values of these headers (default 128 KiB).
		 */
		public Builder headerBytes(int bytes) {
			this.headerBytes = bytes;
			return this;
		}

		/**
		 * Sets the maximum size of the body of a local response (default 1 MiB).
		 */
		public Builder localResponse(int bytes) {
			this.localResponse = bytes;
			return this;
		}

		/**
		 * Sets the maximum size of the body of an HTTP callout, or of a gRPC message
		 * (default 1 MiB).
		 */
		public Builder callBody(int bytes) {
			this.callBody = bytes;
			return this;
		}

		/**
		 * Sets the number of HTTP callouts, and of gRPC callouts, that may be pending in
		 * one VM (default 1000).
		 */
		public Builder calls(int number) {
			this.calls = number;
			return this;
		}

		/**
		 * Sets the total size of the properties that a guest may set on one stream, or on
		 * one root context (default 1 MiB).
		 */
		public Builder properties(int bytes) {
			this.properties = bytes;
			return this;
		}

		/**
		 * Sets the number of metrics that one VM may define, and that are kept for all
		 * VMs of a plugin together (default 1000).
		 */
		public Builder metrics(int number) {
			this.metrics = number;
			return this;
		}

		/**
		 * Sets the number of characters after which a log line is cut (default 16,384).
		 */
		public Builder logLine(int characters) {
			this.logLine = characters;
			return this;
		}

		/**
		 * Sets the number of lines that all VMs of a plugin may log per second (default
		 * 1000).
		 */
		public Builder logLinesPerSecond(int lines) {
			this.logLinesPerSecond = lines;
			return this;
		}

		/**
		 * Creates the limits.
		 */
		public SizeLimits build() {
			return new SizeLimits(this.headers, this.headerBytes, this.localResponse, this.callBody, this.calls,
					this.properties, this.metrics, this.logLine, this.logLinesPerSecond);
		}

	}

}
