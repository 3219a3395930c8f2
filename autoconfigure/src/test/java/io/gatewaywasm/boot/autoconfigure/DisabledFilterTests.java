package io.gatewaywasm.boot.autoconfigure;

import java.nio.file.Path;
import java.util.Map;

import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for routes that have a Wasm filter while Wasm filters are disabled.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class DisabledFilterTests {

	private static final String ROUTE = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: one
			    uri: http://localhost:1
			    predicates: [ Path=/** ]
			    filters: [ PreserveHostHeader, %s ]
			""";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "gateway.wasm.enabled", "spring.cloud.gateway.server.webflux.filter.wasm.enabled" })
	void filterOfARoute(String property, CapturedOutput output) {
		run(property + ": false\n" + ROUTE.formatted("Wasm=hello")).fails(output, "Property: " + property,
				"Value: \"false\"", "application.yml] - 1:", "Route 'one' has a filter 'Wasm' (URL [",
				"application.yml] - 6:", "but the property disables it",
				"Set the property to true, or remove the filter from the route.");
	}

	@Test
	void filterInTheLongForm(CapturedOutput output) {
		run("gateway.wasm.enabled: false\n" + ROUTE.formatted("{ name: Wasm, args: { plugin: hello } }")).fails(output,
				"Property: gateway.wasm.enabled", "Route 'one' has a filter 'Wasm' (URL [", "application.yml] - 6:");
	}

	@Test
	void defaultFilter(CapturedOutput output) {
		run("""
				gateway:
				  wasm:
				    enabled: off
				spring.cloud.gateway.server.webflux.default-filters: [ Wasm=hello ]
				""").fails(output, "Property: gateway.wasm.enabled", "application.yml] - 3:",
				"The default filters have a filter 'Wasm' (URL [", "application.yml] - 4:",
				"remove it from the default filters.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "maybe", "2", "ture", "disabled" })
	void valueThatWouldDisableTheFilterSilently(String value, CapturedOutput output) {
		run("gateway.wasm.enabled: '%s'".formatted(value)).fails(output, "Property: gateway.wasm.enabled",
				"Value: \"%s\"".formatted(value), "The value is not a boolean", "Use 'true' or 'false'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "off", "no", "0", "OFF", "False", " no " })
	void variableThatMeansFalseDisables(String value) throws Exception {
		Map<String, Object> variables = Map.of("GATEWAY_WASM_ENABLED", value);
		try (ConfigurableApplicationContext context = new SmallApplication(this.directory, "", variables).run()) {
			assertThat(context.getBeansOfType(WasmGatewayFilterFactory.class)).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "off", "no", "0" })
	void filterOfARouteThatAVariableDisables(String value, CapturedOutput output) {
		Map<String, Object> variables = Map.of("GATEWAY_WASM_ENABLED", value);
		new SmallApplication(this.directory, ROUTE.formatted("Wasm=hello"), variables).fails(output,
				"Property: gateway.wasm.enabled", "Value: \"%s\"".formatted(value),
				"Route 'one' has a filter 'Wasm' (URL [", "but the property disables it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "on", "yes", "1", "TRUE" })
	void variableThatMeansTrueEnables(String value) throws Exception {
		Map<String, Object> variables = Map.of("GATEWAY_WASM_ENABLED", value);
		try (ConfigurableApplicationContext context = new SmallApplication(this.directory, "", variables).run()) {
			assertThat(context.getBeansOfType(WasmGatewayFilterFactory.class)).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "no", "'off'" })
	void numberOrTextInYamlDisables(String value) throws Exception {
		try (ConfigurableApplicationContext context = run("gateway.wasm.enabled: " + value).run()) {
			assertThat(context.getBeansOfType(WasmGatewayFilterFactory.class)).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway.wasm.enabled", "spring.cloud.gateway.server.webflux.filter.wasm.enabled" })
	void listedPluginsAreAWarning(String property, CapturedOutput output) throws Exception {
		run("""
				%s: false
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				gateway.wasm.global-filters: [ hello ]
				gateway.wasm.before-routing: hello
				""".formatted(property)).run().close();
		assertThat(output)
			.containsPattern(
					"Property 'gateway.wasm.global-filters' \\(URL .*application.yml] - 3:\\d+\\) has no effect,"
							+ " because '" + property + "' \\(URL .*application.yml] - 1:\\d+\\) disables Wasm filters")
			.containsPattern(
					"Property 'gateway.wasm.before-routing' \\(URL .*application.yml] - 4:\\d+\\) has no effect");
	}

	@Test
	void disabledFilterWithoutListedPluginsIsNoWarning(CapturedOutput output) throws Exception {
		run("gateway.wasm.enabled: false\ngateway.wasm.global-filters: []").run().close();
		assertThat(output).doesNotContain("has no effect");
	}

	@ParameterizedTest
	@ValueSource(strings = { "routes", "server.webmvc.routes" })
	void filterUnderAnotherPrefixIsStillNamed(String prefix, CapturedOutput output) {
		run("gateway.wasm.enabled: false\n" + ROUTE.formatted("Wasm=hello").replace("server.webflux.routes", prefix))
			.fails(output, "Property: spring.cloud.gateway.%s[0].filters[1]".formatted(prefix), "application.yml] - 6:",
					"Move the route to 'spring.cloud.gateway.server.webflux.routes', which is a list.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.gateway.filter.wasm.enabled",
			"spring.cloud.gateway.server.webflux.filter-wasm.wasm.enabled",
			"spring.cloud.gateway.server.webflx.filter.wasm.enabled",
			"spring.cloud.gateway.server.webmvc.filter.wasm.enabled" })
	void propertyThatDisablesNothing(String property, CapturedOutput output) {
		run(property + ": false").fails(output, "Property: " + property, "application.yml] - 1:",
				"Spring Cloud Gateway does not read the property, so the Wasm filter would run",
				"Use 'spring.cloud.gateway.server.webflux.filter.wasm.enabled'.");
	}

	@Test
	void placeholderInThePropertyThatDisablesNothing(CapturedOutput output) {
		run("spring.cloud.gateway.filter.wasm.enabled: ${WASM_ON:off}").fails(output,
				"Property: spring.cloud.gateway.filter.wasm.enabled", "application.yml] - 1:");
	}

	@Test
	void variableDecidesWhetherThePropertyDisablesNothing(CapturedOutput output) {
		Map<String, Object> variables = Map.of("SPRING_CLOUD_GATEWAY_FILTER_WASM_ENABLED", "false");
		new SmallApplication(this.directory, "spring.cloud.gateway.filter.wasm.enabled: true", variables).fails(output,
				"Property: spring.cloud.gateway.filter.wasm.enabled",
				"Spring Cloud Gateway does not read the property");
	}

	@Test
	void variableThatReplacesThePropertyStarts() throws Exception {
		Map<String, Object> variables = Map.of("SPRING_CLOUD_GATEWAY_FILTER_WASM_ENABLED", "true");
		new SmallApplication(this.directory, "spring.cloud.gateway.filter.wasm.enabled: false", variables).run()
			.close();
	}

	@Test
	void profileThatReplacesThePropertyStarts() throws Exception {
		run("""
				spring.profiles.active: prod
				spring.cloud.gateway.filter.wasm.enabled: false
				---
				spring.config.activate.on-profile: prod
				spring.cloud.gateway.filter.wasm.enabled: true
				""").run().close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "routes[0].metadata.wasm.enabled", "routes[0].filters[0].args.wasm.enabled",
			"server.webflux.metadata.wasm.enabled", "filter[0].wasm.enabled",
			"default-filters[0].args.filter.wasm.enabled" })
	void textsOfRoutesStart(String property, CapturedOutput output) throws Exception {
		run("spring.cloud.gateway." + property + ": false").run().close();
		assertThat(output).doesNotContain("does not disable");
	}

	@ParameterizedTest
	@ValueSource(strings = { "acme.wasm.enabled", "acme.filter.wasm.enabled", "filter-toggles.wasm.enabled",
			"wasm.enabled", "server.webflux.wasm.enabled", "server.webflux.global-filter.wasm.enabled" })
	void propertyOfTheApplicationStarts(String property, CapturedOutput output) throws Exception {
		run("spring.cloud.gateway." + property + ": false").run().close();
		assertThat(output).containsPattern("Property 'spring.cloud.gateway." + property
				+ "' \\(URL .*application.yml] - 1:\\d+\\) does not disable the Wasm filter");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'off'", "'no'", "0" })
	void valueThatSpringCloudGatewayTakesForTrue(String value, CapturedOutput output) {
		run("spring.cloud.gateway.server.webflux.filter.wasm.enabled: " + value).fails(output,
				"Property: spring.cloud.gateway.server.webflux.filter.wasm.enabled", "application.yml] - 1:",
				"Spring Cloud Gateway does not take the value for 'false', so the Wasm filter would run",
				"Use 'true' or 'false'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.gateway.filter.wasm.enabled: true",
			"spring.cloud.gateway.filter.retry.enabled: false", "spring.cloud.gateway.filter.wasm.enabled: ${UNSET}",
			"spring.cloud.gateway.filter.wasm.enabled: false\nspring.cloud.gateway.server.webflux.filter.wasm.enabled: true",
			"spring.cloud.gateway.filter.wasm.enabled: false\nspring.cloud.gateway.server.webflux.filter.wasm.enabled: false" })
	void propertyThatChangesNothingStarts(String yaml) throws Exception {
		run(yaml).run().close();
	}

	@Test
	void routeThatIsDisabledStarts() throws Exception {
		run("gateway.wasm.enabled: false\n" + ROUTE.formatted("Wasm=hello") + "    enabled: false\n").run().close();
	}

	@Test
	void routesWithoutTheFilterStart() throws Exception {
		run("gateway.wasm.enabled: false\n" + ROUTE.formatted("PreserveHostHeader")).run().close();
	}

	private SmallApplication run(String yaml) {
		return new SmallApplication(this.directory, yaml);
	}

}
