package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for the failure analyses of mistakes in {@code application.yml}: the problem, the
 * line and the remedy.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationMistakesTests {

	private static final String STUB = SmallFilters.HEADERS_ONLY.replace("(module",
			"(module" + " (import \"env\" \"envoy_resolve_dns\" (func (param i32 i32 i32) (result i32)))");

	@TempDir
	Path directory;

	@Test
	void pluginWithoutLocationStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins:
				  hello:
				    root-id: hello_world
				""", "Property: gateway.wasm.plugins.hello.url", "Missing at:", "application.yml] - 3:14",
				"The location of the plugin's module is missing",
				"Set 'gateway.wasm.plugins.hello.url', for example to 'classpath:filters/hello.wasm'");
	}

	@ParameterizedTest
	@CsvSource({ "config: a, configuration", "pluginName: a, root-id", "pluginConfig: a, configuration",
			"fail_open: true, fail-strategy", "env.A: b, environment", "file: a.wasm, url",
			"image-pull: always, image-pull-policy" })
	void nameOfAnotherGatewayOrAbbreviationNamesTheProperty(String property, String meant, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  %s
				""".formatted(property), "application.yml] - 3:", "The property is unknown",
				"Did you mean '%s'? Correct or remove it.".formatted(meant));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "gateway.wasm.plugins.hello: classpath:filters/hello_world.wasm | gateway.wasm.plugins.hello.url",
					"gateway.wasm.upstreams.auth: http://auth:8081 | gateway.wasm.upstreams.auth.uri" })
	void locationInPlaceOfAGroupNamesTheProperty(String line, String meant, CapturedOutput output) {
		fails(output, line, "application.yml] - 1:", "The value is not a group of properties",
				"Did you mean '%s'? Indent its properties under it.".formatted(meant));
	}

	@Test
	void nameInPlaceOfAllPluginsStopsTheStart(CapturedOutput output) {
		fails(output, "gateway.wasm.plugins: hello", "application.yml] - 1:", "The value is not a group of entries",
				"Indent the entries under it, each with its name as the key.");
	}

	@Test
	void listOfLocationsStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: [ classpath:filters/hello_world.wasm ]
				""", "application.yml] - 2:", "The value is a map or a list, but must be a single value",
				"Write a single value after 'url:'.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = {
					"configuration: { a: 1 } | 'configuration' is a map or a list | Write it as an indented text block",
					"root-id: [ a, b ] | 'root-id' is a map or a list | Write a single value after 'root-id:'.",
					"name: hello | The filter has no argument 'name' | Did you mean 'plugin'? Its arguments are" })
	void argumentOfAnotherTypeOrNameStopsTheStart(String argument, String reason, String remedy,
			CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: one
				    uri: http://localhost:9
				    predicates: [ "Path=/**" ]
				    filters:
				      - name: Wasm
				        args:
				          url: classpath:filters/hello_world.wasm
				          %s
				""".formatted(argument), "application.yml] - 6:", reason, remedy);
	}

	@Test
	void nameWithUpperCaseLettersStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins:
				  helloWorld:
				    url: classpath:filters/hello_world.wasm
				""", "Property: gateway.wasm.plugins.helloWorld", "application.yml] - 3:10",
				"The name of a plugin consists of lowercase letters, digits and hyphens",
				"Rename the plugin to 'hello-world'");
	}

	@Test
	void filterThatTrapsDuringConfigurationStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.probe:
				  url: classpath:filters/probe_rust.wasm
				  configuration: trap-configure
				""", "Reason: proxy_on_configure trapped in context #1: the guest executed an unreachable instruction.",
				"\n        at proxy_on_configure", "\n      The filter's last lines:\n        INFO probe root #1");
	}

	@Test
	void configurationOfARouteThatTheFilterRejectsStopsTheStart(CapturedOutput output) {
		fails(output, ownConfiguration("trap-configure"), "Plugin: probe", "Route: own", "application.yml] - 7:",
				"Reason: proxy_on_configure trapped in context #1",
				"\n      The filter's last lines:\n        INFO probe root #1");
	}

	@Test
	void configurationOfARouteThatTheFilterAcceptsDoesNotStopTheStart() {
		assertThatNoException().isThrownBy(() -> application(ownConfiguration("body=keep")).run().close());
	}

	private static String ownConfiguration(String configuration) {
		return """
				gateway.wasm.plugins.probe.url: classpath:filters/probe_rust.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - id: own
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - name: Wasm
				        args:
				          plugin: probe
				          configuration: %s
				""".formatted(configuration);
	}

	@Test
	void shortDigestStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  sha256: sha256:40c2
				""", "Property: gateway.wasm.plugins.hello.sha256", "Value: \"sha256:40c2\"", "application.yml] - 3:11",
				"64 hexadecimal digits", "without a prefix");
	}

	@Test
	void configurationWrittenAsMapStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  configuration:
				    rules: [ secret-rule ]
				""", "Property: gateway.wasm.plugins.hello.configuration", "Value: \"******\"",
				"application.yml] - 4:14", "The value is a map or a list, but must be text", "'configuration: |'");
		assertThat(output).doesNotContain("secret-rule");
	}

	@Test
	void textAndLocationOfAConfigurationStopTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  configuration: secret-text
				  configuration-location: classpath:hello.json
				""", "Property: gateway.wasm.plugins.hello.configuration-location", "application.yml] - 4:27",
				"are mutually exclusive", "Remove one of them");
		assertThat(output).doesNotContain("secret-text");
	}

	@Test
	void pluginWithoutPropertiesStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins:
				  hello:
				""", "Property: gateway.wasm.plugins.hello", "application.yml] - 2:", "not a group of properties",
				"allowed-capabilities", "url");
	}

	@Test
	void unknownFailStrategyStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  fail-strategy: fail-open
				""", "Property: gateway.wasm.plugins.hello.fail-strategy", "Value: \"fail-open\"",
				"application.yml] - 3:18", "Use one of 'closed', 'open', 'reload'.");
	}

	@Test
	void invalidDurationStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  limits.callback-timeout: fast
				""", "gateway.wasm.plugins.hello.limits.callback-timeout", "Value: \"fast\"", "application.yml] - 3:28",
				"The value is not a duration", "such as '100ms'");
	}

	@Test
	void invalidExpressionStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.metrics.tags.model: "(["
				""", "Property: gateway.wasm.metrics.tags.model", "application.yml] - 1:",
				"The value is not a regular expression: Unclosed character class at character 2",
				"Use the syntax of Java");
	}

	@ParameterizedTest
	@ValueSource(strings = { "vms: many", "vms: 2,5", "warm-up: all", "limits.log-line: 1e9999" })
	void textInPlaceOfANumberStopsTheStart(String property, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  %s
				""".formatted(property), "application.yml] - 3:", "The value is not a whole number",
				"Use digits only, such as '4'.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "file://tmp/x.wasm|tmp|file:/tmp/x.wasm", "file://x|x|file:/x" })
	void fileOnAnotherHostStopsTheStart(String location, String host, String meant, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: %s
				""".formatted(location), "application.yml] - 2:",
				"'%s' refers to a file on the host '%s', but the gateway reads only its own files".formatted(location,
						host),
				"Did you mean '%s'?".formatted(meant));
	}

	@Test
	void rootIdThatTheModuleDoesNotContainIsLogged(CapturedOutput output) throws IOException {
		String selects = SmallFilters.HEADERS_ONLY.replace("(memory (export \"memory\") 1)",
				"(memory (export \"memory\") 1) (data (i32.const 0) \"plugin_root_id known\")");
		String yaml = """
				gateway.wasm.plugins:
				  wrong: { url: '%1$s', root-id: unknown-id }
				  right: { url: '%1$s', root-id: known }
				  none: { url: '%1$s' }
				  ignored: { url: '%2$s', root-id: unknown-id }
				""".formatted(SmallFilters.file(selects), SmallFilters.file(SmallFilters.HEADERS_ONLY));
		application(yaml).run().close();
		assertThat(output).containsOnlyOnce("reads the root id")
			.contains("Wasm plugin 'wrong': The module reads the root id, but does not contain 'unknown-id'. If it"
					+ " selects its filter by the root id, requests may pass without it.");
	}

	@Test
	void limitOutOfRangeStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  limits:
				    callback-timeout: 1ms
				""", "Property: gateway.wasm.plugins.hello.limits.callback-timeout", "Value: \"1ms\"",
				"application.yml] - 4:23", "A callback timeout must be at least 10 ms", "the default is 2s");
	}

	@Test
	void sharedLimitOutOfRangeStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  shared-queues:
				    max-size: 0MB
				""", "Property: gateway.wasm.shared-queues.max-size", "Value: \"0MB\"", "application.yml] - 3:15",
				"The size must be greater than 0", "such as '1MB'");
	}

	@ParameterizedTest
	@CsvSource({ "configuration-location, file:/none.json, 3:27", "verification-key, file:/none.pem, 3:21" })
	void missingFileOfAnotherPropertyNamesThatProperty(String property, String location, String line,
			CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: %s
				  %s: %s
				""".formatted(property.startsWith("v") ? "oci://localhost:1/a:1" : "classpath:filters/hello_world.wasm",
				property, location), "Property: gateway.wasm.plugins.hello." + property, "Location: " + location,
				"application.yml] - " + line, "'%s' does not exist".formatted(location));
	}

	@Test
	void anotherDigestNamesTheProperty(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  sha256: "%s"
				""".formatted("0".repeat(64)), "Property: gateway.wasm.plugins.hello.sha256", "application.yml] - 3:11",
				"The SHA-256 digest of the module is");
	}

	@Test
	void missingConfigurationOfARouteNamesTheArgument(CapturedOutput output) {
		fails(output, ownConfiguration("x").replace("configuration: x", "configuration-location: classpath:none"),
				"args.configuration-location", "application.yml] - 10:", "'classpath:none' does not exist");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"- { name: Wasm, args: hello } | The arguments are a single value, but each needs a name | Write them as 'args: { plugin: hello }'",
			"- { name: Wasm, args: [ hello ] } | The arguments are written as a list | Write 'args: { plugin: name-of-the-plugin }'",
			"Wasm: hello | The filters are written as a map, but must be a list | such as '- Wasm=name-of-the-plugin'",
			"- { name: Wasm, args: 'https://user:secret@host/f.wasm' } | The arguments are a single value | 'args: { plugin: https://******@host/f.wasm }', or the filter as '- Wasm=https://******@host/f.wasm'",
			"- Wasm: 'https://user:secret@host/f.wasm' | The name of a filter is written as a property | Write the filter as '- Wasm=https://******@host/f.wasm'",
			"- Wasm: { plugin: hello } | The name of a filter is written as a property | Write the filter as '- Wasm=hello'" })
	void filterInAnotherForm(String filter, String reason, String remedy, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - id: one
				    uri: http://localhost:9
				    predicates: [ "Path=/**" ]
				    filters:
				      %s
				""".formatted(filter), "application.yml] - 7:", reason, remedy);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"upstreams: { a: { uri: 'http://a', aliases: x }, b: { uri: 'http://b', aliases: x } } | 'x' is an alias of the upstream 'b', but also the name or an alias of another upstream",
			"redis: { a: { uri: 'redis://a', aliases: b }, b: { uri: 'redis://b' } } | 'b' is the name of the Redis server 'b', but also the name or an alias of another Redis server",
			"registries: { a: { host: a, ssl-bundle: none } } | No SSL bundle with that name is declared",
			"allowed-call-targets: 'http://a/' | 'http://a/' is not a host and a port, so it would allow no call",
			"allowed-call-targets: a | 'a' is not a host and a port" })
	void entryThatWouldHaveNoEffect(String property, String reason, CapturedOutput output) {
		fails(output, "gateway.wasm:\n  " + property, "application.yml] - 2:", reason);
	}

	@Test
	void invalidEntryOfAListIsNamedWithItsLine(CapturedOutput output) {
		fails(output, """
				gateway.wasm.allowed-call-targets:
				  - a:1
				  - b
				""", "Value: \"b\"", "application.yml] - 3:");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "upstreams: { auth: { uri: 'http://a', aliases: auth } }",
					"upstreams: { auth: { uri: 'http://a', aliases: 'x, x' } }",
					"redis: { cache: { uri: 'redis://a', aliases: cache } }",
					"redis: { cache: { uri: 'redis://a', aliases: 'x, x' } }",
					"registries: { a: { host: a, ssl-bundle: ' ' } }" })
	void harmlessEntryIsAccepted(String property) throws IOException {
		new SmallApplication(this.directory, "gateway.wasm:\n  " + property).run().close();
	}

	@ParameterizedTest
	@CsvSource({ "gateway.wasm.fetch.max-module-size, 1GB", "gateway.wasm.redis.a.max-reply-size, 1GB" })
	void sizeThatIsTooLargeNamesALimitThatDoesNotIncludeIt(String property, String size, CapturedOutput output) {
		fails(output, "gateway.wasm.redis.a.uri: redis://a\n%s: %s".formatted(property, size), "application.yml] - 2:",
				"The size must be less than 1GB");
	}

	@Test
	void unknownPluginOnARouteWithAResponseCacheIsNamed(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  allow-response-cache: true
				spring.cloud.gateway.server.webflux:
				  filter.local-response-cache.enabled: true
				  routes:
				    - id: one
				      uri: http://localhost:9
				      predicates: [ "Path=/**" ]
				      filters: [ LocalResponseCache, Wasm=helo ]
				""", "Plugin: helo", "No plugin with that name is declared", "Did you mean 'hello'?");
	}

	@Test
	void passwordWithoutUserStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.registries.team:
				  host: registry.example.com
				  password: hunter2
				""", "Property: gateway.wasm.registries.team.password", "Value: \"******\"", "application.yml] - 3:13",
				"Set 'username' as well");
		assertThat(output).doesNotContain("hunter2");
	}

	@Test
	void upstreamWithPathStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.upstreams.auth:
				  uri: http://auth:8080/check
				""", "Property: gateway.wasm.upstreams.auth.uri", "Value: \"http://auth:8080/check\"",
				"application.yml] - 2:8", "Use http://host:port");
	}

	@Test
	void passwordInUpstreamIsNotShown(CapturedOutput output) {
		fails(output, """
				gateway.wasm.upstreams.auth:
				  uri: http://user:hunter2@auth:8080/check
				""", "Value: \"http://******@auth:8080/check\"");
		assertThat(output).doesNotContain("hunter2");
	}

	@Test
	void pathAtWhichNoPluginRunsStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  before-routing-handlers: [ /api/** ]
				""", "Property: gateway.wasm.before-routing-handlers",
				"The list 'gateway.wasm.before-routing' is empty, so no plugin runs at these paths",
				"List plugins in 'gateway.wasm.before-routing'");
	}

	@Test
	void invalidPathPatternStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  before-routing: [ hello ]
				  before-routing-handlers: [ api ]
				  plugins.hello.url: classpath:filters/hello_world.wasm
				""", "Property: gateway.wasm.before-routing-handlers", "A pattern of paths begins with a slash",
				"Use patterns such as '/api/**'");
	}

	@Test
	void undeclaredGlobalFilterStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  global-filters: [ helo ]
				  plugins.hello.url: classpath:filters/hello_world.wasm
				""", "Property: gateway.wasm.global-filters", "Value: \"helo\"", "application.yml] - 2:21",
				"No plugin with that name is declared", "or use one of [hello]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "'hello,' | An entry of the list is empty | Remove it.",
					"Wasm=hello | No plugin with that name is declared | Write 'hello' without 'Wasm='.",
					"Wasm=helo | No plugin with that name is declared | Did you mean 'hello'?" })
	void listOfPluginsWithAnInvalidEntryStopsTheStart(String list, String reason, String remedy,
			CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  global-filters: %s
				  plugins.hello.url: classpath:filters/hello_world.wasm
				""".formatted(list), "application.yml] - 2:", reason, remedy);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://au th:8081", "http://auth :8081" })
	void upstreamWithASpaceStopsTheStart(String uri, CapturedOutput output) {
		fails(output, "gateway.wasm.upstreams.auth.uri: " + uri, "application.yml] - 1:",
				"The URI of an upstream consists of scheme, host and optional port");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Wasm:hello", "Wasm hello", "wasm-hello", "Wasm(hello)" })
	void nameOfThePluginInTheNameOfTheFilterStopsTheStart(String filter, CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: one
				    uri: http://localhost:9
				    predicates: [ "Path=/**" ]
				    filters: [ "%s" ]
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				""".formatted(filter), "application.yml] - 5:", "Filter '%s' does not exist".formatted(filter),
				"Did you mean 'Wasm'? Write it as in 'Wasm=name-of-the-plugin'.");
	}

	@Test
	void rejectedConfigurationOfAVariableNamesTheVariable(CapturedOutput output) {
		new SmallApplication(this.directory, """
				gateway.wasm.plugins.api-key:
				  url: classpath:filters/api_key.wasm
				  configuration: 8f3a-demo-key alice
				""", Map.of("GATEWAY_WASM_PLUGINS_APIKEY_CONFIGURATION", "broken")).fails(output,
				"application.yml] - 2:",
				"Configured at: System Environment Property" + " \"GATEWAY_WASM_PLUGINS_APIKEY_CONFIGURATION\"",
				"proxy_on_configure returned false");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', ignoreLeadingAndTrailingWhitespace = false, value = {
			"gateway.wasm.enabled: true|found duplicate key gateway.wasm.enabled|Merge the two blocks under one key.",
			"\ta: b|(TAB)|Indent the line with spaces.",
			" gateway.wasm.metrics.encoded-tags: true|mapping values are not allowed here|Compare the indentation" })
	void fileThatIsNotYamlStopsTheStart(String line, String reason, String remedy, CapturedOutput output) {
		fails(output, "gateway.wasm.enabled: true\n" + line, "Line: 2, column", "Reason:", reason, remedy);
	}

	@ParameterizedTest
	@ValueSource(strings = { "password: my: secret", "password: *secret", "password: \"secret", "password: %secret" })
	void valuesOfAFileThatIsNotYamlAreNotShown(String line, CapturedOutput output) {
		fails(output, "gateway.wasm.enabled: true\n" + line + "\n", "Line: ", "Reason:");
		assertThat(output).doesNotContain("secret");
	}

	@Test
	void missingModuleStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hallo_world.wasm
				""", "Plugin: hello", "Location: classpath:filters/hallo_world.wasm", "does not exist",
				"application.yml] - 2:8", "Did you mean 'classpath:filters/hello_world.wasm'?", "Check the spelling");
	}

	@ParameterizedTest
	@CsvSource({ "filters/hello_world.wasm, classpath:filters/hello_world.wasm",
			"/opt/hello.wasm, file:/opt/hello.wasm", "ghcr.io/acme/hello:v1, oci://ghcr.io/acme/hello:v1",
			"docker://ghcr.io/acme/hello:v1, oci://ghcr.io/acme/hello:v1" })
	void locationWithoutASchemeStopsTheStart(String location, String meant, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: %s
				""".formatted(location), "Plugin: hello", "'" + location + "' is not a valid location",
				"application.yml] - 2:8", "Did you mean '" + meant + "'?");
	}

	@Test
	void nameOfAPluginWithADotStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins:
				  my.plugin:
				    url: classpath:filters/hello_world.wasm
				""", "Property: gateway.wasm.plugins.my.plugin.url", "application.yml] - 3:10",
				"The property is unknown, because 'my.plugin' contains a dot", "Rename it to 'my-plugin'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "upstreams.my.name.uri", "redis.my.name.uri", "registries.my.name.host",
			"shared-data.vm-ids.my.name.store", "plugins.my.name.limits.memory" })
	void nameWithADotStopsTheStart(String property, CapturedOutput output) {
		fails(output, "gateway.wasm." + property + ": x\n", "Property: gateway.wasm." + property,
				"application.yml] - 1:", "The property is unknown, because 'my.name' contains a dot",
				"Rename it to 'my-name'.");
	}

	@Test
	void memoryWithoutAUnitStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  limits.memory: 16
				""", "Property: gateway.wasm.plugins.hello.limits.memory", "Value: \"16\"", "application.yml] - 3:18",
				"A VM needs at least 65536 bytes", "such as '16MB'. A number without a unit is in bytes.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "wasm=hello | Filter 'wasm' does not exist",
			"{ name: WASM, args: { plugin: hello } } | Filter 'WASM' does not exist" })
	void nameOfTheFilterInAnotherCaseStopsTheStart(String filter, String reason, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - %s
				""".formatted(filter), "Route: bad", reason,
				"Did you mean 'Wasm'? Write it as in 'Wasm=name-of-the-plugin'.");
	}

	@Test
	void filterWrittenAsAMapStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - Wasm: hello
				""", "Property: spring.cloud.gateway.server.webflux.routes[0].filters[0].wasm", "Value: \"hello\"",
				"application.yml] - 7:", "The name of a filter is written as a property",
				"Write the filter as '- Wasm=hello'.");
	}

	@Test
	void missingModuleOfARouteStopsTheStart(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters: [ Wasm=classpath:filters/helo.wasm ]
				""", "Route: bad", "Location: classpath:filters/helo.wasm", "application.yml] - 5:",
				"'classpath:filters/helo.wasm' does not exist");
	}

	@Test
	void moduleThatIsADirectoryStopsTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: file:%s
				""".formatted(this.directory), "Plugin: hello", "Reason: 'file:" + this.directory + "' is a directory",
				"application.yml] - 2:8", "Add the name of the file to the location.");
	}

	@ParameterizedTest
	@CsvSource({ "plugins.hello.sha265, sha256", "plugins.hello.verification-kye, verification-key",
			"plugins.hello.allowedCapabilites, allowed-capabilities", "plugins.hello.unimplementd, unimplemented",
			"plugins.hello.limits.memry, memory", "fetch.retires, retries", "global-filter, global-filters",
			"plugin.hello, plugins", "registries.team.insecre, insecure", "upstreams.auth.url, uri" })
	void mistypedPropertyStopsTheStart(String property, String meant, CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  %s: s3cr3t
				  plugins.hello.url: classpath:filters/hello_world.wasm
				""".formatted(property), "Property: gateway.wasm." + property.substring(0, 6), "application.yml] - 2:",
				"The property is unknown", "Did you mean '%s'?".formatted(meant), "Valid names are [");
		assertThat(output).doesNotContain("s3cr3t");
	}

	@Test
	void knownPropertiesAreAcceptedInAnySpelling() throws IOException {
		try (ConfigurableApplicationContext context = application("""
				gateway.wasm:
				  metrics.tags.model: (\\.model\\.([a-z]+))
				  plugins.hello:
				    url: classpath:filters/hello_world.wasm
				    failStrategy: open
				    root_id: hello_world
				    environment: { ANY: thing }
				    unimplemented: REFUSE
				    allowed-capabilities: [ proxy_log, proxy_get_header_map_pairs, " fd_write " ]
				""").run()) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "proxy_on_request_header, proxy_on_request_headers", "PROXY_LOG, proxy_log",
			"proxy_set_headers_map_pairs, proxy_set_header_map_pairs", "on_request_headers, proxy_on_request_headers",
			"wasi_fd_write, fd_write" })
	void mistypedCapabilityStopsTheStart(String name, String meant, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  allowed-capabilities: [ proxy_on_vm_start, %s ]
				""".formatted(name), "Property: gateway.wasm.plugins.hello.allowed-capabilities",
				"application.yml] - 3:", "'%s' is not the name of a host function or callback".formatted(name));
		assertThat(output.toString().contains("Did you mean '%s'?".formatted(meant)))
			.isEqualTo(!name.equals("wasi_fd_write"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "", "''", "','", "'*'", "'all'", "'proxy_*'", "[ ~ ]", "[ '' ]", "[ proxy_log, '' ]",
			"{ proxy_log: true }", "[ [ proxy_log ] ]", "true", "none", "proxy_log;proxy_done", "proxy_log proxy_done",
			"[ 'proxy_log,proxy_done' ]", "!!str []" })
	void capabilitiesWithoutNamesStopTheStart(String value, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  allowed-capabilities: %s
				""".formatted(value), "Property: gateway.wasm.plugins.hello.allowed-capabilities",
				"application.yml] - 3:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sha256: ''", "fail-strategy: opne", "isolation: streams", "unimplemented: refused",
			"verification-key: ''", "verification-key: [ a, b ]", "execution: workers", "limits.memory: -1MB",
			"unimplemented: { refuse: true }", "websocket: [ refuse ]", "fail-strategy: { closed: true }",
			"limits.memory: { max: 1MB }", "isolation: [ stream ]", "allowed-capabilities: { 'proxy_log': }" })
	void invalidValueStopsTheStart(String property, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello:
				  url: oci://localhost:1/hello:v1
				  %s
				""".formatted(property),
				"Property: gateway.wasm.plugins.hello." + property.substring(0, property.indexOf(':')),
				"application.yml] - ");
	}

	@Test
	void mistakeOnARouteWithoutAnIdNamesItsPosition(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - uri: https://example.org
				    predicates: [ Path=/a ]
				  - uri: https://example.org
				    predicates: [ Path=/b ]
				    filters: [ Wasm=helo ]
				""", "routes[1]", "helo", "application.yml] - 7:");
	}

	@Test
	void importThatDoesNothingIsRefusedWithThePlugin(CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.limiter:
				  url: %s
				  unimplemented: refuse
				""".formatted(SmallFilters.file(STUB)), "Plugin: limiter",
				"imports functions that this gateway does not implement: env.envoy_resolve_dns",
				"application.yml] - 2:");
	}

	@Test
	void importThatDoesNothingIsLoggedOnce(CapturedOutput output) throws IOException {
		try (ConfigurableApplicationContext context = application("""
				gateway.wasm.plugins.limiter:
				  url: %s
				  vms: 2
				""".formatted(SmallFilters.file(STUB))).run()) {
			assertThat(context.getBean(PluginRegistry.class).plugin("limiter").plugin().status().warnings()).hasSize(1);
		}
		assertThat(output).containsOnlyOnce("env.envoy_resolve_dns").containsPattern("WARN.*Wasm plugin 'limiter'");
	}

	static Stream<Arguments> filters() {
		return Stream.of(Arguments.of("Wasm=Hello", "No plugin with that name is declared"),
				Arguments.of("Wasm=hello, hello", "The short form takes one plugin"),
				Arguments.of("{name: Wasm, args: {plugin: hello, sha265: 40c2}}", "has no argument 'sha265'"),
				Arguments.of("{name: Wasm, args: {plugin: hello, configuration: {a: b}}}",
						"'configuration' is a map or a list, but must be text"),
				Arguments.of("{name: Wasm, args: {url: 'classpath:filters/hello_world.wasm', fail-strategy: opn}}",
						"'opn' is not a valid 'fail-strategy'"));
	}

	@ParameterizedTest
	@MethodSource("filters")
	void mistakeInAFilterOfARouteStopsTheStart(String filter, String reason, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - %s
				""".formatted(filter), "Route: bad", reason);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "Wasm=helo | Did you mean 'hello'?",
			"{name: Wasm, args: {plugin: hello, confguration: a}} | Did you mean 'configuration'?" })
	void mistypedNameInARouteIsGuessedAndItsLineShown(String filter, String hint, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - AddRequestHeader=a, b
				      - %s
				""".formatted(filter), "Route: bad", "Declared at: ", "application.yml] - 8:", hint);
	}

	@Test
	void filterWithoutAPluginStopsTheStart(CapturedOutput output) {
		fails(output, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: bad
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters: [ { name: Wasm, args: { root-id: a } } ]
				""", "Route: bad", "application.yml] - 5:", "Either 'plugin' or 'url' must be given");
		assertThat(output.toString().substring(output.toString().indexOf("APPLICATION FAILED")))
			.doesNotContain("Plugin:")
			.doesNotContain("null")
			.doesNotContain("..");
	}

	@ParameterizedTest
	@ValueSource(strings = { "routes: [ { id: old, uri: 'http://localhost:1', filters: [ 'Wasm=hello' ] } ]",
			"routes: [ { uri: 'http://localhost:1', filters: [ { name: Wasm, args: { plugin: hello } } ] } ]",
			"default-filters: [ 'Wasm=hello' ]" })
	void filterBelowThePrefixOfOlderGatewaysStopsTheStart(String property, CapturedOutput output) {
		fails(output, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				spring.cloud.gateway:
				  %s
				""".formatted(property), "Property: spring.cloud.gateway.", "application.yml] - 3:",
				"does not look for filters under 'spring.cloud.gateway.", "to 'spring.cloud.gateway.server.webflux.");
	}

	@Test
	void pluginsWrittenAsListStopTheStart(CapturedOutput output) {
		fails(output, """
				gateway.wasm:
				  plugins:
				    - name: hello
				      url: classpath:filters/hello_world.wasm
				""", "application.yml] - 3:", "'plugins' is written as a list",
				"'gateway.wasm.plugins.<name>: ...', without '- ' in front of it");
	}

	@Test
	void configurationThatRoutesShowIsLogged(CapturedOutput output) throws IOException {
		try (ConfigurableApplicationContext context = application("""
				spring.cloud.gateway.server.webflux.routes:
				  - id: shown
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters:
				      - name: Wasm
				        args:
				          url: classpath:filters/probe_rust.wasm
				          configuration: probe=add:x-token=s3cr3t
				""").run()) {
			context.publishEvent(new RefreshRoutesEvent(this));
		}
		assertThat(output).containsOnlyOnce("Route 'shown' gives its Wasm filter a configuration as an argument")
			.contains("'configuration-location'")
			.doesNotContain("s3cr3t");
	}

	@Test
	void variableOfPluginWithDashMakesNoSecondPlugin(CapturedOutput output) throws IOException {
		SpringApplication application = application("""
				gateway.wasm.plugins.hello-world.url: classpath:filters/hello_world.wasm
				""");
		application.setEnvironment(environment(
				Map.of("GATEWAY_WASM_PLUGINS_HELLOWORLD_ROOTID", "hello_world", "GATEWAY_WASM_PLUGINS_OWN_URL",
						"classpath:filters/hello_world.wasm", "GATEWAY_WASM_PLUGINS_OWN_ROOTID", "hello_world")));
		try (ConfigurableApplicationContext context = application.run()) {
			PluginRegistry registry = context.getBean(PluginRegistry.class);
			assertThat(registry.plugins()).extracting(PluginHandle::id).containsExactly("hello-world", "own");
			assertThat(registry.plugin("hello-world").definition().rootId()).isEqualTo("hello_world");
		}
		assertThat(output).contains("set properties of the plugin 'hello-world' also look like a plugin 'helloworld'");
	}

	@Test
	void variableThatIsWrongIsNamed(CapturedOutput output) throws IOException {
		SpringApplication application = application("");
		application.setEnvironment(environment(Map.of("GATEWAY_WASM_PLUGINS_HELLO_ROOTID", "hello_world")));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application.run().close());
		assertThat(output).contains("Property: gateway.wasm.plugins.hello.url")
			.contains("Missing at: System Environment Property \"GATEWAY_WASM_PLUGINS_HELLO_ROOTID\"");
	}

	@Test
	void variableWithAnUnderscoreInTheNameOfAPluginIsRefused(CapturedOutput output) throws IOException {
		SpringApplication application = application("");
		application.setEnvironment(
				environment(Map.of("GATEWAY_WASM_PLUGINS_HELLO_WORLD_URL", "classpath:filters/hello_world.wasm")));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application.run().close());
		assertThat(output)
			.contains("The environment variable 'GATEWAY_WASM_PLUGINS_HELLO_WORLD_URL' has no effect: an underscore")
			.contains("Rename it to 'GATEWAY_WASM_PLUGINS_HELLOWORLD_URL' for a plugin named 'helloworld'");
	}

	@ParameterizedTest
	@CsvSource({ "UPSTREAMS_MY_AUTH_URI, UPSTREAMS_MYAUTH_URI, an upstream named 'myauth'",
			"UPSTREAMS_MY_AUTH_MAX_RESPONSE_SIZE, UPSTREAMS_MYAUTH_MAXRESPONSESIZE, an upstream named 'myauth'",
			"UPSTREAMS_MY_AUTH_ALIASES_0, UPSTREAMS_MYAUTH_ALIASES_0, an upstream named 'myauth'",
			"REDIS_MY_AUTH_URI, REDIS_MYAUTH_URI, a Redis server named 'myauth'",
			"REDIS_MY_AUTH_CONNECT_TIMEOUT, REDIS_MYAUTH_CONNECTTIMEOUT, a Redis server named 'myauth'",
			"SHAREDDATA_VMIDS_RATE_LIMIT_STORE, SHAREDDATA_VMIDS_RATELIMIT_STORE, a VM id named 'ratelimit'" })
	void variableWithAnUnderscoreInTheNameOfAnEntryIsRefused(String variable, String remedy, String entry,
			CapturedOutput output) throws IOException {
		SpringApplication application = application("");
		application.setEnvironment(environment(Map.of("GATEWAY_WASM_" + variable, "1")));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application.run().close());
		assertThat(output).contains("The environment variable 'GATEWAY_WASM_" + variable + "' has no effect")
			.contains("Rename it to 'GATEWAY_WASM_" + remedy + "' for " + entry);
	}

	@ParameterizedTest
	@CsvSource({ "UPSTREAMS_AUTH_URI, http://127.0.0.1:9", "UPSTREAMS_AUTH_MAX_RESPONSE_SIZE, 2MB",
			"UPSTREAMS_MY_AUTH_URI, http://127.0.0.1:9", "UPSTREAMS_MYAUTH_URI, http://127.0.0.1:9",
			"UPSTREAMSX_MY_AUTH_URI, 1" })
	void variableOfADeclaredEntryIsAccepted(String variable, String value) throws IOException {
		SpringApplication application = application("""
				gateway.wasm.upstreams:
				  auth.uri: http://127.0.0.1:8
				  my-auth.uri: http://127.0.0.1:8
				""");
		application.setEnvironment(environment(Map.of("GATEWAY_WASM_" + variable, value)));
		application.run().close();
	}

	@ParameterizedTest
	@CsvSource({ "HELLO_ENVIRONMENT_URL, hello, url", "HELLO_ENVIRONMENT_AUTH_LIMITS_MEMORY, hello, auth.limits.memory",
			"HELLOWORLD_ENVIRONMENT_ROOT_ID, hello-world, root.id" })
	void variableOfAPluginsEnvironmentMayEndLikeAProperty(String variable, String plugin, String key)
			throws IOException {
		SpringApplication application = application("""
				gateway.wasm.plugins:
				  hello.url: classpath:filters/hello_world.wasm
				  hello-world.url: classpath:filters/hello_world.wasm
				""");
		application.setEnvironment(environment(Map.of("GATEWAY_WASM_PLUGINS_" + variable, "thing")));
		try (ConfigurableApplicationContext context = application.run()) {
			PluginRegistry registry = context.getBean(PluginRegistry.class);
			assertThat(registry.plugin(plugin).definition().vm().environment())
				.containsExactly(Map.entry(key, "thing"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "URL", "TOKEN", "LIMITS_MEMORY", "ROOT_ID", "ENVIRONMENT_URL", "A" })
	void variableOfAPluginsEnvironmentThatSetsNothingIsRefused(String key, CapturedOutput output) throws IOException {
		SpringApplication application = application("""
				gateway.wasm.plugins:
				  hello-world.url: classpath:filters/hello_world.wasm
				""");
		application.setEnvironment(
				environment(Map.of("GATEWAY_WASM_PLUGINS_HELLO_WORLD_ENVIRONMENT_" + key, "https://example.org")));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application.run().close());
		assertThat(output).contains("so 'HELLO_WORLD' is not the name of a plugin")
			.contains("Rename it to 'GATEWAY_WASM_PLUGINS_HELLOWORLD_ENVIRONMENT_" + key + "'.");
	}

	@Test
	void variableSetsAPropertyOfAPluginWhoseNameEndsWithEnvironment() throws IOException {
		SpringApplication application = application("""
				gateway.wasm.plugins:
				  hello-world.url: classpath:filters/hello_world.wasm
				  hello-world-environment:
				    url: classpath:filters/hello_world.wasm
				""");
		application
			.setEnvironment(environment(Map.of("GATEWAY_WASM_PLUGINS_HELLO_WORLD_ENVIRONMENT_ROOT_ID", "other")));
		try (ConfigurableApplicationContext context = application.run()) {
			PluginRegistry registry = context.getBean(PluginRegistry.class);
			assertThat(registry.plugin("hello-world-environment").definition().rootId()).isEqualTo("other");
			assertThat(registry.plugin("hello-world").definition().vm().environment()).isEmpty();
		}
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		return environment;
	}

	private void fails(CapturedOutput output, String yaml, String... said) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application(yaml).run().close());
		assertThat(output.toString()).contains("APPLICATION FAILED TO START").contains(List.of(said));
		assertThat(output.toString()).as("an explanation before the port opens, and no stack trace")
			.doesNotContain("\tat ", "started on port");
	}

	private SpringApplication application(String yaml) throws IOException {
		Path file = Files.writeString(this.directory.resolve("application.yml"), yaml);
		return new SpringApplicationBuilder(GatewayFixture.Application.class).web(WebApplicationType.REACTIVE)
			.properties(Map.of("server.port", "0", "spring.main.banner-mode", "off", "spring.config.location",
					file.toUri().toString()))
			.build();
	}

}
