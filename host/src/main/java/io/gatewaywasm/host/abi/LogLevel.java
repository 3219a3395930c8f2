package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * The level of a guest's log line ({@code proxy_log_level_t}). The ordinal is the wire
 * code.
 */
public enum LogLevel {

	/** Most detailed messages. */
	TRACE,

	/** Messages for debugging. */
	DEBUG,

	/** Messages about normal operation. */
	INFO,

	/** Messages about something unexpected. */
	WARN,

	/** Messages about failures. */
	ERROR,

	/** Messages that require immediate attention. */
	CRITICAL;

	private static final LogLevel[] VALUES = values();

	/**
	 * Returns the level of a wire code, or {@code null} if there is none.
	 */
	public static @Nullable LogLevel of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

	/**
	 * Returns the wire code.
	 */
	@SuppressWarnings("EnumOrdinal")
	public int code() {
		return ordinal();
	}

}
