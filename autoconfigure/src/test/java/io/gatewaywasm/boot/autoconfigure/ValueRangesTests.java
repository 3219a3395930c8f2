package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the range of every number, duration and size in the configuration metadata,
 * and in the groups that it has as the values of maps.
 */
class ValueRangesTests {

	private static final Set<Class<?>> NUMBERS = Set.of(Integer.class, Long.class);

	@ParameterizedTest
	@MethodSource("properties")
	void negativeValueIsRejected(Ranged property) {
		rejects(property, property.value("-1"));
	}

	@ParameterizedTest
	@MethodSource("properties")
	void zeroIsRejectedUnlessTheDescriptionSaysWhatItDoes(Ranged property) {
		if (property.description().matches("(?is).*\\b(zero|0)\\b.*")) {
			bind(property, property.value("0"));
		}
		else {
			rejects(property, property.value("0"));
		}
	}

	@ParameterizedTest
	@MethodSource("properties")
	void endlessDurationIsRejected(Ranged property) {
		if (property.type() == Duration.class) {
			rejects(property, "PT2562047788015215H");
			bind(property, "365d");
		}
	}

	@Test
	void propertiesOfMapsAreThere() throws IOException {
		assertThat(properties()).extracting(Ranged::name)
			.hasSizeGreaterThan(45)
			.contains("gateway.wasm.reload.interval", "gateway.wasm.fetch.retries",
					"gateway.wasm.plugins.any.limits.vm-wait", "gateway.wasm.redis.any.database");
	}

	private static void rejects(Ranged property, String value) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(property, value))
			.havingCause()
			.isInstanceOfSatisfying(InvalidWasmPropertyException.class, (invalid) -> {
				assertThat(invalid.getName()).isEqualTo(property.name());
				assertThat(invalid.getReason()).matches("The (number|duration|size) must .*");
				assertThat(invalid.getRemedy()).startsWith("Use a ");
			});
	}

	private static void bind(Ranged property, String value) {
		Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(property.name(), value)));
		List.of(WasmGatewayProperties.class, WasmFetchProperties.class)
			.forEach((type) -> binder.bindOrCreate("gateway.wasm", Bindable.of(type),
					new ValueRanges(BindHandler.DEFAULT)));
	}

	@SuppressWarnings("unchecked")
	static List<Ranged> properties() throws IOException {
		Map<String, Object> metadata = JsonParserFactory.getJsonParser()
			.parseMap(new ClassPathResource("META-INF/spring-configuration-metadata.json",
					WasmGatewayProperties.class.getClassLoader())
				.getContentAsString(StandardCharsets.UTF_8));
		return ((List<Map<String, Object>>) metadata.get("properties")).stream()
			.filter((entry) -> entry.get("name").toString().startsWith("gateway.wasm."))
			.flatMap((entry) -> ranged(entry.get("name").toString(), entry.get("type").toString(),
					String.valueOf(entry.get("description"))))
			.toList();
	}

	private static Stream<Ranged> ranged(String name, String type, String description) {
		int value = type.lastIndexOf(',') + 1;
		if (type.startsWith("java.util.Map<")) {
			Class<?> entry = ClassUtils.resolveClassName(type.substring(value, type.length() - 1).strip(), null);
			return entry.isRecord()
					? Stream.of(entry.getRecordComponents()).flatMap((component) -> ranged(name + ".any", component))
					: Stream.empty();
		}
		return type.contains("<") ? Stream.empty() : ranged(name, ClassUtils.resolveClassName(type, null), description);
	}

	private static Stream<Ranged> ranged(String prefix, RecordComponent component) {
		String name = prefix + "."
				+ component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
		if (component.getType().isRecord()) {
			return Stream.of(component.getType().getRecordComponents()).flatMap((nested) -> ranged(name, nested));
		}
		return ranged(name, ClassUtils.resolvePrimitiveIfNecessary(component.getType()), description(name));
	}

	/** Returns the description in the reference of the properties. */
	private static String description(String name) {
		String row = "| `" + name.replace(".any.", ".<name>.") + "` |";
		try (Stream<String> lines = Files.lines(Path.of("../docs/configuration.md"))) {
			return lines.filter((line) -> line.startsWith(row)).findFirst().orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<Ranged> ranged(String name, Class<?> type, String description) {
		return (NUMBERS.contains(type) || type == Duration.class || type == DataSize.class)
				? Stream.of(new Ranged(name, type, description)) : Stream.empty();
	}

	record Ranged(String name, Class<?> type, String description) {

		String value(String number) {
			return number + ((this.type == Duration.class) ? "s" : (this.type == DataSize.class) ? "B" : "");
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
