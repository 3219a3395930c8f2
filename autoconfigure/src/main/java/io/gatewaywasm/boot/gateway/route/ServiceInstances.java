package io.gatewaywasm.boot.gateway.route;

import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Finds the instances of services that the gateway's load balancer chooses from.
 */
@FunctionalInterface
public interface ServiceInstances {

	/** Finds no instances. */
	ServiceInstances NONE = (service) -> Mono.just(List.of());

	Mono<List<ServiceInstance>> of(String service);

}
