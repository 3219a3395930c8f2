package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that choose the host of a request.
 */
@Tag("slow")
@Timeout(180)
class UpstreamHostsIntegrationTests {

	/**
	 * Chooses the host in the header x-host, after the request's body if there is one.
	 * Without the header, sends a local response with the hosts. The header x-status has
	 * the status of the host call, x-late that of a host call after the request was sent.
	 */
	private static final String CHOOSING = """
			(module
				(import "env" "proxy_get_header_map_value" (func $get (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_get_upstream_hosts" (func $hosts (param i32 i32) (result i32)))
				(import "env" "proxy_set_upstream_override_host" (func $override (param i32 i32) (result i32)))
				(import "env" "proxy_send_local_response"
					(func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 2)
				(data (i32.const 16) "x-host")
				(data (i32.const 32) "x-status")
				(data (i32.const 48) "x-late")
				(func (export "malloc") (param i32) (result i32) (i32.const 65536))
				(func (export "proxy_abi_version_0_2_100"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func $choose (param $map i32) (param $name i32) (param $length i32)
					(drop (call $get (i32.const 0) (i32.const 16) (i32.const 6) (i32.const 0) (i32.const 4)))
					(i32.store8 (i32.const 128) (i32.add (i32.const 48)
						(call $override (i32.load (i32.const 0)) (i32.load (i32.const 4)))))
					(drop (call $add (local.get $map) (local.get $name) (local.get $length) (i32.const 128) (i32.const 1))))
				(func (export "proxy_on_request_headers") (param i32 i32) (param $end i32) (result i32)
					(local $status i32)
					(if (call $get (i32.const 0) (i32.const 16) (i32.const 6) (i32.const 0) (i32.const 4))
						(then
							(local.set $status (call $hosts (i32.const 0) (i32.const 4)))
							(if (local.get $status) (then (i32.store (i32.const 4) (i32.const 0))))
							(drop (call $reply (i32.add (i32.const 200) (local.get $status)) (i32.const 0) (i32.const 0)
								(i32.load (i32.const 0)) (i32.load (i32.const 4)) (i32.const 0) (i32.const 0) (i32.const -1)))
							(return (i32.const 1))))
					(if (local.get $end) (then (call $choose (i32.const 0) (i32.const 32) (i32.const 8))))
					(i32.eqz (local.get $end)))
				(func (export "proxy_on_request_body") (param i32 i32) (param $end i32) (result i32)
					(if (local.get $end) (then (call $choose (i32.const 0) (i32.const 32) (i32.const 8))))
					(i32.eqz (local.get $end)))
				(func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
					(call $choose (i32.const 2) (i32.const 48) (i32.const 6))
					(i32.const 0)))
			""";

	private static final String FACTS = "\0{\"health_status\":\"Healthy\",\"metrics\":\"\"}\0";

	private static List<Upstream> instances;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		instances = IntStream.range(0, 3).mapToObj((index) -> new Upstream()).toList();
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.property("gateway.wasm.plugins.choosing.url", SmallFilters.file(CHOOSING))
			.property("gateway.wasm.allowed-locations", "file:")
			.plugin("probe", "probe_rust")
			.routeTo("named", "lb://orders", "Wasm=choosing")
			.property("spring.cloud.gateway.server.webflux.routes[0].metadata.cluster_name", "outbound|80||orders.dns")
			.routeTo("balanced", "lb://orders", "Wasm=choosing")
			.routeTo("typed", "lb:http://orders", "Wasm=choosing", "Wasm=probe")
			.routeTo("typed-tls", "lb:https://orders", "Wasm=choosing")
			.routeTo("empty", "lb://unlisted", "Wasm=choosing")
			.routeTo("retrying", "lb://orders", "Retry=1", "Wasm=choosing")
			.routeTo("default-port", "http://localhost", "Wasm=choosing")
			.route("plain", "Wasm=choosing");
		for (int i = 0; i < 3; i++) {
			builder.property("spring.cloud.discovery.client.simple.instances.orders[" + i + "].uri",
					"http://localhost:" + instances.get(i).port());
		}
		gateway = builder.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		instances.forEach(Upstream::close);
	}

	@Test
	void instancesOfServiceAreTheHosts() {
		String body = gateway.get("/balanced/x").body();
		assertThat(body).startsWith("\3\0\0\0");
		instances.forEach((instance) -> assertThat(body).contains("localhost:" + instance.port() + FACTS));
	}

	@Test
	void hostOfPlainRouteIsThatOfItsUri() {
		assertThat(gateway.get("/plain/x").body()).startsWith("\1\0\0\0")
			.endsWith("localhost:" + gateway.upstream().port() + FACTS);
		assertThat(gateway.get("/default-port/x").body()).endsWith("localhost:80" + FACTS);
	}

	@Test
	void serviceWithoutInstancesHasNoHosts() {
		assertThat(gateway.get("/empty/x").statusCode()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "balanced", "named", "typed", "retrying" })
	void requestGoesToTheChosenHost(String route) {
		for (int round = 0; round < 2; round++) {
			for (Upstream instance : instances) {
				HttpResponse<String> response = gateway.get("/" + route + "/a%20b?c=d%2F", "x-host",
						"localhost:" + instance.port());
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(instance.lastRequest().uri()).isEqualTo("/a%20b?c=d%2F");
				assertThat(instance.lastRequest().header("x-status")).isEqualTo("0");
				assertThat(instance.lastRequest().header("x-host")).isEqualTo("localhost:" + instance.port());
			}
		}
	}

	@Test
	void schemeOfRouteStaysThatOfTheCall() {
		assertThat(gateway.get("/typed-tls/x", "x-host", "localhost:" + instances.get(0).port()).statusCode())
			.isEqualTo(500);
	}

	@Test
	void hostCanBeChosenWhenTheBodyIsThere() {
		for (Upstream instance : instances) {
			gateway.post("/balanced/x", "prompt", "x-host", "localhost:" + instance.port());
			assertThat(instance.lastRequest().body()).isEqualTo("prompt");
			assertThat(instance.lastRequest().header("x-host")).isEqualTo("localhost:" + instance.port());
		}
	}

	@Test
	void chosenHostOfPlainRouteIsItsOwn() {
		gateway.get("/plain/x", "x-host", "LOCALHOST:" + gateway.upstream().port());
		assertThat(gateway.upstream().lastRequest().header("x-status")).isEqualTo("0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "169.254.169.254:80", "localhost:1", "orders", "localhost", "user@localhost:80", "" })
	void hostOutsideTheRouteIsRefused(String host) {
		gateway.get("/plain/x", "x-host", host);
		assertThat(gateway.upstream().lastRequest().header("x-status")).isEqualTo("1");
		assertThat(gateway.get("/balanced/x", "x-host", host).statusCode()).isEqualTo(200);
	}

	@Test
	void sentRequestCannotBeSentToAnotherHost() {
		assertThat(gateway.get("/plain/x", "x-host", "localhost:" + gateway.upstream().port())
			.headers()
			.firstValue("x-late")).hasValue("2");
	}

}
