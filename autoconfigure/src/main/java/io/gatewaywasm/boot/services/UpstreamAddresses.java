package io.gatewaywasm.boot.services;

import java.net.URI;

import reactor.core.publisher.Mono;

/**
 * Finds the address of an upstream.
 */
@FunctionalInterface
public interface UpstreamAddresses {

	/** Takes addresses as they are; there is no load balancer. */
	UpstreamAddresses DIRECT = (upstream) -> upstream.isLoadBalanced()
			? Mono.error(new IllegalStateException("no load balancer for " + upstream.uri()))
			: Mono.just(upstream.uri());

	/**
	 * Return the address to send the next call to.
	 * @param upstream the upstream
	 * @return scheme, host and port
	 */
	Mono<URI> address(Upstream upstream);

}
