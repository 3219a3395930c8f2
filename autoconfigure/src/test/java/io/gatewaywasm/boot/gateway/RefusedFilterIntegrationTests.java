package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.event.FilterArgsEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for routes with an invalid Wasm filter that are added at run time. No
 * other route is affected.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class RefusedFilterIntegrationTests {

	private static final String HELLO = "classpath:filters/hello_world.wasm";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.property("management.endpoint.gateway.access", "unrestricted")
			.plugin("hello", "hello_world")
			.plugin("probe", "probe_rust")
			.route("old", "Wasm=hello")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void removeRoutes() {
		Stream.of("bad", "good").forEach((id) -> gateway.send("DELETE", "/actuator/gateway/routes/" + id, null));
		refresh();
	}

	static List<Arguments> mistakes() {
		return List.of(//
				mistake("No plugin with that name is declared", "plugin", "helo"), //
				mistake("No plugin with that name is declared", "plugin", "Hello"), //
				mistake("No plugin with that name is declared", "plugin", ""), //
				mistake("No plugin with that name is declared", "_genkey_0", "nothing"), //
				mistake("The short form takes one plugin", "_genkey_0", "hello", "_genkey_1", "hello"), //
				mistake("Either 'plugin' or 'url' must be given", "root-id", "hello_world"), //
				mistake("Either 'plugin' or 'url' must be given", "plugin", "hello", "url", HELLO), //
				mistake("belong to the plugin, not to a route", "plugin", "hello", "failStrategy", "closed"), //
				mistake("'opn' is not a valid 'fail-strategy'", "url", HELLO, "fail-strategy", "opn"), //
				mistake("'' is not a valid 'fail-strategy'", "url", HELLO, "failStrategy", ""), //
				mistake("'sha256:40c2' is not a SHA-256 digest", "url", HELLO, "sha256", "sha256:40c2"), //
				mistake("'' is not a SHA-256 digest", "url", HELLO, "sha256", ""), //
				mistake("has no argument 'sha265'", "url", HELLO, "sha265", "40c2"), //
				mistake("has no argument 'allowed-capabilities'", "plugin", "hello", "allowed-capabilities",
						"proxy_log"), //
				mistake("has no argument 'limits.memory'", "url", HELLO, "limits.memory", "1MB"), //
				mistake("has no argument 'verificationKey'", "url", HELLO, "verificationKey", "x"), //
				mistake("'configuration' is a map or a list, but must be text", "plugin", "hello",
						"configuration[rules][0]", "block"), //
				mistake("has no argument 'routeId'", "plugin", "hello", "routeId", "old"), //
				mistake("has no argument 'isolation'", "plugin", "hello", "isolation", "stream"), //
				mistake("are mutually exclusive", "plugin", "hello", "configuration", "x", "configuration-location",
						HELLO), //
				mistake("does not exist", "plugin", "hello", "configuration-location", "classpath:missing.json"), //
				mistake("Routes are not allowed to load from", "plugin", "hello", "configuration-location",
						"file:/etc/passwd"), //
				mistake("Routes are not allowed to load from", "url", "https://localhost/filter.wasm"), //
				mistake("cannot be", "url", "file:/a\\u0000b"), //
				mistake("Routes are not allowed to load from", "url", "hello_world.wasm"));
	}

	private static Arguments mistake(String reason, String... arguments) {
		return Arguments.of(reason, List.of(arguments));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void mistakeCostsItsOwnRouteOnly(String reason, List<String> arguments, CapturedOutput output) {
		post("bad", arguments);
		post("good", List.of("plugin", "hello"));
		for (int i = 0; i < 3; i++) {
			refresh();
		}
		int received = gateway.upstream().requests().size();
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(503);
		assertThat(gateway.upstream().requests()).hasSize(received);
		assertThat(gateway.get("/good/x").statusCode()).isEqualTo(200);
		assertThat(gateway.get("/old/x").statusCode()).isEqualTo(200);
		assertThat(output.toString()
			.lines()
			.filter((line) -> line.contains("Requests of the route are answered with 503"))).singleElement()
			.asString()
			.contains("ERROR")
			.contains("of route 'bad'")
			.contains(reason);
		assertThat(gateway.get("/actuator/gateway/routes/bad").body()).contains("refused");
	}

	@Test
	void unknownArgumentIsRefusedWhereEventsArePublishedAsynchronously() {
		WasmGatewayFilterFactory factory = gateway.context().getBean(WasmGatewayFilterFactory.class);
		SimpleApplicationEventMulticaster events = new SimpleApplicationEventMulticaster();
		events.setTaskExecutor(new SimpleAsyncTaskExecutor("events-"));
		events.addApplicationListener(factory);
		events.multicastEvent(new FilterArgsEvent(this, "bad", Map.of("plugin", "hello", "sha265", "40c2")));
		WasmGatewayFilterFactory.Config config = new WasmGatewayFilterFactory.Config();
		config.setRouteId("bad");
		config.setPlugin("hello");
		assertThat(factory.apply(config)).isInstanceOf(RefusedFilter.class);
	}

	@Test
	void mistakeIsReportedAgainIfItComesBack(CapturedOutput output) {
		for (int i = 0; i < 2; i++) {
			post("bad", List.of("plugin", "helo"));
			refresh();
			post("bad", List.of("plugin", "hello"));
			refresh();
			assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
		}
		assertThat(output.toString().split("Requests of the route are answered with 503", -1)).hasSize(3);
	}

	@Test
	void configurationThatTheFilterRejectsIsReported(CapturedOutput output) {
		post("bad", List.of("plugin", "probe", "configuration", "fail-configure"));
		refresh();
		for (int i = 0; i < 3; i++) {
			assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(503);
		}
		String reason = "proxy_on_configure returned false for root id ''. Requests of route 'bad' with this configuration";
		assertThat(output.toString().lines().filter((line) -> line.contains(reason))).singleElement()
			.asString()
			.contains("ERROR", "Check 'configuration'");
		assertThat(output).contains("The filter's last lines:");
		assertThat(gateway.status("probe").lastError()).startsWith(reason);
		assertThat(gateway.get("/actuator/metrics/wasm.filter.failures?tag=plugin:probe&tag=reason:start").body())
			.contains("\"value\":3.0");
	}

	@Test
	void routeServesOnceItsPluginIsDeclared() {
		post("bad", List.of("plugin", "later"));
		refresh();
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(503);
		ConfigurableEnvironment environment = gateway.context().getEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("later", Map.of("gateway.wasm.plugins.later.url", HELLO)));
		gateway.context().publishEvent(new EnvironmentChangeEvent(gateway.context(), Set.of()));
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.get("/bad/x").statusCode() == 200);
		environment.getPropertySources().remove("later");
	}

	@Test
	void mistakeInDefaultFilterAnswersEveryRouteWith503() {
		ConfigurableEnvironment environment = gateway.context().getEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("default",
					Map.of("spring.cloud.gateway.server.webflux.default-filters", "Wasm=helo")));
		gateway.context()
			.publishEvent(new EnvironmentChangeEvent(gateway.context(),
					Set.of("spring.cloud.gateway.server.webflux.default-filters")));
		refresh();
		assertThat(gateway.get("/old/x").statusCode()).isEqualTo(503);
		environment.getPropertySources().remove("default");
		// On Spring Boot 3.5, binding again does not clear the list
		gateway.context().getBean(GatewayProperties.class).setDefaultFilters(List.of());
		refresh();
		assertThat(gateway.get("/old/x").statusCode()).isEqualTo(200);
	}

	private static void post(String id, List<String> arguments) {
		StringBuilder json = new StringBuilder();
		for (int i = 0; i < arguments.size(); i += 2) {
			json.append((i > 0) ? "," : "").append("\"%s\":\"%s\"".formatted(arguments.get(i), arguments.get(i + 1)));
		}
		String body = """
				{"id": "%s", "uri": "http://localhost:%d", "predicates": ["Path=/%s/**"],
				 "filters": [{"name": "Wasm", "args": {%s}}]}
				""".formatted(id, gateway.upstream().port(), id, json);
		assertThat(
				gateway.post("/actuator/gateway/routes/" + id, body, "content-type", "application/json").statusCode())
			.isEqualTo(201);
	}

	private static void refresh() {
		assertThat(gateway.post("/actuator/gateway/refresh", "").statusCode()).isEqualTo(200);
	}

}
