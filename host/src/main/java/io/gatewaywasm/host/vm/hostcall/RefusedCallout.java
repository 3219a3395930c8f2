package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs callouts that are not made, once for each plugin and reason.
 */
final class RefusedCallout {

	private static final Logger logger = LoggerFactory.getLogger(RefusedCallout.class);

	private RefusedCallout() {
	}

	/** Logs a call to an upstream that the plugin may not call. */
	static void undeclared(VmSettings plugin, String upstream, @Nullable RouteUpstream route, Status status) {
		if (!plugin.logOnce().isFirst("upstream " + upstream)) {
			return;
		}
		String name = PrintableText.of(upstream, PrintableText.NAME);
		if (route != null && route.name().equals(upstream)) {
			logger.warn("Wasm plugin '{}' called '{}', the upstream of its route; the call returned {}, because"
					+ " 'gateway.wasm.allow-route-upstream' is false. Set it to true, or declare the upstream by"
					+ " 'gateway.wasm.upstreams.<name>.uri'.", plugin.plugin(), name, status);
			return;
		}
		logger.warn("Wasm plugin '{}' called the upstream '{}', which is not declared; the call returned {}. Set"
				+ " 'gateway.wasm.upstreams.<name>.uri' and, if the names differ,"
				+ " 'gateway.wasm.upstreams.<name>.aliases' to '{}'. The upstream of a route needs no declaration for"
				+ " calls of the route's own streams.", plugin.plugin(), name, status, name);
	}

	/** Logs a gRPC call of a method whose name cannot be sent. */
	static void invalidMethod(VmSettings plugin, String upstream, String method) {
		if (plugin.logOnce().isFirst("method " + method)) {
			logger.warn(
					"Wasm plugin '{}' called the method '{}' of '{}' by gRPC; the call was not sent and ends with status"
							+ " 14 (UNAVAILABLE), because the name is not '<package>.<Service>/<Method>' in printable"
							+ " ASCII.",
					plugin.plugin(), PrintableText.of(method, PrintableText.NAME),
					PrintableText.of(upstream, PrintableText.NAME));
		}
	}

}
