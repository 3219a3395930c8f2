package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for malformed routes that are posted at run time: nothing reaches
 * their upstream without the filter, and they cost no other route.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class PostedRouteIntegrationTests {

	private static final String HELLO = "classpath:filters/hello_world.wasm";

	private static final List<String> POSTED = List.of("bad", "good", "late");

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.property("management.endpoint.gateway.access", "unrestricted")
			.plugin("hello", "hello_world")
			.route("old", "Wasm=hello")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void removeRoutes() {
		POSTED.forEach((id) -> gateway.send("DELETE", "/actuator/gateway/routes/" + id, null));
		refresh();
	}

	static Stream<String> filters() {
		String many = IntStream.range(0, 5000)
			.mapToObj((i) -> "\"a" + i + "\": \"x\"")
			.collect(Collectors.joining(","));
		return Stream.of("""
				{"name": "Wasm", "args": {}}""", """
				{"name": "Wasm"}""", """
				{"name": "Wasm", "args": []}""", """
				{"name": "Wasm", "args": "hello"}""", """
				{"name": "Wasm", "args": {"plugin": null}}""", """
				{"name": "Wasm", "args": {"plugin": "hello", "root-id": null, "sha265": null}}""", """
				{"name": "Wasm", "args": {"plugin": 5}}""", """
				{"name": "Wasm", "args": {"plugin": true}}""", """
				{"name": "Wasm", "args": {"plugin": ["hello"]}}""", """
				{"name": "Wasm", "args": {"plugin": {"name": "hello"}}}""", """
				{"name": "Wasm", "args": {"plugin[0]": "hello"}}""", """
				{"name": "Wasm", "args": {"plugin.name": "hello"}}""", """
				{"name": "Wasm", "args": {"": "hello"}}""", """
				{"name": "Wasm", "args": {"plugin": "hello", "plugin": "helo"}}""", """
				{"name": "Wasm", "args": {"plugin": "hello\\n"}}""", """
				{"name": "Wasm", "args": {"plugin": "../hello"}}""", """
				{"name": "Wasm", "args": {"plugin": "helo\\u0000\\r\\nERROR forged"}}""", """
				{"name": "Wasm", "args": {"plugin": "hello", "a\\nERROR forged": "x"}}""", """
				{"name": "Wasm", "args": {"url": "classpath:x.wasm", "fail-strategy": "a\\nERROR forged"}}""", """
				{"name": "Wasm", "args": {"url": "classpath:x.wasm", "sha256": "a\\nERROR forged"}}""", """
				{"name": "Wasm", "args": {"url": "https://localhost/\\nERROR forged"}}""", """
				{"name": "Wasm", "args": {"plugin": "hello", "configuration-location": "file:x\\nERROR forged"}}""", """
				{"name": "Wasm", "args": {"plugin": "${user.home}"}}""", """
				{"name": "Wasm", "args": {"plugin": "%s"}}""".formatted("x".repeat(200_000)), """
				{"name": "Wasm", "args": {"plugin": "hello", %s}}""".formatted(many), """
				{"name": "Wasm", "args": {"plugin": "hello"}}, {"name": "Wasm", "args": {"plugin": "helo"}}""", """
				{"name": "Wasm", "args": {"plugin": "helo"}}, {"name": "Wasm", "args": {"plugin": "hello"}}""", """
				{"name": "wasm", "args": {"plugin": "hello"}}""", """
				{"name": null, "args": {"plugin": "hello"}}""", """
				"Wasm=helo\"""", """
				"Wasm=hello,hello,hello\"""", """
				"Wasm=\"""");
	}

	@ParameterizedTest
	@MethodSource("filters")
	void invalidFilterAffectsOnlyItsRoute(String filter, CapturedOutput output) {
		int status = post("bad", filter);
		assertOthersServe();
		assertPassesNothing("bad", (status == 201) ? 503 : 404);
		assertThat(output.toString().lines()).noneMatch((line) -> line.startsWith("ERROR forged"));
		assertThat(output.toString().lines().filter((line) -> line.contains("are answered with 503")))
			.allMatch((line) -> line.length() < 20_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { """
			"filters": [{"name": "Wasm", "args": null}]""", """
			"filters": [HELLO, {"name": "AddRequestHeader", "args": null}]""", """
			"filters": [{"name": "AddRequestHeader", "args": null}, HELLO]""", """
			"filters": [HELLO, {"name": "AddRequestHeader", "args": {}}]""", """
			"filters": [HELLO, {"name": "PreserveHostHeader", "args": null}]""", """
			"filters": [HELLO, "SetStatus=never"]""", """
			"filters": [HELLO], "metadata": null""", """
			"filters": [HELLO], "uri": "http:x\"""", """
			"filters": [HELLO, {"name": "AddRequestHeader", "args": {"name": "\\nERROR forged"}}]""" })
	void malformedDefinitionIsAnsweredWith503AheadOfLaterRoutes(String definition, CapturedOutput output) {
		assertThat(postDefinition("\"predicates\": [\"Path=/bad/**\"], " + definition)).isEqualTo(201);
		assertOthersServe();
		addUnfilteredCatchAll();
		assertPassesNothing("bad", 503);
		assertThat(output.toString().lines()).noneMatch((line) -> line.startsWith("ERROR forged"));
		assertThat(output.toString().lines().filter((line) -> line.contains("are answered with 503"))).hasSize(1)
			.allMatch((line) -> line.contains("of route 'bad' cannot be used: The definition of the route is invalid"));
	}

	@ParameterizedTest
	@ValueSource(strings = { """
			"predicates": [{"name": "Path", "args": null}]""", """
			"predicates": [{"name": "After", "args": null}]""", """
			"predicates": ["Path=/bad/**", {"name": "Method", "args": null}]""", """
			"predicates": ["Path=/bad/{"]""", """
			"predicates": ["After=yesterday"]""", """
			"predicates": ["Header=a,("]""" })
	void malformedPredicatesAnswerRequestsOfThePreviousVersionWith503(String predicates) {
		assertThat(postDefinition(predicates + ", \"filters\": [HELLO]")).isEqualTo(201);
		assertOthersServe();
		assertPassesNothing("bad", 404);
		assertThat(post("bad", wasm("hello"))).isEqualTo(201);
		refresh();
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
		assertThat(postDefinition(predicates + ", \"filters\": [HELLO]")).isEqualTo(201);
		assertOthersServe();
		assertPassesNothing("bad", 503);
		assertThat(post("bad", wasm("hello"))).isEqualTo(201);
		refresh();
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
	}

	@Test
	void malformedPredicatesAnswerRequestsOfTheLastValidPredicatesWith503() {
		String filters = "\"filters\": [HELLO, {\"name\": \"AddRequestHeader\", \"args\": null}]";
		assertThat(post("bad", wasm("hello"))).isEqualTo(201);
		refresh();
		assertThat(postDefinition("\"predicates\": [\"Path=/moved/**\"], " + filters)).isEqualTo(201);
		refresh();
		assertPassesNothing("moved", 503);
		assertThat(postDefinition("\"predicates\": [\"Path=/moved/{\"], " + filters)).isEqualTo(201);
		assertOthersServe();
		addUnfilteredCatchAll();
		assertPassesNothing("moved", 503);
	}

	@Test
	void correctedRouteServesAfterARefreshOfItsMetadataOnly() {
		String metadata = "\"metadata\": {\"tenant\": \"a\"}, \"predicates\": [\"Path=/bad/**\"], ";
		assertThat(postDefinition(metadata + "\"filters\": [HELLO, {\"name\": \"AddRequestHeader\", \"args\": null}]"))
			.isEqualTo(201);
		refresh();
		assertPassesNothing("bad", 503);
		assertThat(postDefinition(metadata + "\"filters\": [HELLO]")).isEqualTo(201);
		assertThat(gateway.post("/actuator/gateway/refresh?metadata=tenant:a", "").statusCode()).isEqualTo(200);
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { """
			"filters": null""", """
			"filters": [HELLO, null]""", """
			"filters": [HELLO, {"name": null}]""", """
			"filters": [HELLO], "predicates": null""", """
			"filters": [HELLO], "predicates": [null]""", """
			"filters": [HELLO], "predicates": [{"name": null, "args": {}}]""", """
			"filters": [HELLO], "order": null""", """
			"filters": [HELLO], "enabled": null""", """
			"filters": [HELLO], "uri": null""", """
			"filters": [HELLO], "uri": "lb://a b\"""", """
			"filters": [HELLO], "predicates": [{"name": "Path", "args": {}}]""" })
	void definitionThatIsRefusedOrMatchesNothingCostsNoOtherRoute(String definition) {
		postDefinition(definition);
		assertOthersServe();
		assertPassesNothing("bad", 404);
	}

	@ParameterizedTest
	@ValueSource(strings = { """
			"metadata": {"connect-timeout": "x"}""", """
			"uri": "http:/\"""", """
			"uri": "http://:80/\"""", """
			"uri": "lb://a_b\"""" })
	void definitionThatFailsWithItsRequestsCostsNoOtherRoute(String definition) {
		assertThat(postDefinition("\"predicates\": [\"Path=/bad/**\"], \"filters\": [HELLO], " + definition))
			.isEqualTo(201);
		assertOthersServe();
		assertPassesNothing("bad", 500);
	}

	@Test
	void laterRouteWithTheSameIdReplacesTheFirst() {
		assertThat(post("bad", wasm("hello"))).isEqualTo(201);
		refresh();
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
		assertThat(post("bad", wasm("helo"))).isEqualTo(201);
		assertOthersServe();
		assertPassesNothing("bad", 503);
		assertThat(post("bad", wasm("hello"))).isEqualTo(201);
		refresh();
		assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
	}

	@Test
	void hundredRoutesOfUnknownPluginsCostNoOther(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			assertThat(post("bad" + i, wasm("unknown-" + i))).isEqualTo(201);
		}
		assertOthersServe();
		assertPassesNothing("bad0", 503);
		assertPassesNothing("bad99", 503);
		assertThat(output.toString().lines().filter((line) -> line.contains("are answered with 503"))).hasSize(100);
		for (int i = 0; i < 100; i++) {
			gateway.send("DELETE", "/actuator/gateway/routes/bad" + i, null);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void pluginThatIsRemovedLaterLetsNothingPassUnfiltered(boolean used) {
		ConfigurableEnvironment environment = gateway.context().getEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("later", Map.of("gateway.wasm.plugins.later.url", HELLO)));
		changed();
		assertThat(post("bad", wasm("later"))).isEqualTo(201);
		refresh();
		if (used) {
			assertThat(gateway.get("/bad/x").statusCode()).isEqualTo(200);
		}
		environment.getPropertySources().remove("later");
		changed();
		assertOthersServe();
		int received = gateway.upstream().requests().size();
		gateway.get("/bad/x");
		List<Upstream.Request> requests = gateway.upstream().requests();
		assertThat(requests.subList(received, requests.size()))
			.allSatisfy((request) -> assertThat(request.headers()).containsKey("x-hello"));
	}

	private static void assertOthersServe() {
		assertThat(post("good", wasm("hello"))).isEqualTo(201);
		refresh();
		refresh();
		assertThat(post("late", wasm("hello"))).isEqualTo(201);
		refresh();
		for (String id : List.of("old", "good", "late")) {
			assertThat(gateway.get("/" + id + "/x").statusCode()).as(id).isEqualTo(200);
		}
	}

	/** Adds a later route without a filter that matches every path. */
	private static void addUnfilteredCatchAll() {
		assertThat(gateway.post("/actuator/gateway/routes/late", """
				{"id": "late", "uri": "http://localhost:%d", "predicates": ["Path=/**"]}
				""".formatted(gateway.upstream().port()), "content-type", "application/json").statusCode())
			.isEqualTo(201);
		refresh();
	}

	private static void assertPassesNothing(String id, int status) {
		int received = gateway.upstream().requests().size();
		assertThat(gateway.get("/" + id + "/x").statusCode()).isEqualTo(status);
		assertThat(gateway.upstream().requests()).hasSize(received);
	}

	private static String wasm(String plugin) {
		return "{\"name\": \"Wasm\", \"args\": {\"plugin\": \"%s\"}}".formatted(plugin);
	}

	private static int post(String id, String filters) {
		String body = """
				{"id": "%s", "uri": "http://localhost:%d", "predicates": ["Path=/%s/**"], "filters": [%s]}
				""".formatted(id, gateway.upstream().port(), id, filters);
		return gateway.post("/actuator/gateway/routes/" + id, body, "content-type", "application/json").statusCode();
	}

	private static int postDefinition(String members) {
		String body = "{\"id\": \"bad\", \"uri\": \"http://localhost:%d\", %s}".formatted(gateway.upstream().port(),
				members.replace("HELLO", wasm("hello")));
		return gateway.post("/actuator/gateway/routes/bad", body, "content-type", "application/json").statusCode();
	}

	private static void changed() {
		gateway.context()
			.publishEvent(new EnvironmentChangeEvent(gateway.context(), Set.of("gateway.wasm.plugins.later.url")));
	}

	private static void refresh() {
		assertThat(gateway.post("/actuator/gateway/refresh", "").statusCode()).isEqualTo(200);
	}

}
