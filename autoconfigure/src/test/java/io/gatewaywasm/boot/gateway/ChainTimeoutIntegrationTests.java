package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.PlacedFilter;
import io.gatewaywasm.boot.fixture.SmallFilters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for filters of the application that cancel the chain with the Wasm
 * filters and answer the request, or repeat it.
 */
@Timeout(60)
class ChainTimeoutIntegrationTests {

	private static final String TIMEOUT = "x-timeout";

	private static final List<String> PLUGINS = List.of("first", "second", "front", "waiting", "details");

	/** Pauses each request, and never resumes it. */
	private static final String WAITING = """
			(module
				(memory (export "memory") 1)
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 1)))
			""";

	/** Shows on the response what filters read about the end of the exchange. */
	private static final String DETAILS = """
			(module
				(import "env" "proxy_get_property" (func $get (param i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 1)
				(data (i32.const 0) "response\\00code_details")
				(data (i32.const 64) "x-details")
				(data (i32.const 80) "response\\00flags")
				(data (i32.const 112) "x-flagged")
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
					(if (i32.eqz (call $get (i32.const 0) (i32.const 21) (i32.const 128) (i32.const 132)))
						(then (drop (call $add (i32.const 2) (i32.const 64) (i32.const 9)
							(i32.load (i32.const 128)) (i32.load (i32.const 132))))))
					(if (i32.eqz (call $get (i32.const 80) (i32.const 14) (i32.const 128) (i32.const 132)))
						(then (drop (call $add (i32.const 2) (i32.const 112) (i32.const 9)
							(select (i32.const 112) (i32.const 64) (i64.eqz (i64.load (i32.const 1024))))
							(i32.const 9)))))
					(i32.const 0)))
			""";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Timeouts.class)
			.property("gateway.wasm.before-routing", "front")
			.property("gateway.wasm.plugins.front.url",
					HeaderGuest.create().set("x-front", "yes").addOnResponse("x-front", "yes").file())
			.property("gateway.wasm.plugins.first.url",
					HeaderGuest.create().add("x-first", "yes").addOnResponse("x-first", "yes").file())
			.property("gateway.wasm.plugins.second.url", HeaderGuest.create().addOnResponse("x-second", "yes").file())
			.property("gateway.wasm.plugins.waiting.url", SmallFilters.file(WAITING))
			.property("gateway.wasm.plugins.details.url", SmallFilters.file(DETAILS))
			.route("details", "Wasm=details")
			.route("slow", "Wasm=first", "Wasm=second")
			.route("waiting", "Wasm=waiting")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : PLUGINS) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@Test
	void emptyResponseOfWebFilterPassesFilters() {
		HttpResponse<String> response = gateway.get("/slow/hold/ever", TIMEOUT, "empty");
		assertThat(response.statusCode()).isEqualTo(504);
		assertThatFiltersSawOnce(response);
	}

	@Test
	void responseWithBodyOfWebFilterPassesFilters() {
		HttpResponse<String> response = gateway.get("/slow/hold/ever", TIMEOUT, "body");
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(response.body()).isEqualTo("too slow");
		assertThatFiltersSawOnce(response);
	}

	@Test
	void errorOfWebFilterPassesFilters() {
		HttpResponse<String> response = gateway.get("/slow/hold/ever", TIMEOUT, "error");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThatFiltersSawOnce(response);
	}

	@Test
	void filtersDoNotTakeATimeoutForADisconnectedClient() {
		HttpResponse<String> response = gateway.get("/details/hold/ever", TIMEOUT, "body");
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(response.headers().allValues("x-details")).doesNotContain("downstream_remote_disconnect");
		// Without a flag, the guest sets the header to its own name
		assertThat(response.headers().allValues("x-flagged")).containsExactly("x-flagged");
	}

	@Test
	void responseOfGlobalFilterPassesFilters() {
		HttpResponse<String> response = gateway.get("/slow/hold/ever", "x-global-timeout", "empty");
		assertThat(response.statusCode()).isEqualTo(504);
		assertThatFiltersSawOnce(response);
	}

	@Test
	void responseOfWebFilterReachesClientWhileFilterPausesTheRequest() {
		assertThat(gateway.send("POST", "/waiting/x", "body", TIMEOUT, "empty").statusCode()).isEqualTo(504);
	}

	@Test
	void requestRepeatedByGlobalFilterPassesFiltersOnce() {
		HttpResponse<String> response = gateway.get("/slow/hold/globally", "x-global-timeout", "repeat");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().headers().get("x-first")).containsExactly("yes");
		assertThatFiltersSawOnce(response);
	}

	private static void assertThatFiltersSawOnce(HttpResponse<String> response) {
		assertThat(response.headers().allValues("x-first")).containsExactly("yes");
		assertThat(response.headers().allValues("x-second")).containsExactly("yes");
		assertThat(response.headers().allValues("x-front")).containsExactly("yes");
	}

	@Configuration(proxyBeanMethods = false)
	static class Timeouts {

		@Bean
		WebFilter timeout() {
			return (exchange, chain) -> limited(exchange, chain.filter(exchange), TIMEOUT);
		}

		@Bean
		GlobalFilter globalTimeout() {
			return new PlacedFilter(-10,
					(exchange, chain) -> limited(exchange, chain.filter(exchange), "x-global-timeout"));
		}

		private static Mono<Void> limited(ServerWebExchange exchange, Mono<Void> chain, String header) {
			String kind = exchange.getRequest().getHeaders().getFirst(header);
			if (kind == null) {
				return chain;
			}
			// The second attempt must be faster than the limit
			Mono<Void> limited = chain.timeout(Duration.ofMillis(kind.equals("repeat") ? 3000 : 500));
			if (kind.equals("repeat")) {
				return limited.doOnError(TimeoutException.class, (failure) -> release(exchange)).retry(1);
			}
			return kind.equals("error") ? limited
					: limited.onErrorResume(TimeoutException.class, (failure) -> respond(exchange.getResponse(), kind));
		}

		private static void release(ServerWebExchange exchange) {
			String[] path = exchange.getRequest().getPath().value().split("/");
			gateway.upstream().release(path[path.length - 1]);
			ServerWebExchangeUtils.reset(exchange);
			ServerWebExchangeUtils.removeAlreadyRouted(exchange);
		}

		private static Mono<Void> respond(ServerHttpResponse response, String kind) {
			response.setStatusCode(HttpStatus.GATEWAY_TIMEOUT);
			byte[] page = "too slow".getBytes(StandardCharsets.UTF_8);
			return kind.equals("empty") ? response.setComplete()
					: response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(page)));
		}

	}

}
