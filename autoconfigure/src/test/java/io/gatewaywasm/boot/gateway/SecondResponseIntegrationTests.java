package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.circuitbreaker.resilience4j.ReactiveResilience4JCircuitBreakerFactory;
import org.springframework.cloud.circuitbreaker.resilience4j.Resilience4JConfigBuilder;
import org.springframework.cloud.client.circuitbreaker.Customizer;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for a response that is written after the filters have seen another
 * one, which failed or was cancelled. No response passes a filter unseen.
 */
@Tag("slow")
@Timeout(180)
class SecondResponseIntegrationTests {

	private static final String NO_PAIRS = "\0\0\0\0";

	/** Long enough for a response to reach the filters that pause it. */
	private static final Duration LIMIT = Duration.ofSeconds(3);

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Handlers.class)
			.property("gateway.wasm.plugins.slow.url", HeaderGuest.create().pauseResponse().file())
			.property("gateway.wasm.plugins.slow.limits.pause-timeout", "60s")
			.property("gateway.wasm.plugins.seen.url", HeaderGuest.create().addOnResponse("x-seen", "1").file())
			.property("gateway.wasm.plugins.auth.url", HeaderGuest.create().reply(401, NO_PAIRS, "denied").file())
			.route("outside-upstream", "Wasm=slow")
			.routeTo("denied", "http://localhost:1")
			.filter(1, "Wasm", "plugin", "slow")
			.filter(2, "CircuitBreaker", "name", "denied", "fallbackUri", "forward:/plain")
			.filter(3, "Wasm", "plugin", "auth")
			.routeTo("handler", "forward:/stripped/plain")
			.filter(1, "Wasm", "plugin", "slow")
			.filter(2, "CircuitBreaker", "name", "handler", "fallbackUri", "forward:/plain")
			.routeTo("route", "forward:/stripped/inner/x")
			.filter(1, "Wasm", "plugin", "slow")
			.filter(2, "CircuitBreaker", "name", "route", "fallbackUri", "forward:/other/x")
			.route("inner")
			.route("other", "Wasm=seen")
			.routeTo("failed", "forward:/stripped/failing")
			.filter(1, "Wasm", "plugin", "seen")
			.filter(2, "CircuitBreaker", "name", "failed", "fallbackUri", "forward:/plain")
			.routeTo("retried", "forward:/stripped/failing-once")
			.filter(1, "Wasm", "plugin", "seen")
			.filter(2, "Retry", "retries", "1", "backoff.firstBackoff", "10ms")
			.start();
		assertThat(gateway.get("/other/x").statusCode()).isEqualTo(200);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "denied", "handler", "route", "failed", "retried", "java" })
	void responseThatNoFilterSeesIsNotSent(String route) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET /" + route + "/x HTTP/1.1", "").receive();
			assertThat(response.status()).as(response + " " + response.body()).isEqualTo(503);
			assertThat(response.body()).isEmpty();
			assertThat(response.values("x-plain")).isEmpty();
			assertThat(response.values("set-cookie")).isEmpty();
			assertThat(response.values("content-type")).isEmpty();
			streamsHaveEnded();
			// The connection is kept, and the next exchange is not affected
			assertThat(client.send("GET /other/x HTTP/1.1", "").receive().values("x-seen")).containsExactly("1");
		}
	}

	@Test
	void headersThatAFilterHasNotReleasedAreNotSent() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET /completed/x HTTP/1.1", "").receive();
			assertThat(response.status()).as(response.toString()).isEqualTo(503);
			assertThat(response.values("x-plain")).isEmpty();
			assertThat(response.body()).isEmpty();
			streamsHaveEnded();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/outside/x", "/outside-upstream/length/1000", "/outside-upstream/cookies" })
	void headersThatAFilterHasNotReleasedAreNotSentOutsideTheFilters(String path) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET " + path + " HTTP/1.1", "").receive();
			assertThat(response.status()).as(response.toString()).isEqualTo(504);
			assertThat(response.body()).isEqualTo("by the application");
			assertThat(response.values("set-cookie")).isEmpty();
			assertThat(response.values("content-type")).isEmpty();
			assertThat(response.values("x-outside")).hasSize(path.startsWith("/outside-upstream/") ? 1 : 0);
			streamsHaveEnded();
			assertThat(client.send("GET /other/x HTTP/1.1", "").receive().values("x-seen")).containsExactly("1");
		}
	}

	@Test
	void errorOfAJavaFilterReplacesAResponseThatAFilterHasNotReleased() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET /broken/x HTTP/1.1\nAccept: application/json", "").receive();
			assertThat(response.status()).as(response.toString()).isEqualTo(500);
			assertThat(response.body()).contains("\"status\":500");
			assertThat(response.values("x-plain")).isEmpty();
			assertThat(response.values("set-cookie")).isEmpty();
			streamsHaveEnded();
		}
	}

	@Test
	void errorPageReplacesAResponseThatAFilterHasNotReleased() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET /error-page/x HTTP/1.1\nAccept: application/json", "").receive();
			assertThat(response.status()).as(response.toString()).isEqualTo(504);
			assertThat(response.body()).contains("\"status\":504");
			assertThat(response.values("x-plain")).isEmpty();
			assertThat(response.values("set-cookie")).isEmpty();
			streamsHaveEnded();
		}
	}

	@Test
	void bufferOfAResponseThatIsCancelledWhileAFilterPausesItIsReleased() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET /captured/x HTTP/1.1", "").receive();
			assertThat(response.status()).as(response.toString()).isEqualTo(503);
			streamsHaveEnded();
			assertThat(Handlers.captured.getNativeBuffer().refCnt()).isZero();
		}
	}

	private static void streamsHaveEnded() {
		for (String plugin : new String[] { "slow", "seen", "auth" }) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		private static volatile NettyDataBuffer captured;

		private static Mono<Void> writeCaptured(ServerWebExchange exchange) {
			NettyDataBufferFactory factory = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
			captured = factory.allocateBuffer(8);
			captured.write("secret", StandardCharsets.US_ASCII);
			return exchange.getResponse().writeWith(Mono.just(captured));
		}

		private static Mono<Void> write(ServerWebExchange exchange, HttpStatus status, String text) {
			exchange.getResponse().setStatusCode(status);
			exchange.getResponse().getHeaders().set("x-plain", "1");
			return exchange.getResponse()
				.writeWith(Mono.fromSupplier(
						() -> exchange.getResponse().bufferFactory().wrap(text.getBytes(StandardCharsets.US_ASCII))));
		}

		private static Mono<ServerResponse> response(Flux<String> body) {
			return ServerResponse.ok().header("x-plain", "1").header("set-cookie", "a=1").body(body, String.class);
		}

		@Bean
		Customizer<ReactiveResilience4JCircuitBreakerFactory> limit() {
			return (factory) -> factory.configureDefault((id) -> new Resilience4JConfigBuilder(id)
				.timeLimiterConfig(TimeLimiterConfig.custom().timeoutDuration(LIMIT).build())
				.circuitBreakerConfig(CircuitBreakerConfig.ofDefaults())
				.build());
		}

		@Bean
		RouterFunction<ServerResponse> handlers() {
			AtomicInteger attempts = new AtomicInteger();
			return RouterFunctions.route()
				.GET("/plain",
						(request) -> ServerResponse.ok()
							.header("x-plain", "1")
							.header("set-cookie", "a=1")
							.contentLength("secret".length())
							.bodyValue("secret"))
				.GET("/failing", (request) -> response(Flux.error(new IOException("on purpose"))))
				.GET("/failing-once",
						(request) -> response((attempts.getAndIncrement() == 0)
								? Flux.error(new IOException("on purpose")) : Flux.just("secret")))
				.build();
		}

		@Bean
		RouteLocator filtersInJava(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			GatewayFilter slow = wasm.apply((config) -> config.setPlugin("slow"));
			GatewayFilter seen = wasm.apply((config) -> config.setPlugin("seen"));
			return routes.routes()
				.route("java",
						(route) -> route.path("/java/**")
							.filters((filters) -> filters.filter(seen, 1)
								.filter((exchange, chain) -> chain.filter(exchange)
									.onErrorResume((failure) -> write(exchange, HttpStatus.OK, "secret")), 2))
							.uri("forward:/failing"))
				.route("captured",
						(route) -> route.path("/captured/**")
							.filters((filters) -> filters.filter(slow, 1)
								.filter((exchange, chain) -> chain.filter(exchange).timeout(LIMIT).onErrorComplete(), 2)
								.filter((exchange, chain) -> writeCaptured(exchange), 3))
							.uri("forward:/plain"))
				.route("completed", (route) -> route.path("/completed/**")
					.filters((filters) -> filters.filter(slow, 1)
						.filter((exchange, chain) -> chain.filter(exchange).timeout(LIMIT).onErrorComplete(), 2))
					.uri("forward:/plain"))
				.route("error-page",
						(route) -> route.path("/error-page/**")
							.filters((filters) -> filters.filter(slow, 1)
								.circuitBreaker((breaker) -> breaker.setName("error-page")))
							.uri("forward:/plain"))
				.route("broken",
						(route) -> route.path("/broken/**")
							.filters((filters) -> filters.filter(slow, 1)
								.filter((exchange, chain) -> chain.filter(exchange)
									.timeout(LIMIT)
									.onErrorMap((failure) -> new IllegalStateException("on purpose")), 2))
							.uri("forward:/plain"))
				.route("outside",
						(route) -> route.path("/outside/**")
							.filters((filters) -> filters.filter(slow, 1))
							.uri("forward:/plain"))
				.build();
		}

		@Bean
		WebFilter outside() {
			return (exchange, chain) -> {
				if (!exchange.getRequest().getPath().value().startsWith("/outside")) {
					return chain.filter(exchange);
				}
				exchange.getResponse().getHeaders().set("x-outside", "1");
				return chain.filter(exchange)
					.timeout(LIMIT)
					.onErrorResume((failure) -> write(exchange, HttpStatus.GATEWAY_TIMEOUT, "by the application"));
			};
		}

	}

}
