package io.gatewaywasm.boot.services;

import java.net.URI;

import reactor.core.publisher.Mono;

/**
 * Resolves the addresses of upstreams.
 */
@FunctionalInterface
public interface UpstreamAddresses {

	/** Uses the URI of an upstream as its address, without a load balancer. */
	UpstreamAddresses DIRECT = (upstream) -> upstream.isLoadBalanced()
			? Mono.error(new IllegalStateException("no load balancer for " + upstream.uri()))
			: Mono.just(upstream.uri());

	/**
	 * Returns the address for the next callout: scheme, host and port.
	 */
	Mono<URI> address(Upstream upstream);

}
