package io.gatewaywasm.boot.gateway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.abi.PrintableText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;

/**
 * Creates the filters that replace those whose configuration is invalid, and logs each
 * error once.
 */
final class RefusedFilters {

	private static final Logger logger = LoggerFactory.getLogger(RefusedFilters.class);

	private final GatewayFilterFactory<?> factory;

	private final PluginRegistry registry;

	/** Messages that have been logged, because routes are rebuilt every few seconds. */
	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	RefusedFilters(GatewayFilterFactory<?> factory, PluginRegistry registry) {
		this.factory = factory;
		this.registry = registry;
	}

	/**
	 * Returns whether the application is starting, so that an invalid configuration stops
	 * it.
	 */
	boolean isStarting() {
		return this.registry.isStarting();
	}

	/**
	 * Returns a filter that answers with 503. After startup, an exception would stop the
	 * refresh of all routes.
	 */
	GatewayFilter filter(WasmPluginException failure) {
		if (isStarting()) {
			throw failure;
		}
		RefusedFilter filter = new RefusedFilter(this.factory, failure);
		if (this.reported.add(filter.message())) {
			logger.error(failure.report("Requests of the route are answered with 503."));
		}
		return filter;
	}

	/** Returns the filter of a route whose definition is invalid. */
	GatewayFilter filter(String routeId, RuntimeException failure) {
		return filter(new WasmPluginException("", routeId, null,
				PrintableText.of("The definition of the route is invalid: " + failure, PrintableText.MESSAGE),
				"Correct the definition or delete the route.", failure));
	}

	/**
	 * Keeps only the messages of filters that are still on a route, so that an error that
	 * comes back is logged again.
	 */
	void retainReported(Set<String> messages) {
		this.reported.retainAll(messages);
	}

}
