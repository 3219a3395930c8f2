package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
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

/**
 * Integration tests for Wasm filters in combination with the gateway's own filters.
 */
@Timeout(180)
class OtherFiltersIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Routes.class)
			.plugin("body", "body_rust")
			.plugin("go", "headers_go")
			.plugin("as", "headers_as")
			.plugin("probe", "probe_rust")
			.routeTo("handler", "forward:/stripped/in-process", "Wasm=go", "Wasm=body")
			.routeTo("outer", "forward:/stripped/inner/x", "Wasm=go")
			.route("inner", "Wasm=as")
			.routeTo("broken", "http://localhost:1", "Wasm=probe")
			.filter(2, "CircuitBreaker", "name", "broken", "fallbackUri", "forward:/in-process")
			.routeTo("broken-before", "http://localhost:1")
			.filter(1, "CircuitBreaker", "name", "before", "fallbackUri", "forward:/inner/x")
			.filter(2, "Wasm", "plugin", "probe")
			.routeTo("broken-body", "http://localhost:1")
			.filter(1, "CircuitBreaker", "name", "body", "fallbackUri", "forward:/in-process")
			.filter(2, "Wasm", "plugin", "body")
			.route("retried")
			.filter(1, "Retry", "retries", "2", "backoff.firstBackoff", "10ms")
			.filter(2, "Wasm", "plugin", "probe")
			.route("rewritten", "Wasm=probe", "AddRequestHeader=X-After, yes")
			.filter(3, "RewritePath", "regexp", "/(?<rest>.*)", "replacement", "/rewritten/${rest}")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : new String[] { "body", "go", "as", "probe" }) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@Test
	void responseOfHandlerInProcessPassesFilters() {
		HttpResponse<String> response = gateway.get("/handler/x", "x-body-resp", "upper");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("x-go")).isPresent();
		assertThat(response.body()).isEqualTo("FROM THE HANDLER");
	}

	@Test
	void replyReplacesResponseOfHandlerInProcess() {
		HttpResponse<String> response = gateway.get("/handler/x", "x-body-resp", "local:418");
		assertThat(response.statusCode()).isEqualTo(418);
		assertThat(response.body()).isEqualTo("local reply from body\n");
	}

	@Test
	void forwardedRouteRunsItsOwnFilterToo() {
		HttpResponse<String> response = gateway.get("/outer/x");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("x-go")).isPresent();
		assertThat(response.headers().firstValue("x-as")).isPresent();
		assertThat(gateway.upstream().lastRequest().header("x-go")).isNotNull();
		assertThat(gateway.upstream().lastRequest().header("x-as")).isNotNull();
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/x");
	}

	@Test
	void fallbackOfCircuitBreakerPassesFilter() {
		HttpResponse<String> response = gateway.get("/broken/x", "x-probe-resp", "add:x-seen=once");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("from the handler");
		assertThat(response.headers().allValues("x-seen")).containsExactly("once");
		response = gateway.get("/broken-body/x", "x-body-resp", "upper");
		assertThat(response.body()).isEqualTo("FROM THE HANDLER");
	}

	@Test
	void fallbackToRouteRunsItsOwnFilterToo() {
		HttpResponse<String> response = gateway.get("/broken-before/x", "x-probe-resp", "add:x-seen=once");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("x-seen")).containsExactly("once");
		assertThat(response.headers().firstValue("x-as")).isPresent();
	}

	@Test
	void bodyIsModifiedByGatewayBeforeFilterSeesIt() {
		assertThat(gateway.get("/modified/text/hello", "x-body-resp", "append: by the filter").body())
			.isEqualTo("hello by the gateway by the filter");
	}

	@Test
	void eachAttemptOfRetryIsStreamOfItsOwn() {
		long before = gateway.status("probe").counters().streams();
		HttpResponse<String> response = gateway.get("/retried/flaky/retried", "x-probe-resp", "add:x-seen=once");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("x-seen")).containsExactly("once");
		assertThat(gateway.status("probe").counters().streams()).isEqualTo(before + 2);
	}

	@Test
	void replyBehindRetryIsSentOnce() {
		HttpResponse<String> response = gateway.get("/retried/x", "x-probe", "local:503");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.body()).isEqualTo("local reply\n");
	}

	@Test
	void filterSeesRequestAtItsPlace() {
		gateway.get("/rewritten/x", "x-probe", "get::path,get:x-after");
		assertThat(gateway.upstream().lastRequest().headers().get("x-get")).containsExactly(":path=/x",
				"x-after=absent");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/rewritten/x");
	}

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		@Bean
		RouterFunction<ServerResponse> inProcess() {
			return RouterFunctions.route()
				.GET("/in-process", (request) -> ServerResponse.ok().bodyValue("from the handler"))
				.build();
		}

		@Bean
		RouteLocator modified(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			return routes.routes()
				.route("modified",
						(route) -> route.path("/modified/**")
							.filters((filters) -> filters.stripPrefix(1)
								.modifyResponseBody(String.class, String.class,
										new TextRewrite((body) -> body + " by the gateway"))
								.filter(wasm.apply("modified", (config) -> config.setPlugin("body"))))
							.uri("http://localhost:" + environment.getProperty("upstream.port")))
				.build();
		}

	}

}
