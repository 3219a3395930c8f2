package io.gatewaywasm.boot.gateway;

import java.net.URI;

import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerUriTools;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.DelegatingServiceInstance;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends a request to the service instance that a Wasm filter chose. The load balancer's
 * own filter, which runs next, then has nothing left to choose.
 */
public final class WasmUpstreamHostFilter implements GlobalFilter, Ordered {

	/** Directly ahead of {@code ReactiveLoadBalancerClientFilter}. */
	public static final int ORDER = 10149;

	private static final String BALANCED = "lb";

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		WasmExchange wasm = WasmExchange.of(exchange);
		RouteHosts.Host host = (wasm != null) ? wasm.upstreamHost() : null;
		ServiceInstance instance = (host != null) ? host.instance() : null;
		URI url = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
		if (host == null || instance == null || url == null || !host.service().equalsIgnoreCase(url.getHost())) {
			return chain.filter(exchange);
		}
		String prefix = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR);
		if (BALANCED.equals(url.getScheme()) || BALANCED.equals(prefix)) {
			String scheme = (prefix != null) ? url.getScheme() : instance.isSecure() ? "https" : "http";
			ServerWebExchangeUtils.addOriginalRequestUrl(exchange, url);
			exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR);
			exchange.getAttributes()
				.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
						LoadBalancerUriTools.reconstructURI(new DelegatingServiceInstance(instance, scheme), url));
		}
		return chain.filter(exchange);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
