package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for filters that would not run: in a place that the gateway does not read, or
 * with a misspelled name.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class MisplacedFilterTests {

	private static final String CURRENT = "spring.cloud.gateway.server.webflux";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "routes", "server.webmvc.routes", "mvc.routes", "server.routes", "server.webflux.route",
			"server.webflx.routes", "webflux.routes" })
	void routeUnderAnotherPrefix(String prefix, CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.%s:
				  - id: lost
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - AddRequestHeader=a, b
				      - Wasm=hello
				""".formatted(prefix), "Property: spring.cloud.gateway.%s[0].filters[1]".formatted(prefix),
				"Value: \"Wasm=hello\"", "application.yml] - 8:",
				"does not look for filters under 'spring.cloud.gateway.%s'".formatted(prefix),
				"Move the route to '" + CURRENT + ".routes', which is a list.");
	}

	@Test
	void filterInTheLongFormUnderAnotherPrefix(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webmvc.routes:
				  - uri: http://localhost:1
				    filters:
				      - name: Wasm
				        args: { plugin: hello }
				""", "Property: spring.cloud.gateway.server.webmvc.routes[0].filters[0].name", "application.yml] - 5:",
				"Move the route to '" + CURRENT + ".routes'");
	}

	@Test
	void routesWrittenAsMap(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  lost:
				    uri: http://localhost:1
				    filters: [ Wasm=hello ]
				""", "application.yml] - 5:", "Move the route to '" + CURRENT + ".routes', which is a list.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.webflux.default-filter", "server.webmvc.default-filters", "default-filters" })
	void defaultFilterUnderAnotherName(String name, CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.%s: [ Wasm=hello ]
				""".formatted(name), "application.yml] - 2:",
				"does not look for filters under 'spring.cloud.gateway.%s'".formatted(name),
				"Move the filter to '" + CURRENT + ".default-filters'.");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "predicates: [ Path=/**, Wasm=hello ]", "predicates: [ Path=/** ], filers: [ Wasm=hello ]" })
	void filterUnderAnotherNameInARoute(String properties, CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - { id: lost, uri: 'http://localhost:1', %s }
				""".formatted(properties), "application.yml] - 3:",
				"Move the filter to '" + CURRENT + ".routes[0].filters'.");
	}

	@Test
	void variableUnderThePrefixOfOlderGateways(CapturedOutput output) {
		new SmallApplication(this.directory, "gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm",
				Map.of("SPRING_CLOUD_GATEWAY_ROUTES_0_URI", "http://localhost:1",
						"SPRING_CLOUD_GATEWAY_ROUTES_0_FILTERS_0", "Wasm=hello"))
			.fails(output, "System Environment Property \"SPRING_CLOUD_GATEWAY_ROUTES_0_FILTERS_0\"",
					"Move the route to '" + CURRENT + ".routes'");
	}

	@Test
	void filtersOfTheApplicationAreOnlyAWarning(CapturedOutput output) throws IOException {
		new SmallApplication(this.directory, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway:
				  shared-filters: &shared [ Wasm=hello ]
				  tenant-routes: [ { filters: [ Wasm=hello ] } ]
				  server.webflux.routes:
				    - { id: one, uri: 'http://localhost:1', predicates: [ Path=/** ], filters: *shared }
				""", Map.of()).run().close();
		assertThat(output).contains(
				"Spring Cloud Gateway does not read the Wasm filter in the property"
						+ " 'spring.cloud.gateway.shared-filters[0]'",
				"spring.cloud.gateway.tenant-routes[0].filters[0]");
	}

	@Test
	void filtersThatTheGatewayReadsAreAccepted() throws IOException {
		new SmallApplication(this.directory, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux:
				  defaultFilters: [ Wasm=hello ]
				  discovery.locator.filters: [ { name: Wasm, args: { plugin: hello } } ]
				  routes:
				    - id: one
				      uri: http://localhost:1
				      predicates: [ Path=/** ]
				      metadata: { name: Wasm, names: [ Wasm ] }
				      filters: [ { name: Wasm, args: { plugin: hello } } ]
				    - id: two
				      uri: http://localhost:1
				      predicates: [ Path=/** ]
				      filters: Wasm=hello
				""", Map.of("SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_DEFAULT_FILTERS_0", "Wasm=hello")).run().close();
	}

	@ParameterizedTest
	@CsvSource({ "Wasn=hello, Wasn", "WasmFilter=hello, WasmFilter", "Wsam=hello, Wsam", "ProxyWasm=hello, ProxyWasm",
			"WasmGatewayFilterFactory=hello, WasmGatewayFilterFactory", "wasm=hello, wasm" })
	void misspelledNameOfAFilter(String filter, String name, CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: other
				    uri: http://localhost:1
				    predicates: [ Path=/a ]
				    filters: [ Wasm=hello ]
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/b ]
				    filters:
				      - name: Wasm
				        args: { plugin: hello }
				      - %s
				""".formatted(filter), "Route: bad", "Declared at: ", "application.yml] - 13:",
				"Filter '%s' does not exist".formatted(name),
				"Did you mean 'Wasm'? Write it as in 'Wasm=name-of-the-plugin'.");
	}

	@Test
	void misspelledNameOfADefaultFilter(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.default-filters:
				  - AddRequestHeader=a, b
				  - { name: Wasn, args: { plugin: hello } }
				""", "Declared at: ", "application.yml] - 4:", "Filter 'Wasn' does not exist");
		assertThat(output.toString().substring(output.toString().indexOf("APPLICATION FAILED")))
			.doesNotContain("Plugin:", "application.yml] - 1:");
	}

	@Test
	void nameThatIsNotCloseIsLeftToTheGateway(CapturedOutput output) {
		SmallApplication application = new SmallApplication(this.directory, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters: [ AddHeader=a ]
				""");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application.run().close())
			.withMessageContaining("AddHeader");
		assertThat(output).doesNotContain("Did you mean 'Wasm'");
	}

	@Test
	void mistakeIsShownAtTheFilterAmongOthersOfThePlugin(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - Wasm=hello
				      - name: Wasm
				        args: { plugin: hello, sha265: 40c2 }
				""", "Route: bad", "application.yml] - 8:", "has no argument 'sha265'");
	}

	@Test
	void mistakeInADefaultFilterIsShownThere(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux:
				  default-filters:
				    - Wasm=hello
				    - Wasm=hello, hello
				  routes:
				    - id: one
				      uri: http://localhost:1
				      predicates: [ Path=/** ]
				      filters: [ Wasm=hello ]
				""", "application.yml] - 5:", "The short form takes one plugin");
	}

	private void fails(CapturedOutput output, String yaml, String... said) {
		new SmallApplication(this.directory,
				"gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm\n" + yaml)
			.fails(output, said);
	}

}
