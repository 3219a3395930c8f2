package io.gatewaywasm.host.spi;

import java.util.Locale;

/**
 * The reason why a plugin has failed for a stream, or as a whole. Meters and observations
 * use the {@linkplain #tag() tag}, so alerts depend on it.
 */
public enum FailureReason {

	/** The guest trapped. */
	TRAP,

	/** A callback used too much CPU time and was stopped. */
	TIMEOUT,

	/** The guest called {@code proc_exit}. */
	EXIT,

	/** The guest used up the thread's stack. */
	STACK_OVERFLOW,

	/** The thread was interrupted while the guest ran. */
	INTERRUPTED,

	/** A stream stayed paused too long. */
	PAUSE_TIMEOUT,

	/** A buffered body exceeded the limit. */
	BODY_BUFFER,

	/** A body was buffered when the buffered bodies of all filters exceeded the limit. */
	BODY_MEMORY,

	/** The next part of a body of a paused stream did not arrive in time. */
	BODY_TIMEOUT,

	/** The guest made a message that cannot be sent. Only observations have this. */
	INVALID_MESSAGE,

	/** Too much work waited for the VM. */
	OVERLOAD,

	/** No VM was available in time. */
	UNAVAILABLE,

	/** A VM or root context did not start. */
	START,

	/** A function of the application did not return. */
	STUCK,

	/** The plugin was closed while a stream used it. */
	CLOSED,

	/** The gateway itself failed. */
	INTERNAL;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * Returns the value of the tag {@code reason}, for example {@code stack-overflow}.
	 */
	public String tag() {
		return this.tag;
	}

}
