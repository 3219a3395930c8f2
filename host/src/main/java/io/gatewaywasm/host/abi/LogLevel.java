package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * Level of a guest's log line ({@code proxy_log_level_t}); the ordinal is the wire code.
 */
public enum LogLevel {

	/** Finest detail. */
	TRACE,

	/** Detail for debugging. */
	DEBUG,

	/** Normal operation. */
	INFO,

	/** Something unexpected. */
	WARN,

	/** Something failed. */
	ERROR,

	/** Something that needs attention at once. */
	CRITICAL;

	private static final LogLevel[] VALUES = values();

	/**
	 * Return the level for a wire code.
	 * @param code the wire code
	 * @return the level or {@code null} if there is none
	 */
	public static @Nullable LogLevel of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

	/**
	 * Return the value that crosses the ABI.
	 * @return the wire code
	 */
	@SuppressWarnings("EnumOrdinal")
	public int code() {
		return ordinal();
	}

}
