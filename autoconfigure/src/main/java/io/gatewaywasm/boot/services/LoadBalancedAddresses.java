package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;

/**
 * Resolves {@code lb://service} with Spring Cloud LoadBalancer.
 */
public final class LoadBalancedAddresses implements UpstreamAddresses {

	private final Supplier<ReactiveLoadBalancer.@Nullable Factory<ServiceInstance>> loadBalancers;

	/**
	 * Creates addresses.
	 * @param loadBalancers returns the load balancers at the first callout
	 */
	public LoadBalancedAddresses(Supplier<ReactiveLoadBalancer.@Nullable Factory<ServiceInstance>> loadBalancers) {
		this.loadBalancers = loadBalancers;
	}

	@Override
	public Mono<URI> address(Upstream upstream) {
		if (!upstream.isLoadBalanced()) {
			return Mono.just(upstream.uri());
		}
		String service = upstream.service();
		ReactiveLoadBalancer.Factory<ServiceInstance> factory = this.loadBalancers.get();
		ReactiveLoadBalancer<ServiceInstance> loadBalancer = (factory != null) ? factory.getInstance(service) : null;
		if (loadBalancer == null) {
			return DIRECT.address(upstream);
		}
		return Mono.from(loadBalancer.choose())
			.mapNotNull(Response::getServer)
			.map((instance) -> uri(upstream, instance))
			.switchIfEmpty(Mono.error(() -> new IllegalStateException("no instance of service " + service)));
	}

	private static URI uri(Upstream upstream, ServiceInstance instance) {
		String port = (instance.getPort() > 0) ? ":" + instance.getPort() : "";
		return URI.create(upstream.scheme(instance.isSecure()) + "://" + instance.getHost() + port);
	}

}
