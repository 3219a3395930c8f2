package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.InMemoryRouteDefinitionRepository;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for clients, filters and operators that try to bypass a guard with
 * another route.
 */
@Tag("slow")
@Timeout(180)
class RerouteAttackIntegrationTests {

	private static final String UPSTREAM = "http://localhost:${upstream.port}";

	private static final String CLEAR = ",foreign:clear_route_cache";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Routes.class)
			.property("gateway.wasm.global-filters", "probe,go")
			.plugin("probe", "probe_rust", "warm-up", "0")
			.property("gateway.wasm.upstreams.slow.uri", UPSTREAM)
			.plugin("closed", "probe_rust", "warm-up", "0", "configuration", "probe=add:x-canary=1" + CLEAR + ",trap")
			.plugin("as", "headers_as", "warm-up", "0")
			.plugin("go", "headers_go", "warm-up", "0")
			.routeIf("admin", UPSTREAM, List.of("Path=/admin/**"),
					List.of("Wasm=as", "AddRequestHeader=x-route, admin"))
			.routeIf("canary", UPSTREAM, List.of("Path=/shop/**", "Header=x-canary, 1"),
					List.of("AddRequestHeader=x-route, canary"))
			.routeIf("shop", UPSTREAM, List.of("Path=/shop/**"), List.of("AddRequestHeader=x-route, shop"))
			.routeIf("ws-canary", "ws://localhost:${upstream.port}", List.of("Path=/ws/**", "Header=x-canary, 1"),
					List.of("AddRequestHeader=x-route, canary"))
			.routeIf("ws", "ws://localhost:2", List.of("Path=/ws/**"), List.of())
			.routeIf("traps", UPSTREAM, List.of("Path=/traps/**"), List.of("Wasm=closed"))
			.routeIf("traps-canary", UPSTREAM, List.of("Path=/traps/**", "Header=x-canary, 1"), List.of())
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : List.of("probe", "closed", "as", "go")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	private static List<String> sent(String name) {
		return gateway.upstream().lastRequest().headers().get(name);
	}

	@Test
	void pluginOnEveryRouteBehindTheOneThatChoosesRunsOnce() {
		long before = gateway.status("go").counters().streams();
		gateway.get("/shop/x", "x-probe", "add:x-canary=1" + CLEAR);
		assertThat(sent("x-route")).containsExactly("canary");
		assertThat(sent("x-go")).isNotEmpty();
		assertThat(gateway.status("go").counters().streams()).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/admin/x", "/admin/../admin/x", "/admin/%2e%2e/x", "/admin//x", "/admin/;a=b" })
	void guardOfTheNewRouteRuns(String path) {
		long before = gateway.status("as").counters().streams();
		gateway.get("/shop/x", "x-probe", "path:" + path + CLEAR);
		assertThat(sent("x-route")).containsExactly("admin");
		assertThat(gateway.status("as").counters().streams()).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "//admin/x", "/%61dmin/x", "/./admin/x", "/ADMIN/x" })
	void pathIsMatchedAsTheGatewayMatchesThatOfClient(String path) {
		int status = (path.contains("%")) ? 200 : 404;
		assertThat(gateway.get("/shop/x", "x-probe", "path:" + path + CLEAR).statusCode()).isEqualTo(status);
	}

	@Test
	void trapAfterTheFilterHasAskedGetsTheFailStrategy() {
		int before = gateway.upstream().requests().size();
		assertThat(gateway.get("/traps/x").statusCode()).isEqualTo(503);
		assertThat(gateway.upstream().requests()).hasSize(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "path:admin", "path:*", "path:http://localhost/admin/x", "authority:user@localhost",
			"authority:localhost/admin", "method:GE T", "method:CONNECT", "add:x-canary=1,add:a b=c" })
	void changeThatCannotBeSentIsNotRouted(String change) {
		int before = gateway.upstream().requests().size();
		assertThat(gateway.get("/shop/x", "x-probe", change + CLEAR).statusCode()).isEqualTo(503);
		assertThat(gateway.upstream().requests()).hasSize(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "HEAD", "OPTIONS", "DELETE", "PATCH", "QUERY" })
	void anyMethodIsRouted(String method) {
		gateway.send(method, "/shop/x", null, "x-probe", "add:x-canary=1" + CLEAR);
		assertThat(sent("x-route")).containsExactly("canary");
	}

	/** The first route leads to a port on which no server listens. */
	@Test
	void handshakeOfWebSocketIsRouted() {
		CompletableFuture<String> received = new CompletableFuture<>();
		WebSocket socket = gateway.client()
			.newWebSocketBuilder()
			.header("x-probe", "add:x-canary=1" + CLEAR)
			.buildAsync(URI.create("ws://localhost:" + gateway.port() + "/ws/x"), new WebSocket.Listener() {

				@Override
				public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
					received.complete(data.toString());
					return null;
				}

			})
			.join();
		socket.sendText("hello", true).join();
		assertThat(received.join()).contains("hello");
		socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
	}

	@Test
	void askingInTheResponseHasNoEffect() {
		HttpResponse<String> response = gateway.get("/shop/x", "x-probe-resp", "foreign:clear_route_cache");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(sent("x-route")).containsExactly("shop");
	}

	@Test
	void askingAfterTheHeadersHaveLeftHasNoEffect() {
		HttpResponse<String> response = gateway.post("/shop/x", "body", "x-probe", "path:/admin/x", "x-probe-body",
				"foreign:clear_route_cache");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(sent("x-route")).containsExactly("shop");
	}

	@Test
	void routesWithOneIdAreTwo() {
		long before = gateway.status("as").counters().streams();
		gateway.get("/twins/x", "x-probe", "add:x-canary=1" + CLEAR);
		assertThat(gateway.status("as").counters().streams()).isEqualTo(before + 1);
	}

	@Test
	void pausedRequestKeepsRouteThatIsRefreshedAndLosesOneThatIsDeleted() {
		put("kept", "/kept/**", "AddRequestHeader=x-route, kept");
		CompletableFuture<HttpResponse<String>> kept = CompletableFuture
			.supplyAsync(() -> gateway.get("/kept/x", "x-probe", "add:x-any=1,pause-call:slow:/hold/kept" + CLEAR));
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("probe").counters().activeStreams() == 1);
		refresh();
		gateway.upstream().release("kept");
		assertThat(kept.join().statusCode()).isEqualTo(200);
		assertThat(sent("x-route")).containsExactly("kept");

		put("deleted", "/deleted/**", "AddRequestHeader=x-route, deleted");
		CompletableFuture<HttpResponse<String>> deleted = CompletableFuture
			.supplyAsync(() -> gateway.get("/deleted/x", "x-probe", "pause-call:slow:/hold/deleted" + CLEAR));
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("probe").counters().activeStreams() == 1);
		repository().delete(Mono.just("deleted")).block();
		refresh();
		gateway.upstream().release("deleted");
		assertThat(deleted.join().statusCode()).isEqualTo(404);
	}

	private static InMemoryRouteDefinitionRepository repository() {
		return gateway.context().getBean(InMemoryRouteDefinitionRepository.class);
	}

	private static void put(String id, String path, String filter) {
		RouteDefinition route = new RouteDefinition();
		route.setId(id);
		route.setUri(URI.create("http://localhost:" + gateway.upstream().port()));
		route.setPredicates(List.of(new PredicateDefinition("Path=" + path)));
		route.setFilters(List.of(new FilterDefinition(filter)));
		repository().save(Mono.just(route)).block();
		refresh();
		await().atMost(Duration.ofSeconds(30))
			.until(() -> routes().stream().anyMatch((known) -> known.getId().equals(id)));
	}

	private static List<Route> routes() {
		return gateway.context().getBean(RouteLocator.class).getRoutes().collectList().block();
	}

	private static void refresh() {
		List<Route> before = routes();
		gateway.context().publishEvent(new RefreshRoutesEvent(RerouteAttackIntegrationTests.class, Map.of()));
		await().atMost(Duration.ofSeconds(30))
			.until(() -> routes().stream()
				.noneMatch((route) -> route.getId().equals("shop") && before.contains(route)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		/** Two routes with the same id. */
		@Bean
		RouteLocator twins(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			String uri = "http://localhost:" + environment.getProperty("upstream.port");
			return routes.routes()
				.route("twin",
						(route) -> route.path("/twins/**")
							.and()
							.header("x-canary", "1")
							.filters(
									(filters) -> filters.filter(wasm.apply("twin", (config) -> config.setPlugin("as"))))
							.uri(uri))
				.route("twin", (route) -> route.path("/twins/**").uri(uri))
				.build();
		}

	}

}
