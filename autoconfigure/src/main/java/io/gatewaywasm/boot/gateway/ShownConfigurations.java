package io.gatewaywasm.boot.gateway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once of each route whose definition shows the configuration of a filter.
 * Thread-safe.
 */
final class ShownConfigurations {

	private static final Logger logger = LoggerFactory.getLogger(ShownConfigurations.class);

	/**
	 * Routes that have been warned about, because routes are rebuilt every few seconds.
	 */
	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	/** Logs a warning if the arguments of a filter contain its configuration. */
	void check(@Nullable String route, @Nullable String configuration) {
		if (configuration != null && route != null && this.reported.add(route)) {
			logger.warn("Route '{}' gives its Wasm filter a configuration as an argument, which is visible in"
					+ " /actuator/gateway/routes. If it contains secrets, move it to a file named by"
					+ " 'configuration-location', or to a plugin under 'gateway.wasm.plugins'.", route);
		}
	}

	/** Forgets the routes that do not exist any more. */
	void retainReported(Set<String> routes) {
		this.reported.retainAll(routes);
	}

}
