package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.handler.predicate.AbstractRoutePredicateFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for routes that are chosen again at the request of a filter.
 */
@Timeout(180)
@Tag("slow")
class RerouteIntegrationTests {

	private static final String CLEAR = ",foreign:clear_route_cache";

	private static final String UPSTREAM = "http://localhost:${upstream.port}";

	private static final String CANARY = "add:x-canary=1" + CLEAR;

	private static final List<String> PLUGINS = List.of("probe", "guard", "open", "deaf", "eager", "body",
			"everywhere");

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.source(Beans.class)
			.property("gateway.wasm.global-filters", "everywhere")
			.plugin("everywhere", "probe_rust", "configuration", "probe=add:x-everywhere=1")
			.plugin("probe", "probe_rust")
			.plugin("guard", "probe_rust", "configuration", "probe=add:x-guard=lax probe-resp=add:x-guard=lax")
			.plugin("open", "probe_rust", "fail-strategy", "open", "configuration", "probe=" + CANARY + ",trap")
			.plugin("deaf", "probe_rust", "reroute", "off", "configuration", "probe=path:/nowhere" + CLEAR)
			.plugin("eager", "probe_rust", "reroute", "on-header-change", "configuration", "probe=add:x-canary=1")
			.plugin("body", "body_rust");
		route(builder, "canary", "/shop", "Header=x-canary, 1", "AddRequestHeader=x-route, canary", "Wasm=guard",
				probe(CANARY), "Wasm{plugin=probe;configuration=probe-resp=prop:route_name}");
		route(builder, "shop", "/shop", "Path=/**", "AddRequestHeader=x-before, shop", "Wasm=guard", probe(CANARY),
				"AddRequestHeader=x-route, shop", "Wasm=body");
		route(builder, "quiet-canary", "/quiet", "Header=x-canary, 1", "AddRequestHeader=x-route, canary");
		route(builder, "quiet", "/quiet", "Path=/**", probe("add:x-canary=1"), "AddRequestHeader=x-route, quiet");
		route(builder, "again", "/again", "Path=/**", probe("add:x-any=1" + CLEAR), "AddRequestHeader=x-route, again");
		route(builder, "strict", "/strict", "Header=x-canary, 1",
				"Wasm{plugin=guard;configuration=probe=add:x-guard=strict,local:403}");
		route(builder, "lax", "/strict", "Path=/**", "Wasm=guard", probe(CANARY));
		route(builder, "fails-canary", "/fails", "Header=x-canary, 1", "AddRequestHeader=x-route, canary", "Wasm=open");
		route(builder, "fails", "/fails", "Path=/**", "Wasm=open");
		route(builder, "deaf", "/deaf", "Path=/**", "Wasm=deaf", "SetPath=/deaf");
		route(builder, "eager-canary", "/eager", "Header=x-canary, 1", "AddRequestHeader=x-route, canary");
		route(builder, "eager", "/eager", "Path=/**", "Wasm=eager");
		route(builder, "kept-canary", "/kept", "Header=x-canary, 1", "AddRequestHeader=x-route, canary");
		route(builder, "kept", "/kept", "Path=/**",
				"Wasm{plugin=eager;configuration=probe=set-prop:clear_route_cache=off,add:x-canary=1}",
				"AddRequestHeader=x-route, kept");
		route(builder, "lost", "/lost", "Path=/**",
				"Wasm{plugin=probe;configuration=probe-resp=add:x-seen=1 probe=path:/nowhere" + CLEAR + "}");
		route(builder, "stripped", "/stripped", "Path=/stripped/{name}/**", "StripPrefix=1",
				probe("add:x-any=1" + CLEAR), "AddRequestHeader=x-name, {name}");
		route(builder, "to-other", "/to-other", "Path=/to-other/{name}/**", "StripPrefix=1",
				probe("path:/other/red/y?c=d" + CLEAR));
		route(builder, "other", "/other", "Path=/other/{other}/**", "AddRequestHeader=x-route, other",
				"AddRequestHeader=x-other, {other}");
		route(builder, "host", "/host", "Host=tenant.example", "AddRequestHeader=x-route, host");
		route(builder, "no-host", "/host", "Path=/**", probe("authority:tenant.example" + CLEAR));
		route(builder, "cookie", "/cookie", "Cookie=tenant, blue", "AddRequestHeader=x-route, cookie");
		route(builder, "no-cookie", "/cookie", "Path=/**", probe("replace:cookie=tenant=blue" + CLEAR));
		route(builder, "put", "/method", "Method=PUT", "AddRequestHeader=x-route, put");
		route(builder, "no-put", "/method", "Path=/**", probe("method:PUT" + CLEAR));
		route(builder, "state", "/state", "State=tenant, blue", "AddRequestHeader=x-route, state");
		route(builder, "no-state", "/state", "Path=/**", probe("set-prop:tenant=blue,prop:by-java" + CLEAR));
		route(builder, "waits-canary", "/waits", "Header=x-canary, 1", "AddRequestHeader=x-route, canary");
		route(builder, "waits", "/waits", "Path=/**",
				"Wasm{plugin=probe;configuration=tick=20 probe=pause-tick," + CANARY + "}");
		for (int hop = 5; hop >= 1; hop--) {
			route(builder, "hop-" + hop, "/hops", "Header=x-hop-" + hop,
					probe("add:x-hop-" + (hop + 1) + "=1" + CLEAR));
		}
		for (String plugin : PLUGINS) {
			builder.property("gateway.wasm.plugins." + plugin + ".warm-up", 0);
		}
		gateway = route(builder, "hop-0", "/hops", "Path=/**", probe("add:x-hop-1=1" + CLEAR)).start();
	}

	private static GatewayFixture.Builder route(GatewayFixture.Builder builder, String id, String path,
			String predicate, String... filters) {
		return builder.routeIf(id, UPSTREAM, List.of("Path=" + path + "/**", predicate), List.of(filters));
	}

	/** Each configuration has its own root context. */
	private static String probe(String commands) {
		return "Wasm{plugin=probe;configuration=probe=" + commands + "}";
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

	private static Map<String, List<String>> sent() {
		return gateway.upstream().lastRequest().headers();
	}

	@Test
	void headerSetByFilterSelectsTheCanary() {
		gateway.get("/shop/x");
		assertThat(sent().get("x-route")).containsExactly("canary");
		assertThat(sent().get("x-before")).containsExactly("shop");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/shop/x");
	}

	@Test
	void routeStaysIfTheFilterDoesNotAsk() {
		gateway.get("/quiet/x");
		assertThat(sent().get("x-route")).containsExactly("quiet");
	}

	@Test
	void routeThatMatchesAgainIsKept() {
		gateway.get("/again/x");
		assertThat(sent().get("x-route")).containsExactly("again");
	}

	@Test
	void pluginThatHasRunDoesNotRunAgain() {
		long before = gateway.status("guard").counters().streams();
		HttpResponse<String> response = gateway.get("/shop/x");
		assertThat(sent().get("x-guard")).containsExactly("lax");
		assertThat(response.headers().allValues("x-guard")).containsExactly("lax");
		assertThat(sent().get("x-canary")).containsExactly("1");
		assertThat(sent().get("x-everywhere")).containsExactly("1");
		assertThat(gateway.status("guard").counters().streams()).isEqualTo(before + 1);
	}

	@Test
	void pluginWithAnotherConfigurationRuns() {
		int before = gateway.upstream().requests().size();
		assertThat(gateway.get("/strict/x").statusCode()).isEqualTo(403);
		assertThat(gateway.upstream().requests()).hasSize(before);
	}

	@Test
	void failedPluginRunsAgainOnTheOtherRoute() {
		long before = gateway.status("open").counters().streams();
		gateway.get("/fails/x");
		assertThat(sent().get("x-route")).containsExactly("canary");
		assertThat(gateway.status("open").counters().streams()).isEqualTo(before + 2);
	}

	@Test
	void pluginCanBeKeptFromChoosing() {
		assertThat(gateway.get("/deaf/x").statusCode()).isEqualTo(200);
	}

	@Test
	void anyChangeOfHeadersChoosesIfThePluginIsConfiguredSo() {
		gateway.get("/eager/x");
		assertThat(sent().get("x-route")).containsExactly("canary");
	}

	@Test
	void propertyOfHigressKeepsTheRoute() {
		gateway.get("/kept/x");
		assertThat(sent().get("x-route")).containsExactly("kept");
	}

	@Test
	void requestForWhichNoRouteMatchesIsNotFound() {
		int before = gateway.upstream().requests().size();
		HttpResponse<String> response = gateway.get("/lost/x");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().allValues("x-seen")).hasSize(1);
		assertThat(gateway.upstream().requests()).hasSize(before);
	}

	@Test
	void predicatesSeeThePathAsItCame() {
		assertThat(gateway.get("/stripped/blue/x?a=b").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/blue/x?a=b");
		assertThat(sent().get("x-name")).containsExactly("blue");
	}

	@Test
	void predicatesSeeThePathThatTheGuestHasSet() {
		gateway.get("/to-other/blue/x");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/other/red/y?c=d");
		assertThat(sent().get("x-route")).containsExactly("other");
		assertThat(sent().get("x-other")).containsExactly("red");
	}

	@Test
	void authorityThatTheGuestHasSetSelectsTheRoute() {
		gateway.get("/host/x");
		assertThat(sent().get("x-route")).containsExactly("host");
		assertThat(sent().get("host")).containsExactly("tenant.example");
	}

	@Test
	void cookieThatTheGuestHasSetSelectsTheRoute() {
		gateway.get("/cookie/x", "cookie", "tenant=red");
		assertThat(sent().get("x-route")).containsExactly("cookie");
	}

	@Test
	void methodThatTheGuestHasSetSelectsTheRoute() {
		gateway.post("/method/x", "body");
		assertThat(sent().get("x-route")).containsExactly("put");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("body");
	}

	@Test
	void propertyThatTheGuestHasSetSelectsTheRoute() {
		gateway.get("/state/x");
		assertThat(sent().get("x-route")).containsExactly("state");
	}

	@Test
	void guestReadsWhatJavaHasSet() {
		gateway.get("/state/x");
		assertThat(sent().get("x-prop")).containsExactly("by-java=66726f6d206a617661");
	}

	@Test
	void propertiesNameTheNewRoute() {
		assertThat(gateway.get("/shop/x").headers().allValues("x-prop")).containsExactly("route_name=63616e617279");
	}

	@Test
	void metricsCountTheNewRouteOnce() {
		MeterRegistry meters = gateway.context().getBean(MeterRegistry.class);
		long shop = count(meters, "shop");
		long canary = count(meters, "canary");
		gateway.get("/shop/x");
		await().atMost(Duration.ofSeconds(30)).until(() -> count(meters, "canary") > canary);
		assertThat(count(meters, "shop")).isEqualTo(shop);
	}

	private static long count(MeterRegistry meters, String route) {
		return meters.find("spring.cloud.gateway.requests")
			.tags("routeId", route)
			.timers()
			.stream()
			.mapToLong((timer) -> timer.count())
			.sum();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 10, 70000, 300000 })
	void bodyGoesToTheNewRoute(int size) {
		String body = "b".repeat(size);
		gateway.post("/shop/x", body);
		assertThat(sent().get("x-route")).containsExactly("canary");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo(body);
	}

	@Test
	void pausedRequestIsRoutedWhenItResumes() {
		gateway.get("/waits/x");
		assertThat(sent().get("x-route")).containsExactly("canary");
	}

	@ParameterizedTest
	@CsvSource({ "4, 200", "5, 508" })
	void routeChangesAtMostFourTimes(int changes, int status) {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		Logger logger = (Logger) LoggerFactory.getLogger(PredicateRouteChooser.class);
		logger.addAppender(log);
		HttpResponse<String> response = (changes == 5) ? gateway.get("/hops/x")
				: gateway.get("/hops/x", "x-hop-1", "1");
		logger.detachAppender(log);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(log.list).hasSize((status == 508) ? 1 : 0)
			.allMatch((event) -> event.getFormattedMessage().contains("answered with 508"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		StateRoutePredicateFactory stateRoutePredicateFactory() {
			return new StateRoutePredicateFactory();
		}

		@Bean
		JavaFilter javaFilter() {
			return new JavaFilter();
		}

	}

	static class JavaFilter implements GlobalFilter, Ordered {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
			FilterState.of(exchange).set("by-java", "from java");
			return chain.filter(exchange);
		}

		@Override
		public int getOrder() {
			return -10;
		}

	}

	static class StateRoutePredicateFactory extends AbstractRoutePredicateFactory<StateRoutePredicateFactory.Config> {

		StateRoutePredicateFactory() {
			super(Config.class);
		}

		@Override
		public List<String> shortcutFieldOrder() {
			return List.of("name", "value");
		}

		@Override
		public Predicate<ServerWebExchange> apply(Config config) {
			return (exchange) -> config.value.equals(FilterState.of(exchange).text(config.name));
		}

		public static class Config {

			private String name;

			private String value;

			public void setName(String name) {
				this.name = name;
			}

			public void setValue(String value) {
				this.value = value;
			}

		}

	}

}
