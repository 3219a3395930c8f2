package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;

/**
 * Asks Spring Cloud's load balancer for the address of {@code lb://service}.
 */
public final class LoadBalancedAddresses implements UpstreamAddresses {

	private final Supplier<ReactiveLoadBalancer.@Nullable Factory<ServiceInstance>> loadBalancers;

	/**
	 * Create new addresses.
	 * @param loadBalancers gives the load balancers, when the first call is made
	 */
	public LoadBalancedAddresses(Supplier<ReactiveLoadBalancer.@Nullable Factory<ServiceInstance>> loadBalancers) {
		this.loadBalancers = loadBalancers;
	}

	@Override
	public Mono<URI> address(Upstream upstream) {
		if (!upstream.isLoadBalanced()) {
			return Mono.just(upstream.uri());
		}
		String service = upstream.uri().getAuthority();
		ReactiveLoadBalancer.Factory<ServiceInstance> factory = this.loadBalancers.get();
		ReactiveLoadBalancer<ServiceInstance> loadBalancer = (factory != null) ? factory.getInstance(service) : null;
		if (loadBalancer == null) {
			return DIRECT.address(upstream);
		}
		return Mono.from(loadBalancer.choose())
			.mapNotNull(Response::getServer)
			.map(LoadBalancedAddresses::uri)
			.switchIfEmpty(Mono.error(() -> new IllegalStateException("no instance of service " + service)));
	}

	private static URI uri(ServiceInstance instance) {
		return URI
			.create((instance.isSecure() ? "https://" : "http://") + instance.getHost() + ":" + instance.getPort());
	}

}
