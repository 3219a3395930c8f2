package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
 * Integration tests for the gateway's own filters on the old and on the new route when a
 * Wasm filter changes the route.
 */
@Tag("slow")
@Timeout(180)
class RerouteCombinationsIntegrationTests {

	private static final String UPSTREAM = "http://localhost:${upstream.port}";

	private static final String RETRY = "Retry{retries=2;methods=GET,POST;backoff.firstBackoff=5ms}";

	private static GatewayFixture gateway;

	/**
	 * The filters before and after the Wasm filter on the first route, and the filters of
	 * the new route. Paths begin with the name of the combination.
	 */
	enum Combination {

		STRIP_PREFIX_BEFORE(UPSTREAM, "StripPrefix=1", "", "", "/x/y", "/x/y"),

		STRIP_PREFIX_ON_NEW(UPSTREAM, "", "SetPath=/wrong", "StripPrefix=1", "/x/y", "/x/y"),

		STRIP_PREFIX_ON_BOTH(UPSTREAM, "StripPrefix=1", "", "StripPrefix=1", "/x/y", "/y"),

		REWRITE_PATH_BEFORE(UPSTREAM, "RewritePath=/[^/]*/(?<rest>.*), /rewritten/$\\{rest}", "", "", "/x",
				"/rewritten/x"),

		REWRITE_PATH_ON_NEW(UPSTREAM, "", "", "RewritePath=/[^/]*/(?<rest>.*), /rewritten/$\\{rest}", "/x",
				"/rewritten/x"),

		SET_PATH_BEHIND(UPSTREAM, "", "SetPath=/wrong", "StripPrefix=1", "/x", "/x"),

		SET_PATH_ON_NEW(UPSTREAM, "", "", "SetPath=/set", "/x", "/set"),

		PREFIX_PATH_BEFORE(UPSTREAM, "StripPrefix=1|PrefixPath=/prefix", "", "", "/x", "/prefix/x"),

		PREFIX_PATH_ON_NEW(UPSTREAM, "", "", "StripPrefix=1|PrefixPath=/prefix", "/x", "/prefix/x"),

		REQUEST_HEADERS(UPSTREAM, "AddRequestHeader=x-seen, before", "AddRequestHeader=x-seen, behind",
				"StripPrefix=1|AddRequestHeader=x-seen, new", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(sent.headers().get("x-seen")).containsExactly("before", "new");
			}

		},

