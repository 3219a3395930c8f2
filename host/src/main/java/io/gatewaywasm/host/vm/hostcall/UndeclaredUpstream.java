package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs callouts to upstreams that the plugin may not call, once for each plugin and
 * upstream.
 */
final class UndeclaredUpstream {

	private static final Logger logger = LoggerFactory.getLogger(UndeclaredUpstream.class);

	private UndeclaredUpstream() {
	}

	static void log(VmSettings plugin, String upstream, @Nullable RouteUpstream route, Status status) {
		if (!plugin.logOnce().isFirst("upstream " + upstream)) {
			return;
		}
		String name = PrintableText.of(upstream, PrintableText.NAME);
		if (route != null && route.name().equals(upstream)) {
			logger.warn("Plugin '{}' called '{}', the upstream of its route; it was answered {}, since"
					+ " 'gateway.wasm.allow-route-upstream' is false. Set it to true, or declare the upstream by"
					+ " 'gateway.wasm.upstreams.<name>.uri'.", plugin.plugin(), name, status);
			return;
		}
		logger.warn("Plugin '{}' called the upstream '{}', which is not declared; it was answered {}. Set"
				+ " 'gateway.wasm.upstreams.<name>.uri' and, if '<name>' is another one,"
				+ " 'gateway.wasm.upstreams.<name>.aliases' to '{}'. The upstream of a route needs no declaration for"
				+ " calls of the route's own streams.", plugin.plugin(), name, status, name);
	}

}
