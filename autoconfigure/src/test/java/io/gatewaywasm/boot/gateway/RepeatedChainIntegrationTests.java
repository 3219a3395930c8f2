package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.PlacedFilter;
import io.gatewaywasm.boot.fixture.SmallFilters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for filters of the application that subscribe to the chain again
 * after it has ended.
 */
@Timeout(120)
class RepeatedChainIntegrationTests {

	private static final String WEB_FILTER = "x-web-filter";

	private static final String GLOBAL_FILTER = "x-global-filter";

	/** A header with a character for each attempt that fails. */
	private static final String FAILURES = "x-failures";

	private static final String HANGS = "-";

	/** Pauses each request, and never resumes it. */
	private static final String WAITING = """
			(module
				(memory (export "memory") 1)
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 1)))
			""";

	/** Answers each request with 403. */
	private static final String REFUSING = """
			(module
				(import "env" "proxy_send_local_response"
					(func $send (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 1)
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
					(drop (call $send (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
						(i32.const 0) (i32.const 0) (i32.const -1)))
					(i32.const 1)))
			""";

	/** Closes the client's connection. */
	private static final String RESETTING = """
			(module
				(import "env" "proxy_close_stream" (func $close (param i32) (result i32)))
				(memory (export "memory") 1)
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
					(drop (call $close (i32.const 1)))
					(i32.const 1)))
			""";

	private static GatewayFixture plain;

	private static GatewayFixture behindFront;

	@BeforeAll
	static void start() {
		plain = gateway().start();
		behindFront = gateway().property("gateway.wasm.before-routing", "front").start();
	}

	private static GatewayFixture.Builder gateway() {
		return GatewayFixture.builder()
			.source(Repeating.class)
			.property("gateway.wasm.plugins.front.url",
					HeaderGuest.create().add("x-front", "yes").addOnResponse("x-front", "yes").file())
			.property("gateway.wasm.plugins.first.url",
					HeaderGuest.create().add("x-first", "yes").addOnResponse("x-first", "yes").file())
			.property("gateway.wasm.plugins.waiting.url", SmallFilters.file(WAITING))
			.property("gateway.wasm.plugins.refusing.url", SmallFilters.file(REFUSING))
			.plugin("body", "body_rust")
			.route("filtered", "Wasm=first")
			.route("body", "Wasm=body", "Wasm=first")
			.route("waiting", "Wasm=waiting")
			.property("gateway.wasm.plugins.resetting.url", SmallFilters.file(RESETTING))
			.route("resetting", "Wasm=first", "Wasm=resetting")
			.route("refusing", "Wasm=first", "Wasm=refusing");
	}

	@AfterAll
	static void stop() {
		plain.close();
		behindFront.close();
	}

