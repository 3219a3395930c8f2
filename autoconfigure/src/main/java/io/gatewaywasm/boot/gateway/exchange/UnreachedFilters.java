package io.gatewaywasm.boot.gateway.exchange;

/**
 * The filters that an exchange does not reach, because a filter ahead of them answers the
 * request or the chain fails.
 */
@FunctionalInterface
public interface UnreachedFilters {

	/**
	 * Shows the end of an exchange to the filters that it has not reached. Called once,
	 * after the streams of the other filters have ended.
	 */
	void log(WasmExchange exchange);

}
