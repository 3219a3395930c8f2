package io.gatewaywasm.boot.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpServer;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of meters in {@code docs/observability.md} against the meters of a
 * gateway whose filters have done everything that is metered.
 */
@Timeout(180)
class MetersIntegrationTests {

	private static final Path DOCUMENT = Path.of("../docs/observability.md");

	private static final Pattern ROW = Pattern
		.compile("^\\| `(wasm\\.[a-z.]+)` \\| ([a-z ]+) \\| ([a-z ]*) \\| ([^|]*) \\|", Pattern.MULTILINE);

	private static final Pattern VALUES = Pattern
		.compile("^\\| (?:`(wasm\\.[a-z.]+)` )?\\| `([a-z]+)` \\| (`[^|]*) \\|$", Pattern.MULTILINE);

	private static final String GUESTS = "wasm.plugin.";

	@TempDir
	Path directory;

	@Test
	void tableIsWhatTheRegistryHas() throws IOException {
		byte[] module = new ClassPathResource("filters/probe_rust.wasm").getContentAsByteArray();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/probe.wasm", (exchange) -> {
			exchange.sendResponseHeaders(200, module.length);
			exchange.getResponseBody().write(module);
			exchange.close();
		});
		server.start();
		try (GatewayFixture gateway = gateway("http://localhost:" + server.getAddress().getPort() + "/probe.wasm")) {
			gateway.get("/probe/x", "x-probe", "pause-call:self:/text/ok");
			gateway.get("/probe/x", "x-probe", "shared-get:key");
			gateway.get("/probe/x", "x-probe", "local:403");
			gateway.get("/probe/x", "x-probe", "replace:connection=close");
			gateway.get("/probe/x", "x-probe", "trap");
			server.stop(0);
			FileSystemUtils.deleteRecursively(this.directory);
			assertThat(gateway.post("/actuator/wasm/probe", "{}", "content-type", "application/json").statusCode())
				.isEqualTo(422);
			MeterRegistry registry = gateway.context().getBean(MeterRegistry.class);
			assertThat(actual(registry)).isEqualTo(documented());
			Map<String, Set<String>> values = documentedValues();
			assertThat(values).isNotEmpty()
				.allSatisfy((tag, documented) -> assertThat(documented).containsAll(values(registry, tag)));
			assertThat(values(registry, "wasm.filter.duration outcome")).contains("local_response");
			assertThat(values(registry, "wasm.filter outcome")).contains("local_response");
			assertThat(values(registry, "wasm.filter.headers.not.sent header")).containsExactly("connection");
			assertThat(values(registry, "wasm.callout.duration outcome")).containsExactly("response");
			assertThat(values(registry, "wasm.callout outcome")).containsExactly("response");
			assertThat(registry.getMeters()).map(Meter::getId)
				.filteredOn((id) -> id.getName().startsWith("wasm."))
				.allSatisfy((id) -> assertThat(id.getDescription()).as(id.getName()).isNotBlank());
		}
		finally {
			server.stop(0);
		}
	}

	private GatewayFixture gateway(String url) {
		return GatewayFixture.builder()
			.property("gateway.wasm.fetch.cache.directory", this.directory.toString())
			.property("gateway.wasm.fetch.retries", "0")
			.property("gateway.wasm.observations.enabled", "true")
			.property("gateway.wasm.upstreams.self.uri", "http://localhost:${upstream.port}")
			.property("gateway.wasm.redis.none.uri", "redis://127.0.0.1:" + RedisProcess.freePort())
			.property("gateway.wasm.shared-data.server", "none")
			.property("gateway.wasm.shared-data.store", "redis")
			.property("management.endpoint.wasm.access", "unrestricted")
			.plugin("probe", "probe_rust", "url", url)
			.route("probe", "Wasm=probe")
			.start();
	}

	private static Map<String, String> documented() throws IOException {
		Map<String, String> rows = new TreeMap<>();
		Matcher matcher = ROW.matcher(Files.readString(DOCUMENT));
		while (matcher.find()) {
			rows.put(matcher.group(1),
					describe(matcher.group(2), matcher.group(3),
							Pattern.compile("`([a-z]+)`")
								.matcher(matcher.group(4))
								.results()
								.map((tag) -> tag.group(1))
								.collect(Collectors.toCollection(TreeSet::new))));
		}
		return rows;
	}

	private static Map<String, String> actual(MeterRegistry registry) {
		Map<String, String> meters = new TreeMap<>();
		registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("wasm.") && !id.getName().startsWith(GUESTS))
			.forEach((id) -> meters.put(id.getName(),
					describe(id.getType().name().toLowerCase(Locale.ROOT).replace('_', ' '),
							(id.getBaseUnit() != null) ? id.getBaseUnit() : "",
							id.getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new)))));
		return meters;
	}

	/** Returns the documented values of tags, by the meter and the tag. */
	private static Map<String, Set<String>> documentedValues() throws IOException {
		Map<String, Set<String>> values = new TreeMap<>();
		String meter = "";
		Matcher matcher = VALUES.matcher(Files.readString(DOCUMENT));
		while (matcher.find()) {
			meter = (matcher.group(1) != null) ? matcher.group(1) : meter;
			values.put(meter + " " + matcher.group(2),
					Pattern.compile("`([a-z_]+)`")
						.matcher(matcher.group(3))
						.results()
						.map((value) -> value.group(1))
						.collect(Collectors.toCollection(TreeSet::new)));
		}
		return values;
	}

	private static Set<String> values(MeterRegistry registry, String meterAndTag) {
		String[] parts = meterAndTag.split(" ");
		return registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().equals(parts[0]))
			.map((id) -> String.valueOf(id.getTag(parts[1])))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String describe(String type, String unit, TreeSet<String> tags) {
		return type + " in " + unit + " by " + tags;
	}

}
