package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.GatewayFilterSpec;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for Wasm filters that a filter of the application calls.
 */
@Timeout(180)
class WrappedFilterIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Routes.class)
			.property("gateway.wasm.plugins.deny.url", HeaderGuest.create().denyResponseBody().file())
			.property("gateway.wasm.plugins.keep.url", HeaderGuest.create().addOnResponse("x-seen", "1").file())
			.property("gateway.wasm.plugins.replace.url",
					HeaderGuest.create().addOnResponse("x-seen", "1").replaceResponseBody("replaced").file())
			.route("global")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : List.of("deny", "replace")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/deny/text/secret", "/deny-handler/x", "/global/text/secret" })
	void guardSeesTheResponseBody(String path) {
		HttpResponse<String> response = gateway.get(path, "x-deny", "1");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("blocked");
	}

	@Test
	void bodyIsRewritten() {
		HttpResponse<String> response = gateway.get("/replace/text/secret", "x-deny", "1");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("x-seen")).containsExactly("1");
		assertThat(response.body()).isEqualTo("replaced");
	}

	@Test
	void filterThatModifiesTheBodyRunsOnce() {
		assertThat(gateway.get("/modified/text/secret", "x-deny", "1").body()).isEqualTo("<secret>");
		HttpResponse<String> denied = gateway.get("/modified-deny/text/secret", "x-deny", "1");
		assertThat(denied.statusCode()).isEqualTo(403);
		assertThat(denied.body()).isEqualTo("blocked");
	}

	@Test
	void eachAttemptOfRetryIsAStreamOfItsOwn() {
		long before = gateway.status("replace").counters().streams();
		HttpResponse<String> response = gateway.get("/retried/flaky/wrapped", "x-deny", "1");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("x-seen")).containsExactly("1");
		assertThat(response.body()).isEqualTo("replaced");
		assertThat(gateway.status("replace").counters().streams()).isEqualTo(before + 2);
	}

	@Test
	void requestThatTheOuterFilterKeepsFromTheGuardIsUntouched() {
		HttpResponse<String> response = gateway.get("/deny/text/secret");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("secret");
	}

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		private static GatewayFilter wrapped(WasmGatewayFilterFactory wasm, String plugin) {
			GatewayFilter filter = wasm.apply((config) -> config.setPlugin(plugin));
			return (exchange, chain) -> exchange.getRequest().getHeaders().getFirst("x-deny") != null
					? filter.filter(exchange, chain) : chain.filter(exchange);
		}

		private static GatewayFilterSpec modified(GatewayFilterSpec filters) {
			return filters.modifyResponseBody(String.class, String.class,
					(exchange, body) -> Mono.just("<" + body + ">"));
		}

		@Bean
		RouteLocator wrappedRoutes(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			String upstream = "http://localhost:" + environment.getProperty("upstream.port");
			return routes.routes()
				.route("deny",
						(route) -> route.path("/deny/**")
							.filters((filters) -> filters.stripPrefix(1).filter(wrapped(wasm, "deny")))
							.uri(upstream))
				.route("replace",
						(route) -> route.path("/replace/**")
							.filters((filters) -> filters.stripPrefix(1).filter(wrapped(wasm, "replace")))
							.uri(upstream))
				.route("modified",
						(route) -> route.path("/modified/**")
							.filters((filters) -> modified(filters.stripPrefix(1)).filter(wrapped(wasm, "keep")))
							.uri(upstream))
				.route("modified-deny",
						(route) -> route.path("/modified-deny/**")
							.filters((filters) -> modified(filters.stripPrefix(1)).filter(wrapped(wasm, "deny")))
							.uri(upstream))
				.route("retried",
						(route) -> route.path("/retried/**")
							.filters((filters) -> filters.stripPrefix(1)
								.retry((retry) -> retry.setRetries(2))
								.filter(wrapped(wasm, "replace")))
							.uri(upstream))
				.route("deny-handler",
						(route) -> route.path("/deny-handler/**")
							.filters((filters) -> filters.filter(wrapped(wasm, "deny")))
							.uri("forward:/handled"))
				.build();
		}

		@Bean
		GlobalFilter wrappedGlobal(WasmGatewayFilterFactory wasm) {
			return new OnOneRoute(wrapped(wasm, "deny"));
		}

		@Bean
		RouterFunction<ServerResponse> handled() {
			return RouterFunctions.route()
				.GET("/handled", (request) -> ServerResponse.ok().bodyValue("from the handler"))
				.build();
		}

	}

	private record OnOneRoute(GatewayFilter filter) implements GlobalFilter, Ordered {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
			return exchange.getRequest().getPath().value().startsWith("/global/") ? this.filter.filter(exchange, chain)
					: chain.filter(exchange);
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
