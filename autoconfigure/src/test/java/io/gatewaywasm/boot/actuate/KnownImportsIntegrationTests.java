package io.gatewaywasm.boot.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the report of the endpoint on the functions that filters import.
 */
@Tag("slow")
@Timeout(180)
class KnownImportsIntegrationTests {

	private static final Path FILTERS = Path.of("../filters/dist");

	/** What filters that do not start without a configuration get. */
	private static final Map<String, String> CONFIGURATIONS = Map.of(//
			"api_key", "8f3a-demo-key alice", //
			"body_rewrite", "4111 => ****", //
			"ext_auth", "{\"upstream\": \"auth\", \"path\": \"/check\", \"timeout-ms\": 1000}", //
			"feature_targeting",
			"{\"features-header\": \"x-features\", \"target-header\": \"x-target\", \"rules\": [], \"default\": \"a\"}", //
			"replace_phrase", "{\"replacements\": []}", //
			"token_limit",
			"{\"upstream\": \"limits\", \"tokens\": 1, \"window-seconds\": 60, \"client-header\": \"x-client\"}", //
			"rate_limit", "{\"requests\": 2, \"period-ms\": 60000}", //
			"signature_go", """
					-----BEGIN PUBLIC KEY-----
					MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEFFPi0AlNjcv5v8nVc08oAux6v/rO
					nuhzslzvrsk7+Lg+TeNS8qHSBTMktI624H+ID1PoqcLke5qb3UB/022KTw==
					-----END PUBLIC KEY-----
					""");

	@Test
	void noFilterImportsWhatIsNotImplementedAndWhatIsEmptyIsAbsent() throws IOException {
		List<String> filters = filters();
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.property("gateway.wasm.redis.limits.uri", "redis://127.0.0.1:1");
		filters.forEach((filter) -> builder.plugin(name(filter), filter, "vms", "1", "warm-up", "0", "configuration",
				CONFIGURATIONS.getOrDefault(filter, "")));
		try (GatewayFixture gateway = builder.start()) {
			for (String filter : filters) {
				assertThat(gateway.get("/actuator/wasm/" + name(filter)).body()).as(filter)
					.contains("\"state\":\"live\"")
					.contains("\"abiMarked\":")
					.contains("\"routes\":[]")
					.contains("\"imports\":[{\"name\":", "\"support\":\"built\",\"mayFailOpen\":false}")
					.doesNotContain("\"mayFailOpen\":true")
					.doesNotContain("\"unimplementedImports\"", "\"unknownImports\"", "\"\"", ":null")
					.doesNotContainPattern("(?<!\"routes\"):\\[\\]");
			}
			assertThat(gateway.get("/actuator/wasm").body()).contains("\"abiVersion\":\"0.1.0\"")
				.contains("\"abiVersion\":\"0.2.0\"")
				.contains("\"abiVersion\":\"0.2.1\"");
		}
	}

	private static List<String> filters() throws IOException {
		try (Stream<Path> files = Files.list(FILTERS)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".wasm"))
				.map((name) -> name.substring(0, name.length() - ".wasm".length()))
				.sorted()
				.toList();
		}
	}

	private static String name(String filter) {
		return filter.replace('_', '-');
	}

}
