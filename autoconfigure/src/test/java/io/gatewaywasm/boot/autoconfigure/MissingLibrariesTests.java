package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.util.List;

import io.gatewaywasm.boot.actuate.OptionalFeature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link MissingLibraries}.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingLibrariesTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withBean(GatewayProperties.class, MissingLibrariesTests::routes)
		.withUserConfiguration(Properties.class)
		.withPropertyValues("gateway.wasm.redis.cache.uri=redis://localhost:1",
				"gateway.wasm.upstreams.auth.uri=lb://auth", "gateway.wasm.upstreams.direct.uri=http://auth:80");

	@Test
	void propertiesWithoutTheirLibrariesAreLogged(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(
				output.toString().lines().filter((line) -> line.contains("WARN")))
			.satisfiesExactly(
					(line) -> assertThat(line).contains("Property 'gateway.wasm.redis.cache' (",
							"has no effect: Lettuce is not on the class path, so this server cannot be used.",
							"Add 'spring-boot-starter-data-redis', or remove the property."),
					(line) -> assertThat(line).contains("Property 'gateway.wasm.upstreams.auth.uri' (",
							"has no effect: the application has no load balancer of Spring Cloud, so the filters' calls to"
									+ " this upstream fail. Add or enable Spring Cloud LoadBalancer"
									+ " ('spring-cloud-starter-loadbalancer'), or use the address of a server."),
					(line) -> assertThat(line).contains("Property 'spring.cloud.gateway.server.webflux.routes[1].uri'",
							"the application has no load balancer of Spring Cloud, so requests of this route fail unless another filter resolves the address.",
							"Add or enable Spring Cloud LoadBalancer ('spring-cloud-starter-loadbalancer'), or use the address of a server.")));
	}

	@Test
	void routeUnderTheOldPrefixIsNamed(CapturedOutput output) {
		this.contextRunner.withPropertyValues("spring.cloud.gateway.routes[1].uri=lb://orders")
			.run((context) -> assertThat(output).contains("Property 'spring.cloud.gateway.routes[1].uri' (")
				.doesNotContain("server.webflux"));
	}

	@Test
	void nothingIsLoggedIfTheLibrariesAreThere(CapturedOutput output) {
		this.contextRunner.withBean(OptionalFeature.class, () -> OptionalFeature.available("redis"))
			.withBean(ReactiveLoadBalancer.Factory.class, () -> mock(ReactiveLoadBalancer.Factory.class))
			.run((context) -> assertThat(output).doesNotContain("WARN"));
	}

	private static GatewayProperties routes() {
		GatewayProperties gateway = new GatewayProperties();
		RouteDefinition disabled = route("lb://disabled");
		disabled.setEnabled(false);
		gateway.setRoutes(List.of(route("http://localhost:1"), route("lb://orders"), disabled));
		return gateway;
	}

	private static RouteDefinition route(String uri) {
		RouteDefinition route = new RouteDefinition();
		route.setUri(URI.create(uri));
		route.setPredicates(List.of(new PredicateDefinition("Path=/**")));
		return route;
	}

	@EnableConfigurationProperties(WasmGatewayProperties.class)
	@Import(MissingLibraries.class)
	private static final class Properties {

	}

}
