package io.gatewaywasm.boot.gateway.route;

import java.net.URI;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.route.Route;

/**
 * The cluster and the upstream that guests see and call as their own route. They follow
 * from the route in the exchange's {@link RouteChoice}. Filters that change the
 * exchange's attributes cannot redirect the callouts of guests.
 */
public final class OwnRoute {

	/** The key in a route's metadata that sets the cluster name. */
	private static final String CLUSTER = "cluster_name";

	private static final String BALANCED = "lb";

	/** Maps the schemes of routes to the schemes of callouts. */
	private static final Map<String, String> SCHEMES = Map.of("http", "http", "https", "https", "ws", "http", "wss",
			"https", BALANCED, BALANCED);

	private OwnRoute() {
	}

	/**
	 * Returns the cluster name of a route: the name in its metadata, otherwise host and
	 * port or the service name, or {@code null} if the route has no upstream.
	 */
	public static @Nullable String cluster(Route route) {
		return (route.getMetadata().get(CLUSTER) instanceof String name && !name.isEmpty()) ? name : authority(route);
	}

	private static @Nullable String authority(Route route) {
		URI uri = address(route);
		String authority = uri.getRawAuthority();
		return (authority != null) ? authority.substring(authority.lastIndexOf('@') + 1) : null;
	}

	public static @Nullable RouteUpstream upstream(Route route) {
		String cluster = cluster(route);
		String authority = authority(route);
		String scheme = address(route).getScheme();
		String called = (scheme != null) ? SCHEMES.get(scheme.toLowerCase(Locale.ROOT)) : null;
		if (cluster == null || authority == null || authority.isEmpty() || called == null) {
			return null;
		}
		boolean balanced = BALANCED.equalsIgnoreCase(route.getUri().getScheme());
		// The scheme after {@code lb:} takes precedence over the scheme of the service's
		// instances.
		return new RouteUpstream(cluster,
				URI.create((balanced && !called.equals(BALANCED) ? BALANCED + ":" : "") + called + "://" + authority));
	}

	/**
	 * Returns the address of the route, without a leading {@code lb:} as in {@code
	 * lb:https://service}.
	 */
	private static URI address(Route route) {
		URI uri = route.getUri();
		if (uri.isOpaque() && BALANCED.equalsIgnoreCase(uri.getScheme())) {
			return URI.create(uri.getRawSchemeSpecificPart());
		}
		return uri;
	}

}