		RESPONSE_HEADERS(UPSTREAM, "AddResponseHeader=x-seen, before", "AddResponseHeader=x-seen, behind",
				"StripPrefix=1|AddResponseHeader=x-seen, new", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.headers().allValues("x-seen")).containsExactly("new", "before");
			}

		},

		REQUEST_PARAMETER(UPSTREAM, "AddRequestParameter=a, b", "", "StripPrefix=1", "/x", "/x?a=b"),

		RETRY_BEFORE(UPSTREAM, RETRY, "", "StripPrefix=1", "/flaky/combination-before", "/flaky/combination-before") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(sent.headers().get("x-canary")).containsExactly("1");
			}

		},

		RETRY_ON_NEW(UPSTREAM, "", "", "StripPrefix=1|" + RETRY, "/flaky/combination-new", "/flaky/combination-new") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(sent.headers().get("x-canary")).containsExactly("1");
			}

		},

		CIRCUIT_BREAKER_BEFORE("http://localhost:1",
				"CircuitBreaker{name=combination-before;fallbackUri=forward:/in-process}", "", "", "/x", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.body()).isEqualTo("from the handler");
			}

		},

		CIRCUIT_BREAKER_ON_NEW("http://localhost:1", "", "",
				"CircuitBreaker{name=combination-new;fallbackUri=forward:/in-process}", "/x", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.body()).isEqualTo("from the handler");
			}

		},

		FORWARD("forward:/in-process", "", "", "", "/x", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.body()).isEqualTo("from the handler");
			}

		},

		REDIRECT_ON_NEW(UPSTREAM, "", "", "RedirectTo=302, https://example.org/", "/x", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.statusCode()).isEqualTo(302);
			}

		},

		SET_STATUS_ON_NEW(UPSTREAM, "SetStatus=201", "", "StripPrefix=1|SetStatus=202", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				// The filter that was entered first handles the response last.
				assertThat(response.statusCode()).isEqualTo(201);
			}

		},

		REQUEST_SIZE_ON_NEW(UPSTREAM, "", "", "RequestSize{maxSize=2B}", "/x", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.statusCode()).isEqualTo(413);
			}

		},

		SAVE_SESSION_ON_BOTH(UPSTREAM, "SaveSession", "", "StripPrefix=1|SaveSession", "/x", "/x"),

		PRESERVE_HOST_ON_NEW(UPSTREAM, "", "", "StripPrefix=1|PreserveHostHeader", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(sent.headers().get("host")).containsExactly("localhost:" + gateway.port());
			}

		},

		CACHE_REQUEST_BODY_ON_NEW(UPSTREAM, "", "", "StripPrefix=1|CacheRequestBody{bodyClass=java.lang.String}", "/x",
				"/x"),

		/** Defined in {@link Routes}: before the Wasm filter. */
		MODIFY_REQUEST_BODY_BEFORE(null, "", "", "", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(sent.body()).isEqualTo("HELLO");
			}

		},

		/** Defined in {@link Routes}: on the new route. */
		MODIFY_REQUEST_BODY_ON_NEW(null, "", "", "", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(sent.body()).isEqualTo("HELLO");
			}

		},

		/**
		 * Defined in {@link Routes}: on the new route, ahead of the filter that writes
		 * responses.
		 */
		MODIFY_RESPONSE_BODY_ON_NEW(null, "", "", "", "/text/hello", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.body()).isEqualTo("HELLO");
			}

		},

		/**
		 * Defined in {@link Routes}: on the old route, ahead of the filter that writes
		 * responses.
		 */
		MODIFY_RESPONSE_BODY_BEFORE(null, "", "", "", "/text/hello", null) {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(response.body()).isEqualTo("HELLO");
			}

		},

		/** Defined in {@link Routes}: a predicate on the body. */
		READ_BODY_PREDICATE(null, "", "", "", "/x", "/x") {

			@Override
			void check(HttpResponse<String> response, Upstream.Request sent) {
				assertThat(sent.body()).isEqualTo("hello");
			}

		},

		WEIGHT(UPSTREAM, "", "", "StripPrefix=1", "/x", "/x");

		private final String uri;

		private final String before;

		private final String behind;

		private final String on;

		private final String path;

		private final String expected;

		Combination(String uri, String before, String behind, String on, String path, String expected) {
			this.uri = uri;
			this.before = before;
			this.behind = behind;
			this.on = on;
			this.path = path;
			this.expected = expected;
		}

		String id() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		void check(HttpResponse<String> response, Upstream.Request sent) {
			assertThat(response.statusCode()).isEqualTo(200);
		}

		private void addTo(GatewayFixture.Builder builder) {
			List<String> predicates = new ArrayList<>(List.of("Path=/" + id() + "/**", "Header=x-canary, 1"));
			if (this == WEIGHT) {
				predicates.add("Weight=weight, 1");
			}
			builder.routeIf(id() + "-new", this.uri, predicates, filters(this.on, "AddResponseHeader=x-route, new"));
			builder.routeIf(id() + "-old", "http://localhost:2", List.of("Path=/" + id() + "/**"),
					filters(this.before, "Wasm=canary", this.behind));
		}

		private static List<String> filters(String... filters) {
			List<String> all = new ArrayList<>();
			for (String part : filters) {
				if (!part.isEmpty()) {
					all.addAll(List.of(part.split("\\|")));
				}
			}
			return all;
		}

	}

	@BeforeAll
	static void start() {
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.source(Routes.class)
			.property("gateway.wasm.plugins.canary.warm-up", 0)
			.plugin("canary", "probe_rust", "configuration",
					"probe=add:x-canary=1,foreign:clear_route_cache probe-resp=add:x-seen-by-canary=1");
		for (Combination combination : Combination.values()) {
			if (combination.uri != null) {
				combination.addTo(builder);
			}
		}
		gateway = builder.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("canary").counters().activeStreams() == 0);
	}

	@ParameterizedTest
	@EnumSource
	void filtersOfBothRoutesWork(Combination combination) {
		int before = gateway.upstream().requests().size();
		HttpResponse<String> response = gateway.post("/" + combination.id() + combination.path, "hello");
		boolean reached = gateway.upstream().requests().size() > before;
		if (combination.expected != null) {
			assertThat(reached).isTrue();
			assertThat(gateway.upstream().lastRequest().uri()).isEqualTo(combination.expected);
			assertThat(response.headers().allValues("x-route")).containsOnly("new");
		}
		combination.check(response, reached ? gateway.upstream().lastRequest() : null);
		assertThat(response.headers().allValues("x-seen-by-canary")).containsExactly("1");
	}

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		@Bean
		RouterFunction<ServerResponse> inProcess() {
			return RouterFunctions.route()
				.path("/in-process",
						(in) -> in.POST("/**", (request) -> ServerResponse.ok().bodyValue("from the handler")))
				.build();
		}

		@Bean
		RouteLocator java(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			String uri = "http://localhost:" + environment.getProperty("upstream.port");
			return routes.routes()
				.route("body-old",
						(route) -> route.path("/modify-request-body-before/**")
							.and()
							.header("x-canary", "1")
							.filters((filters) -> filters.stripPrefix(1).addResponseHeader("x-route", "new"))
							.uri(uri))
				.route("body-old-2",
						(route) -> route.path("/modify-request-body-before/**")
							.filters((filters) -> filters
								.modifyRequestBody(String.class, String.class,
										new TextRewrite((body) -> body.toUpperCase(Locale.ROOT)))
								.filter(wasm.apply("body-old-2", (config) -> config.setPlugin("canary"))))
							.uri("http://localhost:2"))
				.route("body-new",
						(route) -> route.path("/modify-request-body-on-new/**")
							.and()
							.header("x-canary", "1")
							.filters((filters) -> filters.stripPrefix(1)
								.addResponseHeader("x-route", "new")
								.modifyRequestBody(String.class, String.class,
										new TextRewrite((body) -> body.toUpperCase(Locale.ROOT))))
							.uri(uri))
				.route("body-new-2",
						(route) -> route.path("/modify-request-body-on-new/**")
							.filters((filters) -> filters
								.filter(wasm.apply("body-new-2", (config) -> config.setPlugin("canary"))))
							.uri("http://localhost:2"))
				.route("response-new",
						(route) -> route.path("/modify-response-body-on-new/**")
							.and()
							.header("x-canary", "1")
							.filters((filters) -> filters.stripPrefix(1)
								.modifyResponseBody(String.class, String.class,
										new TextRewrite((body) -> body.toUpperCase(Locale.ROOT))))
							.uri(uri))
				.route("response-new-2",
						(route) -> route.path("/modify-response-body-on-new/**")
							.filters((filters) -> filters
								.filter(wasm.apply("response-new-2", (config) -> config.setPlugin("canary"))))
							.uri("http://localhost:2"))
				.route("response-old",
						(route) -> route.path("/modify-response-body-before/**")
							.and()
							.header("x-canary", "1")
							.filters((filters) -> filters.stripPrefix(1))
							.uri(uri))
				.route("response-old-2",
						(route) -> route.path("/modify-response-body-before/**")
							.filters((filters) -> filters
								.modifyResponseBody(String.class, String.class,
										new TextRewrite((body) -> body.toUpperCase(Locale.ROOT)))
								.filter(wasm.apply("response-old-2", (config) -> config.setPlugin("canary"))))
							.uri("http://localhost:2"))
				.route("read-body",
						(route) -> route.path("/read-body-predicate/**")
							.and()
							.header("x-canary", "1")
							.and()
							.readBody(String.class, "hello"::equals)
							.filters((filters) -> filters.addResponseHeader("x-route", "new"))
							.uri(uri))
				.route("read-body-2",
						(route) -> route.path("/read-body-predicate/**")
							.filters((filters) -> filters.stripPrefix(1)
								.filter(wasm.apply("read-body-2", (config) -> config.setPlugin("canary")), 2))
							.uri("http://localhost:2"))
				.build();
		}

	}

}
