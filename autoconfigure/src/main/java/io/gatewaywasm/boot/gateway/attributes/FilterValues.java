package io.gatewaywasm.boot.gateway.attributes;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * Stores the values that guests set for an exchange. Keys are the segments of a name,
 * separated by NUL.
 */
public interface FilterValues {

	/**
	 * Returns the value, which the caller must not change, or {@code null} if it is not
	 * set.
	 */
	byte @Nullable [] get(ServerWebExchange exchange, String key);

	/**
	 * Sets a value, which the caller must not change afterwards. Returns {@code false} if
	 * the exchange has the maximum number of values.
	 */
	boolean put(ServerWebExchange exchange, String key, byte[] value);

}
