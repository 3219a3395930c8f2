package io.gatewaywasm.host.limits;

import java.time.Duration;

/**
 * Limits of one stream. The constants are the defaults.
 *
 * @param bodyBuffer the maximum number of bytes of a body that are buffered for each
 * direction
 * @param maxBodyBuffer the number of bytes to which a guest may raise {@code bodyBuffer}
 * for a stream; not less than {@code bodyBuffer}
 * @param pauseTimeout how long a stream may stay paused before the fail strategy applies
 * to it
 * @param bodyIdleTimeout how long a paused stream waits for the next part of a body, or
 * zero for any time
 * @param calloutTimeout the timeout of callouts for which the guest specifies none
 */
public record StreamLimits(int bodyBuffer, int maxBodyBuffer, Duration pauseTimeout, Duration bodyIdleTimeout,
		Duration calloutTimeout) {

	public static final int BODY_BUFFER_MB = 1;

	public static final int MAX_BODY_BUFFER_MB = 10;

	public static final int PAUSE_TIMEOUT_SECONDS = 60;

	public static final int BODY_IDLE_TIMEOUT_MINUTES = 5;

	public static final int CALLOUT_TIMEOUT_SECONDS = 10;

	public StreamLimits {
		maxBodyBuffer = Math.max(maxBodyBuffer, bodyBuffer);
	}

	/** Builds {@link StreamLimits}. */
	public static final class Builder {

		private int bodyBuffer = BODY_BUFFER_MB << 20;

		private int maxBodyBuffer = MAX_BODY_BUFFER_MB << 20;

		private Duration pauseTimeout = Duration.ofSeconds(PAUSE_TIMEOUT_SECONDS);

		private Duration bodyIdleTimeout = Duration.ofMinutes(BODY_IDLE_TIMEOUT_MINUTES);

		private Duration calloutTimeout = Duration.ofSeconds(CALLOUT_TIMEOUT_SECONDS);

		Builder() {
		}

		/**
		 * Sets the maximum number of bytes of a body that are buffered for each
		 * direction.
		 */
		public Builder bodyBuffer(int bytes) {
			this.bodyBuffer = bytes;
			return this;
		}

		/**
		 * Sets the number of bytes to which a guest may raise the body buffer of a
		 * stream.
		 */
		public Builder maxBodyBuffer(int bytes) {
			this.maxBodyBuffer = bytes;
			return this;
		}

		/**
		 * Sets how long a stream may stay paused.
		 */
		public Builder pauseTimeout(Duration timeout) {
			this.pauseTimeout = timeout;
			return this;
		}

		/**
		 * Sets how long a paused stream waits for the next part of a body. Zero is any
		 * time.
		 */
		public Builder bodyIdleTimeout(Duration timeout) {
			this.bodyIdleTimeout = timeout;
			return this;
		}

		/**
		 * Sets the timeout of callouts for which the guest specifies none.
		 */
		public Builder calloutTimeout(Duration timeout) {
			this.calloutTimeout = timeout;
			return this;
		}

		StreamLimits build() {
			return new StreamLimits(this.bodyBuffer, this.maxBodyBuffer, this.pauseTimeout, this.bodyIdleTimeout,
					this.calloutTimeout);
		}

	}

}
