package io.gatewaywasm.boot.gateway.route;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

/**
 * Measures what an exchange whose route is never chosen again pays for the possibility:
 * the route is recorded when the exchange begins and when the gateway has chosen it.
 * {@code benchmarks/reroute.sh} runs it.
 */
final class RouteCost {

	private static final int ROUNDS = 20;

	private static final int EXCHANGES = 1_000_000;

	private RouteCost() {
	}

	public static void main(String[] arguments) {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/shop/x").build());
		exchange.getAttributes()
			.put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR,
					Route.async().id("shop").uri(URI.create("http://localhost:1")).predicate((any) -> true).build());
		double[] nanos = new double[ROUNDS];
		int sum = 0;
		for (int round = 0; round < ROUNDS; round++) {
			long start = System.nanoTime();
			for (int i = 0; i < EXCHANGES; i++) {
				CurrentRoute route = new CurrentRoute(exchange);
				route.dispatched(exchange);
				sum += route.choice().dispatch();
			}
			nanos[round] = (double) (System.nanoTime() - start) / EXCHANGES;
		}
		Arrays.sort(nanos);
		System.out.printf(Locale.ROOT,
				"a route that is never chosen again: median %.3f us, slowest round %.3f us (%d)%n",
				nanos[ROUNDS / 2] / 1e3, nanos[ROUNDS - 1] / 1e3, sum);
	}

}
