package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.function.Predicate;

import io.gatewaywasm.boot.actuate.OptionalFeature;
import io.gatewaywasm.boot.gateway.route.DisabledRoutes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.origin.Origin;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Warns about properties that have no effect because the library that they need is not on
 * the class path. Otherwise, the first sign would be a request that fails.
 */
final class MissingLibraries implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(MissingLibraries.class);

	private static final String LOAD_BALANCER = "org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer$Factory";

	private static final String REMEDY = "Add or enable Spring Cloud LoadBalancer ('spring-cloud-starter-loadbalancer'), or"
			+ " use the address of a server";

	private final WasmGatewayProperties properties;

	private final GatewayProperties gateway;

	private final ListableBeanFactory beans;

	private final Environment environment;

	private final PropertyOrigins origins;

	MissingLibraries(WasmGatewayProperties properties, GatewayProperties gateway, ListableBeanFactory beans,
			Environment environment) {
		this.properties = properties;
		this.gateway = gateway;
		this.beans = beans;
		this.environment = environment;
		this.origins = new PropertyOrigins(environment);
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!isAvailable("redis")) {
			NamedEntries.redis(this.properties.redis())
				.declared(this.environment)
				.keySet()
				.forEach((name) -> warn("gateway.wasm.redis." + name,
						"Lettuce is not on the class path, so this server cannot be used",
						"Add 'spring-boot-starter-data-redis', or remove the property"));
		}
		if (!hasLoadBalancer()) {
			this.properties.upstreams().forEach((name, upstream) -> {
				if (upstream.uri() != null && "lb".equals(upstream.uri().getScheme())) {
					warn("gateway.wasm.upstreams." + name + ".uri",
							"the application has no load balancer of Spring Cloud, so the filters' calls to this"
									+ " upstream fail",
							REMEDY);
				}
			});
			for (int index = 0; index < this.gateway.getRoutes().size(); index++) {
				RouteDefinition route = this.gateway.getRoutes().get(index);
				URI uri = route.getUri();
				if (!DisabledRoutes.isDisabled(route) && uri != null && "lb".equals(uri.getScheme())) {
					warn(uriProperty(index), "the application has no load balancer of Spring Cloud, so requests of"
							+ " this route fail unless another filter resolves the address", REMEDY);
				}
			}
		}
	}

	/** Spring Cloud Gateway 4 also reads the prefix of older versions. */
	private String uriProperty(int route) {
		List<String> names = RoutePrefix.ALL.stream().map((prefix) -> prefix + ".routes[" + route + "].uri").toList();
		return names.stream()
			.filter((name) -> this.origins.property(name) != null)
			.findFirst()
			.orElseGet(() -> names.get(0));
	}

	private boolean isAvailable(String feature) {
		Predicate<OptionalFeature> available = (candidate) -> candidate.equals(OptionalFeature.available(feature));
		return this.beans.getBeanProvider(OptionalFeature.class).stream().anyMatch(available);
	}

	/** An application can have its own load balancer. */
	private boolean hasLoadBalancer() {
		ClassLoader loader = getClass().getClassLoader();
		return ClassUtils.isPresent(LOAD_BALANCER, loader)
				&& this.beans.getBeanNamesForType(ClassUtils.resolveClassName(LOAD_BALANCER, loader)).length > 0;
	}

	private void warn(String property, String reason, String remedy) {
		Origin origin = this.origins.find(property);
		logger.warn("Property '{}'{} has no effect: {}. {}.", property, (origin != null) ? " (" + origin + ")" : "",
				reason, remedy);
	}

}
