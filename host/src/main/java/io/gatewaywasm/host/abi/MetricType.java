package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * The kind of a metric that a guest defines ({@code proxy_metric_type_t}). The ordinal is
 * the wire code, and also the two low bits of a metric's id.
 */
public enum MetricType {

	/** A value that only increases. */
	COUNTER,

	/** A value that can be set, increased and decreased. */
	GAUGE,

	/** A distribution of recorded values. */
	HISTOGRAM;

	private static final MetricType[] VALUES = values();

	/**
	 * Returns the type of a wire code, or {@code null} if there is none.
	 */
	public static @Nullable MetricType of(int code) {
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
