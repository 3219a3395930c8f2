package io.gatewaywasm.boot.gateway.route;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

import io.gatewaywasm.boot.plugin.Reroute;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

/**
 * Measures what an exchange whose route is never chosen again pays for the possibility:
 * the route is recorded when the exchange begins and when the gateway has chosen it, and
 * when the headers leave a filter, it is decided how the exchange continues.
 * {@code benchmarks/reroute.sh} runs it. Ends with status 1 if this takes too long.
 */
final class RouteCost {

	private static final int ROUNDS = 20;

	private static final int EXCHANGES = 1_000_000;

	private static final double TARGET_MICROS = 1;

	private static final Reroute[] SETTINGS = Reroute.values();

	private RouteCost() {
	}

	public static void main(String[] arguments) {
		URI[] before = new URI[4];
		Arrays.setAll(before, (index) -> separateUri());
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.method(HttpMethod.GET, separateUri()).build());
		exchange.getAttributes()
			.put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR,
					Route.async().id("shop").uri(URI.create("http://localhost:1")).predicate((any) -> true).build());
		GatewayFilterChain chain = (ignored) -> Mono.empty();
		GatewayFilterChain otherRoute = (ignored) -> Mono.error(new IllegalStateException("The route changed"));
		double[] nanos = new double[ROUNDS];
		int sum = 0;
		for (int round = 0; round < ROUNDS; round++) {
			long start = System.nanoTime();
			for (int i = 0; i < EXCHANGES; i++) {
				CurrentRoute route = new CurrentRoute(exchange);
				route.dispatched(exchange);
				sum += route.choice().dispatch();
				sum += continues(exchange, before[i % before.length], SETTINGS[i % SETTINGS.length], chain, otherRoute)
						? 1 : 0;
			}
			nanos[round] = (double) (System.nanoTime() - start) / EXCHANGES;
		}
		Arrays.sort(nanos);
		double median = nanos[ROUNDS / 2] / 1e3;
		System.out.printf(Locale.ROOT,
				"a route that is never chosen again: median %.3f us, slowest round %.3f us (%d), target %.0f us: %s%n",
				median, nanos[ROUNDS - 1] / 1e3, sum, TARGET_MICROS, (median <= TARGET_MICROS) ? "ok" : "TOO SLOW");
		System.exit((median <= TARGET_MICROS) ? 0 : 1);
	}

	/**
	 * Returns an equal URI of a separate text, because the comparison of an object with
	 * itself costs nothing.
	 */
	private static URI separateUri() {
		return URI.create(String.join("/", "", "shop", "x"));
	}

	/**
	 * Decides as a filter does whose guest has changed headers only if these changes keep
	 * the route, and returns whether the exchange stays on its route.
	 */
	private static boolean continues(ServerWebExchange exchange, URI before, Reroute setting, GatewayFilterChain chain,
			GatewayFilterChain otherRoute) {
		RerouteDecision decision = new RerouteDecision();
		decision.changesKeepRoute(true);
		boolean samePath = exchange.getRequest().getURI().equals(before);
		GatewayFilterChain next = decision.choosesRoute(setting, true) ? otherRoute : chain;
		return samePath && next == chain;
	}

}
