package io.gatewaywasm.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnresolvedPlaceholders}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnresolvedPlaceholdersTests {

	@Test
	void placeholderThatNothingReplacesIsLoggedWithoutTheValue(CapturedOutput output) throws Exception {
		warn("""
				gateway.wasm.plugins.auth:
				  url: classpath:auth.wasm
				  configuration: 'secret-text ${UNSET_TOKEN}'
				""");
		assertThat(output)
			.contains("Property 'gateway.wasm.plugins.auth.configuration'", "3:18",
					"contains the placeholder '${UNSET_TOKEN}'", "'${UNSET_TOKEN:value}'", "'\\${'")
			.doesNotContain("secret-text");
	}

	@Test
	void eachPlaceOfTheConfigurationIsChecked(CapturedOutput output) throws Exception {
		warn("""
				gateway.wasm:
				  upstreams.users.uri: http://${USERS_HOST}
				  plugins.auth.environment.TOKEN: ${UNSET_TOKEN}
				""");
		assertThat(output).contains("gateway.wasm.upstreams.users.uri", "${USERS_HOST}",
				"gateway.wasm.plugins.auth.environment", "${UNSET_TOKEN}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "${known}", "${UNSET:default}", "${UNSET:}", "'\\${TEXT}'", "$1 {x} #{y}", "12" })
	void valueWithoutSuchAPlaceholderLogsNothing(String value, CapturedOutput output) throws Exception {
		warn("known: 1\ngateway.wasm.plugins.auth.configuration: " + value + "\nother: ${UNSET}\n");
		assertThat(output.toString()).isEmpty();
	}

	@Test
	void propertyWithoutAValueIsLeftOut(CapturedOutput output) {
		StandardEnvironment environment = new StandardEnvironment();
		Map<String, Object> values = new HashMap<>();
		values.put("gateway.wasm.plugins.auth.version", null);
		values.put("gateway.wasm.plugins.auth.configuration", "${UNSET}");
		environment.getPropertySources().addFirst(new MapPropertySource("test", values));
		UnresolvedPlaceholders.warn(environment, KnownProperties.ROOT);
		assertThat(output).contains("plugins.auth.configuration");
	}

	@Test
	void partOfASecretIsNotLogged(CapturedOutput output) throws Exception {
		warn("gateway.wasm.plugins.auth.configuration: 'abc${zq\"x}ghi'\n");
		assertThat(output).contains("plugins.auth.configuration").doesNotContain("zq");
	}

	private static void warn(String yaml) throws Exception {
		StandardEnvironment environment = new StandardEnvironment();
		new YamlPropertySourceLoader().load("test", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
			.forEach(environment.getPropertySources()::addFirst);
		UnresolvedPlaceholders.warn(environment, KnownProperties.ROOT);
	}

}
