package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for request and response headers that pass through filters.
 */
class HeadersIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(DslRoutes.class)
			.plugin("hello-world", "hello_world")
			.plugin("hello-world-old", "hello_world_abi_0_1_0")
			.plugin("probe", "probe_rust")
			.plugin("first", "probe_rust", "configuration",
					"probe=add:x-order=first,get:x-order probe-resp=add:x-order=first")
			.plugin("second", "probe_rust", "configuration",
					"probe=add:x-order=second,get:x-order probe-resp=add:x-order=second")
			.route("hello", "Wasm=hello-world")
			.route("hello-again", "Wasm=hello-world")
			.route("old", "Wasm=hello-world-old")
			.route("location", "Wasm=classpath:filters/hello_world.wasm")
			.route("inline")
			.filter(1, "Wasm", "url", "classpath:filters/probe_rust.wasm", "root-id", "", "configuration",
					"probe=config,add:x-inline=yes")
			.route("own-configuration")
			.filter(1, "Wasm", "plugin", "probe", "configuration", "probe=add:x-own=yes")
			.route("probe", "Wasm=probe", "AddResponseHeader=X-Added, by-the-gateway")
			.route("more", "Wasm=probe", "AddResponseHeader=X-Added, by-the-gateway",
					"AddResponseHeader=X-Added, again")
			.route("changed", "AddRequestHeader=X-Added, 1", "Wasm=probe")
			.route("two", "Wasm=first", "Wasm=second")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void requestHeaderOfFilterReachesUpstream() {
		HttpResponse<String> response = gateway.get("/hello/x");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("x-hello: Hello world from localhost:" + gateway.port());
	}

	@Test
	void samePluginServesSeveralRoutes() {
		assertThat(gateway.get("/hello-again/x").body()).contains("x-hello: Hello world");
	}

	@Test
	void moduleOfFirstAbiVersionRuns() {
		assertThat(gateway.get("/old/x").body()).contains("x-hello: Hello world from localhost:" + gateway.port());
	}

	@Test
	void shortFormTakesLocation() {
		assertThat(gateway.get("/location/x").body()).contains("x-hello: Hello world");
	}

	@Test
	void longFormDescribesPlugin() {
		assertThat(gateway.get("/inline/x").body()).contains("x-inline: yes")
			.contains("x-config: probe=config,add:x-inline=yes");
	}

	@Test
	void routeGivesDeclaredPluginItsOwnConfiguration() {
		assertThat(gateway.get("/own-configuration/x").body()).contains("x-own: yes");
		assertThat(gateway.get("/probe/x").body()).doesNotContain("x-own");
	}

	@Test
	void javaDslRouteRunsFilter() {
		assertThat(gateway.get("/dsl/x").body()).contains("x-hello: Hello world");
	}

	@Test
	void filtersSeeRequestInOrderAndResponseInReverse() {
		HttpResponse<String> response = gateway.get("/two/x");
		assertThat(gateway.upstream().lastRequest().headers().get("x-order")).containsExactly("first", "second");
		assertThat(response.headers().allValues("x-order")).containsExactly("second", "first");
	}

	@Test
	void requestHeadersAreAddedReplacedAndRemoved() {
		gateway.get("/probe/x", "x-probe", "add:x-multi=b,replace:x-one=2,remove:x-gone,get:x-multi", "x-multi", "a",
				"x-one", "1", "x-gone", "here");
		assertThat(gateway.upstream().lastRequest().headers().get("x-multi")).containsExactly("a", "b");
		assertThat(gateway.upstream().lastRequest().headers().get("x-one")).containsExactly("2");
		assertThat(gateway.upstream().lastRequest().header("x-gone")).isNull();
		assertThat(gateway.upstream().lastRequest().header("x-get")).isEqualTo("x-multi=a");
	}

	@Test
	void wholeMapIsReplaced() {
		gateway.get("/probe/x", "x-probe", "pairs:x-more=yes", "x-kept", "yes");
		assertThat(gateway.upstream().lastRequest().header("x-more")).isEqualTo("yes");
		assertThat(gateway.upstream().lastRequest().header("x-kept")).isEqualTo("yes");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/x");
	}

	@Test
	void pathReachesUpstreamAsFilterWroteIt() {
		gateway.get("/probe/x?a=1", "x-probe", "path:/other/%2Fraw?q=%20a+b&c=d|e");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/other/%2Fraw?q=%20a+b&c=d%7Ce");
	}

	@Test
	void methodReachesUpstream() {
		gateway.get("/probe/x", "x-probe", "method:DELETE");
		assertThat(gateway.upstream().lastRequest().method()).isEqualTo("DELETE");
	}

	@Test
	void authorityReachesUpstreamAsHost() {
		gateway.get("/probe/x", "x-probe", "authority:other.example");
		assertThat(gateway.upstream().lastRequest().header("host")).isEqualTo("other.example");
	}

	@Test
	void hostIsThatOfUpstreamIfNobodyChangesAuthority() {
		gateway.get("/probe/x", "x-probe", "add:x-a=b");
		assertThat(gateway.upstream().lastRequest().header("host")).isEqualTo("localhost:" + gateway.upstream().port());
	}

	@Test
	void pseudoHeadersAreFirstAndHostIsAuthority() {
		gateway.get("/probe/x", "x-probe", "get:host,get::authority,get::scheme,count");
		String authority = "localhost:" + gateway.port();
		assertThat(gateway.upstream().lastRequest().headers().get("x-get")).containsExactly("host=" + authority,
				":authority=" + authority, ":scheme=http");
	}

	@Test
	void numberOfRequestHeadersHasEachValue() {
		int without = requestHeaders("/probe/x");
		assertThat(requestHeaders("/probe/x", "x-multi", "a", "X-Multi", "b", "x-one", "1")).isEqualTo(without + 3);
	}

	@Test
	void numberOfRequestHeadersHasThoseThatOtherFiltersAdd() {
		int received = requestHeaders("/probe/x", "x-multi", "a", "X-Multi", "b");
		assertThat(requestHeaders("/changed/x", "x-multi", "a", "X-Multi", "b")).isEqualTo(received + 1);
	}

	@Test
	void numberOfResponseHeadersHasEachValue() {
		assertThat(responseHeaders("/more/x")).isEqualTo(responseHeaders("/probe/x") + 1);
	}

	private int requestHeaders(String path, String... headers) {
		List<String> all = new ArrayList<>(List.of("x-probe", "count"));
		all.addAll(List.of(headers));
		gateway.get(path, all.toArray(String[]::new));
		return Integer.parseInt(gateway.upstream().lastRequest().header("x-count"));
	}

	private int responseHeaders(String path) {
		HttpResponse<String> response = gateway.get(path, "x-probe-resp", "count");
		return Integer.parseInt(response.headers().firstValue("x-count").orElseThrow());
	}

	@Test
	void responseHeadersAndStatusReachClient() {
		HttpResponse<String> response = gateway.get("/probe/x", "x-probe-resp",
				"status:202,add:x-upstream=too,remove:x-added,replace:content-type=text/html,get::status");
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(response.headers().allValues("x-upstream")).containsExactly("yes", "too");
		assertThat(response.headers().allValues("x-added")).isEmpty();
		assertThat(response.headers().firstValue("content-type")).hasValue("text/html");
		assertThat(response.headers().allValues("x-get")).containsExactly(":status=202");
	}

	@Test
	void repeatedResponseHeadersSurvive() {
		HttpResponse<String> response = gateway.get("/probe/cookies", "x-probe-resp", "pairs:x-more=yes");
		assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
		assertThat(response.headers().firstValue("x-more")).hasValue("yes");
	}

	@Test
	void propertiesHaveTheirValues() {
		gateway.get("/probe/x/y?a=1", "x-probe",
				"prop:request.path,prop:request.url_path,prop:request.query,prop:route_name,prop:request.method,"
						+ "prop:request.protocol,prop:plugin_name,prop:source.port,prop:request.headers.x-mine",
				"x-mine", "v");
		assertThat(gateway.upstream().lastRequest().headers().get("x-prop")).satisfies((values) -> {
			assertThat(values.get(0)).isEqualTo("request.path=" + hex("/x/y?a=1"));
			assertThat(values.get(1)).isEqualTo("request.url_path=" + hex("/x/y"));
			assertThat(values.get(2)).isEqualTo("request.query=" + hex("a=1"));
			assertThat(values.get(3)).isEqualTo("route_name=" + hex("probe"));
			assertThat(values.get(4)).isEqualTo("request.method=" + hex("GET"));
			assertThat(values.get(5)).isEqualTo("request.protocol=" + hex("HTTP/1.1"));
			assertThat(values.get(6)).isEqualTo("plugin_name=" + hex("probe"));
			assertThat(values.get(7)).matches("source.port=[0-9a-f]{4}0{12}");
			assertThat(values.get(8)).isEqualTo("request.headers.x-mine=" + hex("v"));
		});
	}

	@Test
	void propertySetInRequestIsReadInResponse() {
		HttpResponse<String> response = gateway.get("/probe/x", "x-probe", "set-prop:mine=1", "x-probe-resp",
				"prop:mine,prop:response.code,prop:upstream.port");
		assertThat(response.headers().allValues("x-prop")).contains("mine=" + hex("1"))
			.contains("response.code=c800000000000000")
			.anyMatch((value) -> value.matches("upstream.port=[0-9a-f]{4}0{12}"));
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
	}

	@Configuration(proxyBeanMethods = false)
	static class DslRoutes {

		@Bean
		RouteLocator dslRoutes(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm, Environment environment) {
			return routes.routes()
				.route("dsl", (route) -> route.path("/dsl/**")
					.filters(
							(filters) -> filters.filter(wasm.apply("dsl", (config) -> config.setPlugin("hello-world"))))
					.uri("http://localhost:" + environment.getProperty("upstream.port")))
				.build();
		}

	}

}
