package io.gatewaywasm.boot.autoconfigure;

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

/**
 * Tests for lists in the place of maps, whose entries would be named by their positions.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class WrittenAsListTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "[ 'TOKEN=s3cr3t' ]", "[ { name: TOKEN, value: s3cr3t } ]", "{ 0: s3cr3t }" })
	void environmentOfAPlugin(String value, CapturedOutput output) {
		new SmallApplication(this.directory, """
				gateway.wasm.plugins.hello:
				  url: classpath:filters/hello_world.wasm
				  environment: %s
				""".formatted(value)).fails(output, "Property: gateway.wasm.plugins.hello.environment[0]",
				"Value: \"******\"", "application.yml] - 3:",
				"'environment' is written as a list, but each entry needs a name",
				"as the key: 'gateway.wasm.plugins.hello.environment.<name>: ...', without '- ' in front of it");
		assertThat(output).doesNotContain("s3cr3t");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "plugins | [ { name: hello, url: 'classpath:filters/hello_world.wasm' } ]", "plugins | [ hello ]",
					"upstreams | [ { uri: 'http://localhost:1' } ]",
					"upstreams | [ { name: auth, address: 'http://localhost:1' } ]",
					"upstreams | [ 'http://localhost:1' ]", "redis | [ { uri: 'redis://localhost:1' } ]",
					"redis | [ 'redis://localhost:1' ]", "redis | { '0': { uri: 'redis://localhost:1' } }",
					"registries | [ { host: registry.example.com } ]", "registries | [ { username: user } ]",
					"shared-data.vm-ids | [ { store: local } ]", "metrics.tags | [ '(a)(b)' ]" })
	void otherMapsWrittenAsListsStopTheStart(String map, String value, CapturedOutput output) {
		new SmallApplication(this.directory, """
				gateway.wasm:
				  allow-route-upstream: true
				  %s: %s
				""".formatted(map, value)).fails(output, "Property: gateway.wasm." + map, "application.yml] - 3:",
				"'%s' is written as a list, but each entry needs a name".formatted(map.replaceAll(".*\\.", "")),
				"as the key: 'gateway.wasm.%s.<name>: ...', without '- ' in front of it".formatted(map));
	}

	@ParameterizedTest
	@CsvSource({ "REDIS_0_URI, a Redis server", "PLUGINS_HELLO_ENVIRONMENT_0, an entry of 'environment'" })
	void numberInAnEnvironmentVariableStopsTheStart(String variable, String kind, CapturedOutput output) {
		new SmallApplication(this.directory, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				""", Map.of("GATEWAY_WASM_" + variable, "redis://localhost:1")).fails(
				output, "The environment variable 'GATEWAY_WASM_" + variable
						+ "' has a number in the place of the name of " + kind,
				"System Environment Property \"GATEWAY_WASM_" + variable);
	}

	@Test
	void listOfAListIsAccepted() throws Exception {
		new SmallApplication(this.directory, """
				gateway.wasm:
				  upstreams.auth: { uri: 'http://localhost:1', aliases: [ first, second ] }
				  plugins.hello: { url: 'classpath:filters/hello_world.wasm', environment: { A1: x } }
				""", Map.of("GATEWAY_WASM_UPSTREAMS_AUTH_ALIASES_0", "third")).run().close();
	}

}
