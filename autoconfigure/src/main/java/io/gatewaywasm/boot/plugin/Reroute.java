package io.gatewaywasm.boot.plugin;

/**
 * When the route is chosen again, based on the request as a filter has changed it.
 */
public enum Reroute {

	/** After the filter calls {@code proxy_clear_route_cache}. */
	ON_CLEAR,

	/**
	 * After that call and after any change of request headers, as in Envoy for modules of
	 * ABI 0.2.1 and older.
	 */
	ON_HEADER_CHANGE,

	/** Never. */
	OFF

}