	/** The gateways, each with a filter of the application at two positions. */
	static Stream<Attempt> attempts() {
		return Stream.of(new Attempt(plain, WEB_FILTER, false), new Attempt(plain, GLOBAL_FILTER, false),
				new Attempt(behindFront, WEB_FILTER, true), new Attempt(behindFront, GLOBAL_FILTER, true));
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void repeatedRequestPassesFilters(Attempt attempt) {
		HttpResponse<String> response = attempt.send("GET", "/filtered/x", null, "retry", "#");
		assertThat(response.statusCode()).isEqualTo(200);
		attempt.assertFilteredOnce(response);
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void requestRepeatedTwicePassesFilters(Attempt attempt) {
		HttpResponse<String> response = attempt.send("GET", "/filtered/x", null, "retry", "##");
		assertThat(response.statusCode()).isEqualTo(200);
		attempt.assertFilteredOnce(response);
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void errorOfLastAttemptReachesClient(Attempt attempt) {
		HttpResponse<String> response = attempt.send("GET", "/filtered/x", null, "retry", "###");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.headers().allValues("x-first")).containsExactly("yes");
		attempt.assertStreamsEnd();
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void answeredRequestIsNotAnsweredAgain(Attempt attempt) {
		HttpResponse<String> response = attempt.send("GET", "/filtered/x", null, "repeat", "");
		assertThat(response.statusCode()).isEqualTo(200);
		attempt.assertFilteredOnce(response);
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void refusedRequestStaysRefused(Attempt attempt) {
		for (String kind : List.of("repeat", "retry")) {
			HttpResponse<String> response = attempt.send("GET", "/refusing/x", null, kind, "");
			assertThat(response.statusCode()).isEqualTo(403);
			attempt.assertStreamsEnd();
		}
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void unreadBodyIsReadByTheNextAttempt(Attempt attempt) {
		HttpResponse<String> response = attempt.send("POST", "/filtered/echo", "the body", "retry", "#");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("the body");
		attempt.assertFilteredOnce(response);
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void bodyThatHasBeenReadFailsTheNextAttempt(Attempt attempt) {
		HttpResponse<String> response = attempt.send("POST", "/body/echo", "the body", "retry", "#");
		assertThat(response.statusCode()).isEqualTo(500);
		attempt.assertStreamsEnd();
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void unreadChunkedBodyIsReadByTheNextAttempt(Attempt attempt) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(attempt.gateway.uri("/body/echo"))
			.timeout(Duration.ofSeconds(30))
			.header(attempt.position, "retry")
			.header(FAILURES, "#")
			.POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("the body")))
			.build();
		HttpResponse<String> response = attempt.gateway.client().send(request, BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("the body");
		attempt.assertStreamsEnd();
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void requestIsRepeatedAfterTimeout(Attempt attempt) {
		HttpResponse<String> response = attempt.send("GET", "/filtered/x", null, "timeout", HANGS);
		assertThat(response.statusCode()).isEqualTo(200);
		attempt.assertFilteredOnce(response);
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void pausedRequestIsRepeatedAfterTimeout(Attempt attempt) {
		HttpResponse<String> response = attempt.send("POST", "/waiting/x", "the body", "paused", "");
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(response.body()).isEqualTo("too slow");
		attempt.assertStreamsEnd();
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void wrappedFilterIsRepeated(Attempt attempt) {
		HttpResponse<String> response = attempt.send("GET", "/wrapped/x", null, "none", "#");
		assertThat(response.statusCode()).isEqualTo(200);
		attempt.assertFilteredOnce(response);
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void wrappedBodyFilterIsAnswered(Attempt attempt) {
		HttpResponse<String> response = attempt.send("POST", "/wrapped-body/echo", "the body", "none", "#");
		if (attempt.front()) {
			// The front filter runs once, so only what follows the body is repeated
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).isEqualTo("the body");
		}
		else {
			assertThat(response.statusCode()).isEqualTo(500);
		}
		attempt.assertStreamsEnd();
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void requestThatWasResetStaysReset(Attempt attempt) {
		for (String kind : List.of("retry", "repeat")) {
			long before = attempt.started("resetting");
			// The client repeats a GET itself if its connection is closed
			assertThatThrownBy(() -> attempt.send("POST", "/resetting/x", "", kind, ""))
				.hasCauseInstanceOf(IOException.class);
			attempt.assertStreamsEnd();
			if (!attempt.isBehindFront()) {
				assertThat(attempt.started("resetting")).isEqualTo(before + 1);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("attempts")
	void formIsReadByTheNextAttempt(Attempt attempt) {
		HttpResponse<String> response = attempt.gateway.post("/filtered/echo", "a=b", attempt.position, "retry",
				FAILURES, "#", "content-type", "application/x-www-form-urlencoded");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("a=b");
		attempt.assertStreamsEnd();
	}

	record Attempt(GatewayFixture gateway, String position, boolean front) {

		String name() {
			return this.position + (this.front ? "-front" : "-plain");
		}

		HttpResponse<String> send(String method, String path, String body, String kind, String failures) {
			return this.gateway.send(method, path, body, this.position, kind, FAILURES, failures);
		}

		/**
		 * Returns whether the part of the chain that is repeated is behind a plugin, so
		 * that the filters in it decide once more.
		 */
		boolean isBehindFront() {
			return this.front && this.position.equals(GLOBAL_FILTER);
		}

		/** Returns how many streams of a plugin have been started. */
		long started(String plugin) {
			return this.gateway.status(plugin).counters().streams();
		}

		void assertFilteredOnce(HttpResponse<String> response) {
			assertThat(response.headers().allValues("x-first")).containsExactly("yes");
			assertThat(this.gateway.upstream().lastRequest().headers().get("x-first")).containsExactly("yes");
			if (this.front) {
				assertThat(response.headers().allValues("x-front")).containsExactly("yes");
				assertThat(this.gateway.upstream().lastRequest().headers().get("x-front")).containsExactly("yes");
			}
			assertStreamsEnd();
		}

		void assertStreamsEnd() {
			for (String plugin : List.of("front", "first", "waiting", "refusing", "resetting", "body")) {
				await().atMost(Duration.ofSeconds(30))
					.until(() -> this.gateway.status(plugin).counters().activeStreams() == 0);
			}
		}

		@Override
		public String toString() {
			return name();
		}

	}

	/** Filters of the application that repeat the chain, and one that fails in it. */
	@Configuration(proxyBeanMethods = false)
	static class Repeating {

		private static final String ATTEMPTS = "test.attempts";

		@Bean
		WebFilter repeatingWebFilter() {
			return (exchange, chain) -> repeated(exchange, chain.filter(exchange), WEB_FILTER);
		}

		@Bean
		GlobalFilter repeatingGlobalFilter() {
			return new PlacedFilter(-10,
					(exchange, chain) -> repeated(exchange, chain.filter(exchange), GLOBAL_FILTER));
		}

		private static Mono<Void> repeated(ServerWebExchange exchange, Mono<Void> chain, String header) {
			String kind = exchange.getRequest().getHeaders().getFirst(header);
			return (kind == null) ? chain : switch (kind) {
				case "retry" -> chain.retry(2);
				case "repeat" -> chain.repeat(1).then();
				case "timeout" -> chain.timeout(Duration.ofSeconds(2)).retry(1);
				case "none" -> chain;
				default -> chain.timeout(Duration.ofMillis(300))
					.retry(1)
					.onErrorResume(TimeoutException.class, (failure) -> respond(exchange.getResponse()));
			};
		}

		private static Mono<Void> respond(ServerHttpResponse response) {
			response.setStatusCode(HttpStatus.GATEWAY_TIMEOUT);
			return response.writeWith(Mono
				.fromSupplier(() -> response.bufferFactory().wrap("too slow".getBytes(StandardCharsets.UTF_8))));
		}

		/** Calls a Wasm filter, and runs it again together with the rest of the chain. */
		@Bean
		RouteLocator wrapped(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			GatewayFilter first = wasm.apply((config) -> config.setPlugin("first"));
			GatewayFilter body = wasm.apply((config) -> config.setPlugin("body"));
			String upstream = "http://localhost:" + environment.getProperty("upstream.port");
			return routes.routes()
				.route("wrapped",
						(route) -> route.path("/wrapped/**")
							.filters((filters) -> filters.stripPrefix(1)
								.filter((exchange, chain) -> first.filter(exchange, chain).retry(1)))
							.uri(upstream))
				.route("wrapped-body",
						(route) -> route.path("/wrapped-body/**")
							.filters((filters) -> filters.stripPrefix(1)
								.filter((exchange, chain) -> body.filter(exchange, chain).retry(1)))
							.uri(upstream))
				.build();
		}

		/** Fails after the filters, as often as the request says. */
		@Bean
		GlobalFilter failing() {
			return new PlacedFilter(100, (exchange, chain) -> {
				String failures = exchange.getRequest().getHeaders().getFirst(FAILURES);
				int attempt = exchange.getAttributeOrDefault(ATTEMPTS, 0) + 1;
				exchange.getAttributes().put(ATTEMPTS, attempt);
				if (failures == null || attempt > failures.length()) {
					return chain.filter(exchange);
				}
				return failures.equals(HANGS) ? Mono.never()
						: Mono.error(new IllegalStateException("Attempt " + attempt + " fails"));
			});
		}

	}

}
