package io.gatewaywasm.boot.gateway.route;

import io.gatewaywasm.boot.plugin.Reroute;

/**
 * Decides whether the route is chosen again when the request headers leave a filter.
 */
public final class RerouteDecision {

	/** Whether the guest has requested that the route is chosen again. */
	private boolean routeCleared;

	/** Whether the guest has requested that changed headers do not change the route. */
	private boolean changesKeepRoute;

	/** Records that the guest has called {@code proxy_clear_route_cache}. */
	public void clearRoute() {
		this.routeCleared = true;
	}

	/** Records whether changed headers do not affect the route. */
	public void changesKeepRoute(boolean keep) {
		this.changesKeepRoute = keep;
	}

	/**
	 * Returns whether the route is chosen again, as decided by the guest and by the
	 * plugin's setting.
	 */
	public boolean choosesRoute(Reroute setting, boolean headersModified) {
		return switch (setting) {
			case ON_CLEAR -> this.routeCleared;
			case ON_HEADER_CHANGE -> this.routeCleared || (headersModified && !this.changesKeepRoute);
			case OFF -> false;
		};
	}

}
