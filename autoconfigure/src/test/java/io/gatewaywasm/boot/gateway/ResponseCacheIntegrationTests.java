package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Integration tests for Wasm filters on routes with the local response cache.
 */
@Tag("slow")
@Timeout(180)
class ResponseCacheIntegrationTests {

	private static final String GATEWAY = "spring.cloud.gateway.server.webflux.";

	private static GatewayFixture.Builder gateway(boolean onAllRoutes) {
		return GatewayFixture.builder()
			.property(GATEWAY + "filter.local-response-cache.enabled", "true")
			.property(GATEWAY + "global-filter.local-response-cache.enabled", Boolean.toString(onAllRoutes))
			.plugin("hello", "hello_world")
			.plugin("probe", "probe_rust", "allow-response-cache", "true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Wasm=hello", "Wasm=classpath:filters/hello_world.wasm" })
	void routeWithCacheRefusesFilter(String filter) {
		assertThatExceptionOfType(WasmPluginException.class)
			.isThrownBy(gateway(false).route("cached", "LocalResponseCache=1m", filter)::start)
			.withMessageContaining("of route 'cached' cannot be used")
			.satisfies((ex) -> assertThat(ex.getRemedy()).contains("allow-response-cache"));
	}

	@Test
	void defaultFilterIsRefusedToo() {
		assertThatExceptionOfType(WasmPluginException.class)
			.isThrownBy(gateway(false).property(GATEWAY + "default-filters[0]", "Wasm=hello")
				.route("cached", "LocalResponseCache=1m")::start);
	}

	@Test
	void cacheOnAllRoutesRefusesFilter() {
		assertThatExceptionOfType(WasmPluginException.class)
			.isThrownBy(gateway(true).route("hello", "Wasm=hello")::start)
			.withMessageContaining("'hello'");
	}

	@Test
	void routeWithCacheRefusesPluginOfEveryRoute() {
		assertThatExceptionOfType(WasmPluginException.class)
			.isThrownBy(gateway(false).property("gateway.wasm.global-filters", "probe,hello")
				.route("cached", "LocalResponseCache=1m")::start)
			.withMessageContaining("of route 'cached' cannot be used")
			.satisfies((ex) -> assertThat(ex.getPlugin()).isEqualTo("hello"))
			.satisfies((ex) -> assertThat(ex.getRemedy()).contains("allow-response-cache"));
	}

	@Test
	void routeFromElsewhereIsNotServedPastPluginOfEveryRoute() {
		try (GatewayFixture gateway = gateway(true).property("gateway.wasm.global-filters", "hello")
			.source(PlainRoutes.class)
			.start()) {
			assertThat(gateway.get("/plain/x").statusCode()).isEqualTo(503);
			assertThat(gateway.upstream().requests()).isEmpty();
		}
	}

	@Test
	void pluginThatAnotherFilterCallsIsNotServedPast() {
		try (GatewayFixture gateway = gateway(false).source(WrappedFilter.class)
			.property("wrapped", "hello")
			.route("cached", "LocalResponseCache=1m")
			.start()) {
			for (int i = 0; i < 2; i++) {
				assertThat(gateway.get("/cached/x").statusCode()).isEqualTo(503);
			}
			assertThat(gateway.upstream().requests()).isEmpty();
		}
	}

	@Test
	void pluginThatAnotherFilterCallsMayAllowCache() {
		try (GatewayFixture gateway = gateway(false).source(WrappedFilter.class)
			.property("wrapped", "probe")
			.route("cached", "LocalResponseCache=1m")
			.start()) {
			for (int i = 0; i < 2; i++) {
				assertThat(gateway.get("/cached/x").statusCode()).isEqualTo(200);
			}
			assertThat(gateway.upstream().requests()).hasSize(1);
		}
	}

	@Test
	void pluginOfEveryRouteMayAllowCache() {
		try (GatewayFixture gateway = gateway(false).property("gateway.wasm.global-filters", "probe")
			.route("cached", "LocalResponseCache=1m")
			.start()) {
			for (int i = 0; i < 2; i++) {
				assertThat(gateway.get("/cached/x").statusCode()).isEqualTo(200);
			}
			assertThat(gateway.upstream().requests()).hasSize(1);
			assertThat(gateway.status("probe").counters().streams()).isEqualTo(1);
		}
	}

	@Test
	void otherRoutesAreNotConcerned() {
		try (GatewayFixture gateway = gateway(false).route("hello", "Wasm=hello")
			.route("cached", "LocalResponseCache=1m")
			.start()) {
			assertThat(gateway.get("/hello/x").body()).contains("x-hello");
			assertThat(gateway.get("/cached/text/a").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void pluginMayAllowCache() {
		try (GatewayFixture gateway = gateway(false).route("cached", "LocalResponseCache=1m", "Wasm=probe").start()) {
			for (int i = 0; i < 2; i++) {
				assertThat(gateway.get("/cached/x").statusCode()).isEqualTo(200);
			}
			assertThat(gateway.upstream().requests()).hasSize(1);
			assertThat(gateway.status("probe").counters().streams()).isEqualTo(1);
		}
	}

	@Test
	void routeFromElsewhereIsNotServed() {
		try (GatewayFixture gateway = gateway(true).source(DslRoutes.class).start()) {
			assertThat(gateway.get("/dsl/x").statusCode()).isEqualTo(503);
			assertThat(gateway.upstream().requests()).isEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class DslRoutes {

		@Bean
		RouteLocator dslRoutes(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			return routes.routes()
				.route("dsl", (route) -> route.path("/dsl/**")
					.filters((filters) -> filters.filter(wasm.apply("dsl", (config) -> config.setPlugin("hello"))))
					.uri("http://localhost:" + environment.getProperty("upstream.port")))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappedFilter {

		@Bean
		GlobalFilter wrapped(WasmGatewayFilterFactory wasm, Environment environment) {
			GatewayFilter filter = wasm.apply((config) -> config.setPlugin(environment.getRequiredProperty("wrapped")));
			return new OrderedGlobalFilter(filter);
		}

	}

	private record OrderedGlobalFilter(GatewayFilter filter) implements GlobalFilter, Ordered {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
			return this.filter.filter(exchange, chain);
		}

		@Override
		public int getOrder() {
			return 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainRoutes {

		@Bean
		RouteLocator plainRoutes(RouteLocatorBuilder routes, Environment environment) {
			return routes.routes()
				.route("plain",
						(route) -> route.path("/plain/**")
							.uri("http://localhost:" + environment.getProperty("upstream.port")))
				.build();
		}

	}

}
