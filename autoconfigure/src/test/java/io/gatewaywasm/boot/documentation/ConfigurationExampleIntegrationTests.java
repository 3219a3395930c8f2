package io.gatewaywasm.boot.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts a gateway with each configuration in the documents. For files and images in
 * them, a filter of this repository is used, if possible the one with the same name.
 */
@Tag("slow")
class ConfigurationExampleIntegrationTests {

	private static final Path FILTERS = Documents.TOP.resolve("filters/dist");

	private static final Pattern ARGUMENT = Pattern.compile("(.+\\.filters\\[\\d+\\])\\.args\\.([^.\\[]+)");

	private static final Pattern ROUTE_ID = Pattern.compile(".+\\.routes\\[\\d+\\]\\.id");

	private final PropertyReference reference = new PropertyReference();

	static Stream<YamlExample> examples() {
		return Documents.all().stream().flatMap(YamlExample::in).filter(YamlExample::isOurs);
	}

	@Test
	void onlyThePageOnMigratingShowsOtherGateways() {
		assertThat(Documents.all().stream().flatMap(YamlExample::in).filter((example) -> !example.isOurs()))
			.extracting(YamlExample::document)
			.containsOnly("docs/migrating.md");
	}

	@ParameterizedTest
	@MethodSource("examples")
	void propertiesOfAnExampleExist(YamlExample example) {
		Map<String, Object> properties = example.properties();
		assertThat(properties.keySet()).filteredOn((name) -> name.startsWith("gateway."))
			.allSatisfy((name) -> assertThat(this.reference.has(name)).as(name).isTrue());
		assertThat(properties.keySet()).filteredOn((name) -> isWasmArgument(name, properties))
			.allSatisfy(
					(name) -> assertThat(this.reference.hasArgument(ARGUMENT.matcher(name).replaceFirst("$2"))).as(name)
						.isTrue());
	}

	private static boolean isWasmArgument(String name, Map<String, Object> properties) {
		return ARGUMENT.matcher(name).matches()
				&& "Wasm".equals(properties.get(ARGUMENT.matcher(name).replaceFirst("$1") + ".name"));
	}

	@ParameterizedTest
	@MethodSource("examples")
	void gatewayStartsWithAnExample(YamlExample example) {
		Map<String, Object> properties = example.properties();
		try (ConfigurableApplicationContext context = start(properties)) {
			List<Route> routes = context.getBean(RouteLocator.class).getRoutes().collectList().block();
			assertThat(routes).extracting(Route::getId)
				.containsExactlyInAnyOrderElementsOf(properties.keySet()
					.stream()
					.filter((name) -> ROUTE_ID.matcher(name).matches())
					.map((name) -> (String) properties.get(name))
					.toList());
			List<PluginHandle> plugins = context.getBean(PluginRegistry.class).plugins();
			await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(plugins)
					.allSatisfy((plugin) -> assertThat(plugin.state()).as("%s: %s", plugin.id(), plugin.failure())
						.isEqualTo(PluginState.LIVE)));
		}
	}

	private static ConfigurableApplicationContext start(Map<String, Object> example) {
		return new SpringApplicationBuilder(GatewayFixture.Application.class, Elsewhere.class)
			.web(WebApplicationType.REACTIVE)
			.initializers((context) -> context
				.addProtocolResolver((location, loader) -> example.containsValue(location) ? resource(location) : null))
			.properties(example)
			.properties("server.port=0", "spring.main.banner-mode=off", "REGISTRY_PASSWORD=secret")
			.run();
	}

	/** Returns files that an example names but that do not exist. */
	private static Resource resource(String location) {
		if (!location.startsWith("file:") && !location.startsWith("classpath:")) {
			return null;
		}
		String path = location.substring(location.indexOf(':') + 1);
		if (location.startsWith("classpath:") && new ClassPathResource(path).exists()) {
			return null;
		}
		return new ByteArrayResource(path.endsWith(".wasm") ? module(path) : "{}".getBytes(StandardCharsets.UTF_8));
	}

	private static byte[] module(String location) {
		String name = location.replaceFirst("([:@][^/]*|\\.wasm)$", "").replaceFirst(".*/", "").replace('-', '_');
		Path ours = FILTERS.resolve(name + ".wasm");
		try {
			return Files.readAllBytes(Files.exists(ours) ? ours : FILTERS.resolve("hello_world.wasm"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Replaces the servers and registries in the examples. */
	@Configuration(proxyBeanMethods = false)
	static class Elsewhere {

		@Bean
		ModuleFetcher fetcher() {
			return (request) -> {
				byte[] module = module(request.location());
				return new FetchedModule(module, sha256(module), null, request.location(), Instant.now(), false, false,
						List.of());
			};
		}

	}

}
