package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * Kind of a metric that a guest defines ({@code proxy_metric_type_t}); the ordinal is the
 * wire code and also the two low bits of a metric's id.
 */
public enum MetricType {

	/** A value that only grows. */
	COUNTER,

	/** A value that is set or changed in both directions. */
	GAUGE,

	/** A distribution of recorded values. */
	HISTOGRAM;

	private static final MetricType[] VALUES = values();

	/**
	 * Return the metric type for a wire code.
	 * @param code the wire code
	 * @return the type or {@code null} if there is none
	 */
	public static @Nullable MetricType of(int code) {
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
