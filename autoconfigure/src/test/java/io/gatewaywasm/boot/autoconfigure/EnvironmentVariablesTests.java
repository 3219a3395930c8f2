package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import io.gatewaywasm.registry.RegistrySettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for environment variables of entries with names that the user chose.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class EnvironmentVariablesTests {

	private static final String ENTRIES = """
			gateway.wasm:
			  plugins:
			    mask.url: classpath:filters/hello_world.wasm
			    hello-world.url: classpath:filters/hello_world.wasm
			  upstreams:
			    my-auth: { uri: 'http://localhost:1', aliases: [ auth ] }
			  redis:
			    my-cache: { uri: 'redis://localhost:1', aliases: [ cache ] }
			  registries:
			    my-team: { host: registry.example.com, username: user }
			  shared-data.vm-ids:
			    rate-limit: { store: local }
			""";

	@TempDir
	Path directory;

	@Test
	void variableSetsAPropertyOfARegistryWithADash(CapturedOutput output) throws IOException {
		try (ConfigurableApplicationContext context = start("REGISTRIES_MYTEAM_PASSWORD", "s3cr3t")) {
			assertThat(FetchDefinitions.of(context.getBean(WasmFetchProperties.class), context.getEnvironment())
				.registries()).extracting(RegistrySettings::password).containsExactly("s3cr3t");
		}
		assertThat(output).contains("set properties of the registry 'my-team' also look like a registry 'myteam'");
	}

	@Test
	void variableSetsAPropertyOfAnUpstreamWithADash(CapturedOutput output) throws IOException {
		try (ConfigurableApplicationContext context = start("UPSTREAMS_MYAUTH_MAXRESPONSESIZE", "2MB")) {
			assertThat(NamedEntries.upstreams(context.getBean(WasmGatewayProperties.class).upstreams())
				.declared(context.getEnvironment()))
				.hasEntrySatisfying("my-auth",
						(upstream) -> assertThat(upstream.maxResponseSize().toMegabytes()).isEqualTo(2))
				.hasSize(1);
		}
		assertThat(output).contains("set properties of the upstream 'my-auth' also look like an upstream 'myauth'");
	}

	@ParameterizedTest
	@CsvSource({ "REDIS_MYCACHE_PASSWORD, Redis server, my-cache",
			"SHAREDDATA_VMIDS_RATELIMIT_ONFAILURE, VM id, rate-limit",
			"PLUGINS_HELLOWORLD_ROOTID, plugin, hello-world" })
	void variableOfAnEntryWithADashMakesNoSecondEntry(String variable, String kind, String name, CapturedOutput output)
			throws IOException {
		start(variable, variable.endsWith("FAILURE") ? "local" : "hello_world").close();
		assertThat(output).containsOnlyOnce("set properties of the %s '%s' also look like a %s '%s', which is ignored"
			.formatted(kind, name, kind, name.replace("-", "")));
	}

	@ParameterizedTest
	@CsvSource({ "REGISTRIES_YOUR_TEAM_PASSWORD, REGISTRIES_YOURTEAM_PASSWORD, a registry named 'yourteam'",
			"REGISTRIES_YOUR_TEAM_TOKEN_HOSTS_0, REGISTRIES_YOURTEAM_TOKENHOSTS_0, a registry named 'yourteam'" })
	void variableWithAnUnderscoreInTheNameOfARegistryIsRefused(String variable, String remedy, String entry,
			CapturedOutput output) {
		new SmallApplication(this.directory, ENTRIES, Map.of("GATEWAY_WASM_" + variable, "1")).fails(output,
				"The environment variable 'GATEWAY_WASM_" + variable + "' has no effect",
				"Rename it to 'GATEWAY_WASM_" + remedy + "' for " + entry);
	}

	@ParameterizedTest
	@CsvSource({ "PLUGINS_MASK_FAILSTRATEGI, PLUGINS_MASK_FAILSTRATEGY, plugin 'mask'",
			"PLUGINS_MASK_SHA265, PLUGINS_MASK_SHA256, plugin 'mask'",
			"PLUGINS_MASK_LIMIT_MEMORY, PLUGINS_MASK_LIMITS_MEMORY, plugin 'mask'",
			"PLUGINS_MASK_ALLOWED_CAPABILITY_0, PLUGINS_MASK_ALLOWEDCAPABILITIES, plugin 'mask'",
			"PLUGINS_HELLOWORLD_ROOT_ID, PLUGINS_HELLOWORLD_ROOTID, plugin 'hello-world'",
			"PLUGINS_HELLO_WORLD_ROOTID, PLUGINS_HELLOWORLD_ROOTID, plugin 'hello-world'",
			"UPSTREAMS_MYAUTH_MAXRESPONSSIZE, UPSTREAMS_MYAUTH_MAXRESPONSESIZE, upstream 'my-auth'",
			"REDIS_MYCACHE_PASWORD, REDIS_MYCACHE_PASSWORD, Redis server 'my-cache'",
			"REGISTRIES_MYTEAM_PASSWRD, REGISTRIES_MYTEAM_PASSWORD, registry 'my-team'",
			"SHAREDDATA_VMIDS_RATELIMIT_ON_FAILURE, SHAREDDATA_VMIDS_RATELIMIT_ONFAILURE, VM id 'rate-limit'" })
	void mistypedVariableOfADeclaredEntryIsLogged(String variable, String meant, String entry, CapturedOutput output)
			throws IOException {
		start(variable, variable.endsWith("FAILURE") ? "local" : "s3cr3t").close();
		assertThat(output)
			.containsPattern(
					"WARN.*The environment variable 'GATEWAY_WASM_%s' has no effect: the %s has no such property"
						.formatted(variable, entry))
			.contains("Did you mean 'GATEWAY_WASM_%s'? Rename or remove the variable.".formatted(meant))
			.doesNotContain("s3cr3t");
	}

	@ParameterizedTest
	@CsvSource({ "PLUGINS_MASK_FAIL_STRATEGY, open", "PLUGINS_MASK_ALLOWEDCAPABILITIES_0, proxy_log",
			"PLUGINS_MASK_ENVIRONMENT_ANY_THING, x", "PLUGINS_HELLO_WORLD_LIMITS_BODY_BUFFER, 1MB",
			"UPSTREAMS_MY_AUTH_ALIASES_0_, other", "REDIS_PORT_6379_TCP, tcp://localhost:1", "PLUGINX_MASK_SHA265, x",
			"SHAREDDATA_VMIDS_PLAIN_ON_FAILURE, local" })
	void otherVariablesAreNotLogged(String variable, String value, CapturedOutput output) throws IOException {
		start(variable, value).close();
		assertThat(output).doesNotContain("environment variable");
	}

	private ConfigurableApplicationContext start(String variable, String value) throws IOException {
		return new SmallApplication(this.directory, ENTRIES, Map.of("GATEWAY_WASM_" + variable, value)).run();
	}

}
