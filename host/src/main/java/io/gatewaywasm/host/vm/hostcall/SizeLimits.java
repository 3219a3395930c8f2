package io.gatewaywasm.host.vm.hostcall;

/**
 * Bounds on what a guest may make the host keep or do. What exceeds one is refused with
 * {@code BAD_ARGUMENT}, except calls beyond their number, which are refused with
 * {@code INTERNAL_FAILURE}, and log lines, which are cut or dropped. Made by
 * {@link #builder()}; every bound has a default.
 *
 * @param headers the number of headers that a guest may add to a map, or give to a reply
 * or call
 * @param headerBytes the bytes of their names and values
 * @param localReply the bytes of the body of a local reply
 * @param callBody the bytes of the body of an HTTP call, or of a gRPC message
 * @param calls the number of HTTP calls, and of gRPC calls, that may be under way for one
 * VM
 * @param properties the bytes of the paths and values of properties that a guest may set
 * on one stream, or on one root context
 * @param metrics the number of metrics that one VM may define, and that are kept for all
 * VMs of a plugin together
 * @param logLine the characters of a log line, what is behind them is cut
 * @param logLinesPerSecond the log lines that all VMs of a plugin may write in a second,
 * and ten times as many at once; what is beyond is dropped and counted
 */
public record SizeLimits(int headers, int headerBytes, int localReply, int callBody, int calls, int properties,
		int metrics, int logLine, int logLinesPerSecond) {

	/** The default of each bound. */
	public static final SizeLimits DEFAULTS = builder().build();

	/**
	 * Start with the defaults.
	 * @return a new builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/** Collects the bounds. */
	public static final class Builder {

		private int headers = 1000;

		private int headerBytes = 128 << 10;

		private int localReply = 1 << 20;

		private int callBody = 1 << 20;

		private int calls = 1000;

		private int properties = 1 << 20;

		private int metrics = 1000;

		private int logLine = 16 << 10;

		private int logLinesPerSecond = 1000;

		private Builder() {
		}

		/**
		 * Set how many headers a guest may add to a map, or give to a reply or call
		 * (default 1000).
		 * @param number the number of headers
		 * @return this builder
		 */
		public Builder headers(int number) {
			this.headers = number;
			return this;
		}

		/**
		 * Set how large their names and values may be together (default 128 KiB).
		 * @param bytes the bound in bytes
		 * @return this builder
		 */
		public Builder headerBytes(int bytes) {
			this.headerBytes = bytes;
			return this;
		}

		/**
		 * Set how large the body of a local reply may be (default 1 MiB).
		 * @param bytes the bound in bytes
		 * @return this builder
		 */
		public Builder localReply(int bytes) {
			this.localReply = bytes;
			return this;
		}

		/**
		 * Set how large the body of an HTTP call, or a gRPC message, may be (default 1
		 * MiB).
		 * @param bytes the bound in bytes
		 * @return this builder
		 */
		public Builder callBody(int bytes) {
			this.callBody = bytes;
			return this;
		}

		/**
		 * Set how many HTTP calls, and gRPC calls, may be under way for one VM (default
		 * 1000).
		 * @param number the number of calls
		 * @return this builder
		 */
		public Builder calls(int number) {
			this.calls = number;
			return this;
		}

		/**
		 * Set how large the properties may be that a guest sets on one stream, or on one
		 * root context (default 1 MiB).
		 * @param bytes the bound in bytes, for paths and values together
		 * @return this builder
		 */
		public Builder properties(int bytes) {
			this.properties = bytes;
			return this;
		}

		/**
		 * Set how many metrics one VM may define, and all VMs of a plugin may show
		 * (default 1000).
		 * @param number the number of metrics
		 * @return this builder
		 */
		public Builder metrics(int number) {
			this.metrics = number;
			return this;
		}

		/**
		 * Set after how many characters a log line is cut (default 16,384).
		 * @param characters the number of characters
		 * @return this builder
		 */
		public Builder logLine(int characters) {
			this.logLine = characters;
			return this;
		}

		/**
		 * Set how many lines all VMs of a plugin may log in a second (default 1000).
		 * @param lines the number of lines
		 * @return this builder
		 */
		public Builder logLinesPerSecond(int lines) {
			this.logLinesPerSecond = lines;
			return this;
		}

		/**
		 * Finish.
		 * @return the bounds
		 */
		public SizeLimits build() {
			return new SizeLimits(this.headers, this.headerBytes, this.localReply, this.callBody, this.calls,
					this.properties, this.metrics, this.logLine, this.logLinesPerSecond);
		}

	}

}
