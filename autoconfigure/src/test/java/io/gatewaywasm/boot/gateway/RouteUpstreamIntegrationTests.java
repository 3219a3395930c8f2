package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.GrpcServer;
import io.gatewaywasm.boot.fixture.Upstream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that call the upstream of their own route.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class RouteUpstreamIntegrationTests {

	private static final String NAMED = "outbound|80||orders.dns";

	private static Upstream other;

	private static GrpcServer grpc;

	private static GatewayFixture gateway;

	private static String own;

	@BeforeAll
	static void start() {
		other = new Upstream();
		grpc = new GrpcServer();
		gateway = GatewayFixture.builder()
			.source(Filters.class)
			.property("other.port", other.port())
			.property("spring.cloud.discovery.client.simple.instances.orders[0].uri",
					"http://localhost:${upstream.port}")
			.property("spring.cloud.discovery.client.simple.instances.metadata[0].uri", "http://169.254.169.254")
			.property("spring.cloud.gateway.server.webflux.httpclient.connect-timeout", "100")
			.plugin("probe", "probe_rust")
			.plugin("ticking", "probe_rust", "configuration", "tick=200\ntick-call=localhost:${upstream.port}", "vms",
					"1")
			.routeTo("named", "lb://orders", "Wasm=probe")
			.property("spring.cloud.gateway.server.webflux.routes[0].metadata.cluster_name", NAMED)
			.route("own", "Wasm=probe")
			.routeTo("balanced", "lb://orders", "Wasm=probe")
			.routeTo("balanced-tls", "lb:https://orders", "Wasm=probe")
			.routeTo("with-user", "http://user:secret@localhost:${upstream.port}", "Wasm=probe")
			.route("diverted", "Divert", "Wasm=probe")
			.routeTo("grpc", "http://localhost:" + grpc.port(), "Divert", "Wasm=probe")
			.property("spring.cloud.discovery.client.simple.instances.greeter[0].uri",
					"http://localhost:" + grpc.port())
			.routeTo("grpc-balanced", "lb://greeter", "Divert", "Wasm=probe")
			.routeTo("grpc-tls", "https://localhost:" + grpc.port(), "Divert", "Wasm=probe")
			.routeTo("grpc-metadata", "http://169.254.169.254:80", "Divert", "Wasm=probe")
			.routeTo("grpc-mapped", "http://[::ffff:169.254.169.254]:80", "Divert", "Wasm=probe")
			.routeTo("grpc-unknown", "http://no.such.host.invalid:80", "Divert", "Wasm=probe")
			.routeTo("metadata", "http://169.254.169.254:80", "Wasm=probe")
			.routeTo("balanced-metadata", "lb://metadata", "Wasm=probe")
			.routeTo("mapped", "http://[::ffff:169.254.169.254]:80", "Wasm=probe")
			.routeTo("nowhere", "no://op", "Wasm=probe")
			.route("ticking", "Wasm=ticking")
			.start();
		own = "localhost:" + gateway.upstream().port();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		grpc.close();
		other.close();
	}

	@Test
	void clusterOfRouteCanBeCalled() {
		assertThat(call("/own", own + ":/text/answer")).isEqualTo("200 answer");
		assertThat(call("/balanced", "orders:/text/answer")).isEqualTo("200 answer");
		assertThat(call("/with-user", own + ":/text/answer")).isEqualTo("200 answer");
	}

	@Test
	void schemeBehindLoadBalancerIsThatOfCall(CapturedOutput output) {
		gateway.get("/balanced-tls/x", "x-probe", "pause-call:orders:/x");
		assertThat(output).contains("connection failure: TLS failure");
	}

	@Test
	void metadataOfRouteNamesItsCluster() {
		assertThat(property("/named")).isEqualTo(NAMED);
		assertThat(call("/named", NAMED + ":/text/answer")).isEqualTo("200 answer");
		assertThat(refusal("/named", "nothing:/x")).isEqualTo("BadArgument");
	}

	@Test
	void clusterNameHasNoCredentials() {
		assertThat(property("/with-user")).isEqualTo(own);
		assertThat(property("/balanced")).isEqualTo("orders");
	}

	@Test
	void responsePhaseCanCall() {
		assertThat(gateway.get("/own/x", "x-probe-resp", "pause-call:" + own + ":/text/late")
			.headers()
			.firstValue("x-call-body")).hasValue("late");
	}

	@Test
	void upstreamOfAnotherRouteIsRefusedAndLoggedOnce(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			assertThat(refusal("/own", "orders:/x")).isEqualTo("BadArgument");
			assertThat(refusal("/balanced", own + ":/x")).isEqualTo("BadArgument");
		}
		assertThat(output.getAll().split("called the upstream 'orders', which is not declared", -1)).hasSize(2);
		assertThat(output).contains("'gateway.wasm.upstreams.<name>.aliases' to 'orders'");
	}

	@Test
	void filtersAndPropertiesCannotRedirectCalls() {
		String diverted = "localhost:" + other.port();
		gateway.get("/diverted/x", "x-probe",
				"set-prop:cluster_name=" + diverted + ",prop:cluster_name,pause-call:" + diverted + ":/x");
		assertThat(other.lastRequest().header("x-call-error")).isEqualTo("BadArgument");
		assertThat(text(other.lastRequest().header("x-prop"))).isEqualTo(own);
		gateway.get("/diverted/x", "x-probe", "authority:" + diverted + ",pause-call:" + own + ":/text/own");
		assertThat(other.lastRequest().header("x-call-body")).isEqualTo("own");
	}

	@Test
	void redirectIsNotFollowed() {
		assertThat(call("/own", own + ":/status/307")).startsWith("307");
	}

	@Test
	void metadataStaysBlocked(CapturedOutput output) {
		gateway.get("/metadata/x", "x-probe", "pause-call:169.254.169.254:80:/latest");
		gateway.get("/balanced-metadata/x", "x-probe", "pause-call:metadata:/latest");
		assertThat(output.getAll().split("Connections to 169.254.169.254 are blocked", -1)).hasSize(3);
		gateway.get("/mapped/x", "x-probe", "pause-call:[::ffff:169.254.169.254]:80:/latest");
		assertThat(output).contains("Connections to 0:0:0:0:0:ffff:a9fe:a9fe are blocked");
	}

	@Test
	void routeWithoutAddressHasNoUpstream(CapturedOutput output) {
		gateway.get("/nowhere/x", "x-probe", "pause-call:op:/x");
		// The filter logs at the end of the stream, which comes after the response.
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(output).contains("x-call-error: BadArgument"));
	}

	@Test
	void rootContextHasNoRoute(CapturedOutput output) {
		gateway.get("/ticking/x", "x-probe", "pause-call:" + own + ":/text/answer");
		assertThat(gateway.upstream().lastRequest().header("x-call-body")).isEqualTo("answer");
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(output).contains("probe tick call to " + own + ": BadArgument"));
	}

	@Test
	void clusterOfRouteCanBeCalledOverGrpc() {
		String target = "localhost:" + grpc.port();
		assertThat(grpc("/grpc", "grpc-call:" + target + ":test.Service/Echo:hello").header("x-grpc-body"))
			.isEqualTo(HexFormat.of().formatHex("hello".getBytes(StandardCharsets.UTF_8)));
		assertThat(grpc("/grpc", "grpc-stream:" + target + ":test.Service/Echo:hello:3").header("x-grpc-status"))
			.isEqualTo("0");
		assertThat(grpc("/grpc-balanced", "grpc-call:greeter:test.Service/Echo:hello").header("x-grpc-status"))
			.isEqualTo("0");
		assertThat(grpc("/grpc-tls", "grpc-call:" + target + ":test.Service/Echo:hello").header("x-grpc-status"))
			.isEqualTo("14");
	}

	@Test
	void grpcCallsCannotBeRedirected() {
		assertThat(grpc("/grpc", "grpc-call:greeter:test.Service/Echo:hello").header("x-grpc-error"))
			.isEqualTo("ParseFailure");
		assertThat(grpc("/grpc", "grpc-call:localhost:" + other.port() + ":test.Service/Echo:hello")
			.header("x-grpc-error")).isEqualTo("ParseFailure");
		assertThat(
				grpc("/grpc-metadata", "grpc-call:169.254.169.254:80:test.Service/Echo:hello").header("x-grpc-message"))
			.isEqualTo("Connections to 169.254.169.254 are blocked");
		assertThat(grpc("/grpc-mapped", "grpc-call:[::ffff:169.254.169.254]:80:test.Service/Echo:hello")
			.header("x-grpc-message")).contains("are blocked");
		assertThat(grpc("/grpc-unknown", "grpc-call:no.such.host.invalid:80:test.Service/Echo:hello")
			.header("x-grpc-status")).isEqualTo("14");
	}

	private static Upstream.Request grpc(String route, String command) {
		assertThat(gateway.get(route + "/x", "x-probe", command).statusCode()).isEqualTo(200);
		return other.lastRequest();
	}

	private static String call(String route, String target) {
		gateway.get(route + "/x", "x-probe", "pause-call:" + target);
		Upstream.Request request = gateway.upstream().lastRequest();
		return request.header("x-call-status") + " " + request.header("x-call-body");
	}

	private static String refusal(String route, String target) {
		gateway.get(route + "/x", "x-probe", "pause-call:" + target);
		return gateway.upstream().lastRequest().header("x-call-error");
	}

	private static String property(String route) {
		gateway.get(route + "/x", "x-probe", "prop:cluster_name");
		return text(gateway.upstream().lastRequest().header("x-prop"));
	}

	private static String text(String property) {
		String hex = property.substring(property.indexOf('=') + 1);
		return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
	}

	@Configuration(proxyBeanMethods = false)
	static class Filters {

		@Bean
		DivertGatewayFilterFactory divert(Environment environment) {
			return new DivertGatewayFilterFactory(environment);
		}

	}

	/** Redirects requests to another upstream, ahead of the Wasm filter. */
	static class DivertGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

		private final Environment environment;

		DivertGatewayFilterFactory(Environment environment) {
			super(Object.class);
			this.environment = environment;
		}

		@Override
		public GatewayFilter apply(Object config) {
			return new OrderedGatewayFilter((exchange, chain) -> {
				Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
				URI elsewhere = URI.create("http://localhost:" + this.environment.getProperty("other.port"));
				exchange.getAttributes()
					.put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR,
							Route.async().asyncPredicate(route.getPredicate()).id("elsewhere").uri(elsewhere).build());
				exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, elsewhere);
				return chain.filter(exchange);
			}, 0);
		}

	}

}
