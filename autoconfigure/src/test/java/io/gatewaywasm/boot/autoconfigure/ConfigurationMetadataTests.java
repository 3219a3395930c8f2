package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an IDE knows of the properties.
 */
@SuppressWarnings("unchecked")
class ConfigurationMetadataTests {

	private final Map<String, Object> metadata;

	ConfigurationMetadataTests() throws IOException {
		this.metadata = JsonParserFactory.getJsonParser()
			.parseMap(new ClassPathResource("META-INF/spring-configuration-metadata.json",
					WasmGatewayProperties.class.getClassLoader())
				.getContentAsString(StandardCharsets.UTF_8));
	}

	@Test
	void everyPropertyHasTypeAndDescription() {
		assertThat(properties()).hasSizeGreaterThan(20);
		properties().forEach((name, property) -> {
			assertThat((String) property.get("type")).as("type of %s", name).isNotBlank();
			assertThat((String) property.get("description")).as("description of %s", name).isNotBlank().endsWith(".");
		});
	}

	@Test
	void propertiesAreThoseOfTheRecordsWithTheirDefaults() {
		Map<String, Object> expected = new TreeMap<>();
		collect("gateway.wasm", WasmGatewayProperties.class, expected);
		collect("gateway.wasm", WasmFetchProperties.class, expected);
		Map<String, Object> actual = new TreeMap<>();
		properties().forEach((name, property) -> {
			if (name.startsWith("gateway.wasm.")) {
				actual.put(name, text(property.get("defaultValue")));
			}
		});
		assertThat(actual).isEqualTo(expected);
	}

	@Test
	void switchesThatBelongToSpringAreThere() {
		assertThat(properties()).containsKeys("spring.cloud.gateway.server.webflux.filter.wasm.enabled",
				"management.endpoint.wasm.access", "management.health.wasm.enabled");
	}

	@Test
	void locationsAreCompletedAsResources() {
		Map<String, Map<String, Object>> hints = byName("hints");
		assertThat(hints.get("gateway.wasm.plugins.values.configuration-location").toString())
			.contains("org.springframework.core.io.Resource");
		assertThat(hints.get("gateway.wasm.plugins.values.url").toString()).contains("oci:", "classpath:");
		assertThat(hints.get("gateway.wasm.allowed-locations").toString()).contains("classpath:");
	}

	private static void collect(String prefix, Class<?> type, Map<String, Object> names) {
		RecordComponent[] components = type.getRecordComponents();
		for (int i = 0; i < components.length; i++) {
			String name = prefix + "."
					+ components[i].getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
			if (components[i].getType().isRecord()) {
				collect(name, components[i].getType(), names);
			}
			else {
				DefaultValue value = type.getDeclaredConstructors()[0].getParameters()[i]
					.getAnnotation(DefaultValue.class);
				names.put(name, (value != null && value.value().length > 0) ? String.join(",", value.value()) : "");
			}
		}
	}

	private static String text(Object value) {
		return (value == null) ? ""
				: (value instanceof List<?> list) ? String.join(",", (List<String>) list)
						: (value instanceof Object[] array)
								? String.join(",", Arrays.copyOf(array, array.length, String[].class))
								: value.toString();
	}

	private Map<String, Map<String, Object>> properties() {
		return byName("properties");
	}

	private Map<String, Map<String, Object>> byName(String section) {
		Map<String, Map<String, Object>> byName = new LinkedHashMap<>();
		((List<Map<String, Object>>) this.metadata.get(section))
			.forEach((entry) -> byName.put((String) entry.get("name"), entry));
		return byName;
	}

}
