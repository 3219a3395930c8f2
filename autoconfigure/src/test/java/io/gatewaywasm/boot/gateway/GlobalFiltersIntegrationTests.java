package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for {@code gateway.wasm.global-filters}.
 */
@Timeout(180)
class GlobalFiltersIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Routes.class)
			.property("gateway.wasm.global-filters", "first,second")
			.plugin("first", "probe_rust", "configuration", "probe=add:x-order=first probe-resp=add:x-order=first")
			.plugin("second", "probe_rust", "configuration", "probe=add:x-order=second probe-resp=add:x-order=second")
			.plugin("own", "probe_rust", "configuration", "probe=add:x-order=own probe-resp=add:x-order=own")
			.route("plain")
			.route("mixed", "AddRequestHeader=x-order, gateway", "Wasm=own")
			.routeTo("outer", "forward:/stripped/plain/x")
			.routeTo("handled", "forward:/stripped/in-process")
			.routeTo("failing", "http://localhost:1")
			.filter(1, "CircuitBreaker", "name", "breaker", "fallbackUri", "forward:/plain/fallback")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : new String[] { "first", "second", "own" }) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@Test
	void routeWithoutWasmFilterRunsThemInOrder() {
		HttpResponse<String> response = gateway.get("/plain/x");
		assertThat(gateway.upstream().lastRequest().headers().get("x-order")).containsExactly("first", "second");
		assertThat(response.headers().allValues("x-order")).containsExactly("second", "first");
	}

	@Test
	void theyRunAheadOfFiltersOfTheRoute() {
		HttpResponse<String> response = gateway.get("/mixed/x");
		assertThat(gateway.upstream().lastRequest().headers().get("x-order")).containsExactly("first", "second",
				"gateway", "own");
		assertThat(response.headers().allValues("x-order")).containsExactly("own", "second", "first");
	}

	@Test
	void theySeeThePathBeforeTheRouteChangesIt() {
		gateway.get("/plain/x", "x-probe", "get::path");
		assertThat(gateway.upstream().lastRequest().headers().get("x-get")).containsExactly(":path=/plain/x",
				":path=/plain/x");
	}

	@Test
	void routeMadeInJavaRunsThem() {
		HttpResponse<String> response = gateway.get("/java/x");
		assertThat(gateway.upstream().lastRequest().headers().get("x-order")).containsExactly("first", "second");
		assertThat(response.headers().allValues("x-order")).containsExactly("second", "first");
	}

	@Test
	void forwardedRequestRunsThemOnce() {
		long before = gateway.status("first").counters().streams();
		HttpResponse<String> response = gateway.get("/outer/x");
		assertThat(gateway.upstream().lastRequest().headers().get("x-order")).containsExactly("first", "second");
		assertThat(response.headers().allValues("x-order")).containsExactly("second", "first");
		assertThat(gateway.status("first").counters().streams()).isEqualTo(before + 1);
	}

	@Test
	void responseOfHandlerInProcessRunsThem() {
		HttpResponse<String> response = gateway.get("/handled/x");
		assertThat(response.body()).isEqualTo("from the handler, x-order [first, second]");
		assertThat(response.headers().allValues("x-order")).containsExactly("second", "first");
	}

	@Test
	void fallbackRunsThemOnce() {
		long before = gateway.status("second").counters().streams();
		HttpResponse<String> response = gateway.get("/failing/x");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/fallback");
		assertThat(gateway.upstream().lastRequest().headers().get("x-order")).containsExactly("first", "second");
		assertThat(response.headers().allValues("x-order")).containsExactly("second", "first");
		assertThat(gateway.status("second").counters().streams()).isEqualTo(before + 1);
	}

	@Test
	void replyOfOneKeepsTheRequestFromTheRoute() {
		int before = gateway.upstream().requests().size();
		MeterRegistry meters = gateway.context().getBean(MeterRegistry.class);
		HttpResponse<String> response = gateway.get("/plain/x", "x-probe", "local:403");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(gateway.upstream().requests()).hasSize(before);
		// The gateway's own metrics count the request after the response has been sent.
		await().atMost(Duration.ofSeconds(30))
			.until(() -> meters.find("spring.cloud.gateway.requests")
				.tags("routeId", "plain", "httpStatusCode", "403")
				.timer() != null);
	}

	@Test
	void endpointShowsThemOnEveryRoute() {
		assertThat(gateway.get("/actuator/wasm/first").body())
			.contains("\"routes\":[\"failing\",\"handled\",\"java\",\"mixed\",\"outer\",\"plain\"]");
		assertThat(gateway.get("/actuator/wasm/own").body()).contains("\"routes\":[\"mixed\"]");
	}

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		@Bean
		RouterFunction<ServerResponse> inProcess() {
			return RouterFunctions.route()
				.GET("/in-process",
						(request) -> ServerResponse.ok()
							.bodyValue("from the handler, x-order " + request.headers().header("x-order")))
				.build();
		}

		@Bean
		RouteLocator java(RouteLocatorBuilder routes, Environment environment) {
			return routes.routes()
				.route("java",
						(route) -> route.path("/java/**")
							.filters((filters) -> filters.stripPrefix(1))
							.uri("http://localhost:" + environment.getProperty("upstream.port")))
				.build();
		}

	}

}
