package io.gatewaywasm.boot.plugin;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;
import io.gatewaywasm.host.plugin.PluginState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionWriter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for plugins that come, go, and cannot be loaded.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class PluginLifeIntegrationTests {

	@Test
	void missingFileKeepsApplicationFromStarting(CapturedOutput output) {
		WasmPluginException failure = failure(GatewayFixture.builder().plugin("gone", "no_such_file"));
		assertThat(failure.getPlugin()).isEqualTo("gone");
		assertThat(failure.getLocation()).isEqualTo("classpath:filters/no_such_file.wasm");
		assertThat(failure.getReason()).contains("does not exist");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Plugin: gone")
			.contains("Location: classpath:filters/no_such_file.wasm")
			.contains("Action:")
			.contains("Check the spelling");
	}

	@Test
	void inlineModuleThatCannotBeLoadedKeepsApplicationFromStarting(CapturedOutput output) {
		WasmPluginException failure = failure(
				GatewayFixture.builder().route("bad", "Wasm=classpath:filters/no_such_file.wasm"));
		assertThat(failure.getRouteId()).isEqualTo("bad");
		assertThat(failure.getReason()).contains("does not exist");
		assertThat(output).contains("Route: bad");
	}

	@Test
	void invalidModuleIsNamed() {
		assertThat(failureOf("hello".getBytes(StandardCharsets.UTF_8)).getReason())
			.contains("not a WebAssembly module");
	}

	@Test
	void truncatedFileIsNamed() throws Exception {
		byte[] whole = getClass().getResourceAsStream("/filters/hello_world.wasm").readAllBytes();
		WasmPluginException failure = failureOf(java.util.Arrays.copyOf(whole, whole.length / 2));
		assertThat(failure.getRemedy()).contains("and that it is complete");
	}

	@Test
	void moduleWithoutAllocatorIsNamed() {
		assertThat(failure(declared(SmallFilters.file(SmallFilters.NO_ALLOCATOR))).getReason()).contains("malloc");
	}

	@Test
	void exportOfWrongTypeIsNamed() {
		assertThat(failure(declared(SmallFilters.file(SmallFilters.WRONG_TYPE))).getReason())
			.contains("proxy_on_request_headers");
	}

	@Test
	void wrongDigestIsNamed() {
		WasmPluginException failure = failure(
				GatewayFixture.builder().plugin("pinned", "hello_world", "sha256", "0".repeat(64)));
		assertThat(failure.getReason()).contains("SHA-256").contains("0".repeat(64));
	}

	@Test
	void refusedConfigurationIsNamed() {
		assertThat(failure(GatewayFixture.builder().plugin("p", "probe_rust", "configuration", "fail-configure"))
			.getReason()).contains("configur");
		assertThat(failure(GatewayFixture.builder().plugin("p", "probe_rust", "vm-configuration", "fail-vm-start"))
			.getReason()).isNotBlank();
		WasmPluginException trap = failure(
				GatewayFixture.builder().plugin("p", "probe_rust", "configuration", "trap-configure"));
		assertThat(trap.getReason()).contains("The filter's last lines: ");
		assertThat(trap.getGuestStack()).isNotEmpty();
		assertThat(trap.report("")).contains("trapped")
			.contains("\n    at proxy_on_configure")
			.contains("\n  The filter's last lines:\n");
	}

	@Test
	void configurationOfARouteInJavaThatTheFilterRejectsStopsTheStart() {
		WasmPluginException failure = failure(
				GatewayFixture.builder().plugin("p", "probe_rust").source(RejectedConfiguration.class));
		assertThat(failure.getPlugin()).isEqualTo("p");
		assertThat(failure.getReason()).contains("configur");
	}

	@Test
	void unknownPluginIsNamedWithKnownOnes() {
		WasmPluginException failure = failure(
				GatewayFixture.builder().plugin("hello-world", "hello_world").route("r", "Wasm=helo-world"));
		assertThat(failure.getPlugin()).isEqualTo("helo-world");
		assertThat(failure.getRouteId()).isEqualTo("r");
		assertThat(failure.getRemedy()).contains("[hello-world]");
	}

	@Test
	void locationThatRoutesMayNotLoadFromIsRefused() {
		WasmPluginException failure = failure(
				GatewayFixture.builder().route("r", "Wasm=" + SmallFilters.file(SmallFilters.HEADERS_ONLY)));
		assertThat(failure.getReason()).contains("Routes are not allowed to load from");
		assertThat(failure.getRemedy()).contains("gateway.wasm.allowed-locations");
	}

	@Test
	void invalidNameAndSettingsAreNamedByProperty(CapturedOutput output) {
		assertThat(catchThrowable(declared("Bad_Name", "classpath:x.wasm")::start)).isNotNull();
		assertThat(output).contains("gateway.wasm.plugins.Bad_Name").contains("lowercase letters, digits and hyphens");
	}

	@Test
	void routeAddedWhileRunningLoadsItsModuleInBackground() {
		try (GatewayFixture gateway = GatewayFixture.builder().start()) {
			add(gateway, "late", "classpath:filters/hello_world.wasm");
			assertThat(gateway.get("/late/x").body()).contains("x-hello: Hello world");
			assertThat(registry(gateway).plugins()).singleElement().satisfies((handle) -> {
				assertThat(handle.id()).matches("hello-world-[0-9a-f]{8}");
				assertThat(handle.state()).isEqualTo(PluginState.LIVE);
				assertThat(handle.routes()).containsExactly("late");
			});
			remove(gateway, "late");
			assertThat(registry(gateway).plugins()).singleElement()
				.satisfies((handle) -> assertThat(handle.routes()).isEmpty());
		}
	}

	@Test
	void routeAddedWhileRunningThatCannotBeLoadedHarmsNoOther(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("gateway.wasm.allowed-locations", "file:" + directory)
			.plugin("hello", "hello_world")
			.route("good", "Wasm=hello")
			.start()) {
			add(gateway, "late", "file:" + directory.resolve("later.wasm"));
			assertThat(gateway.get("/late/x").statusCode()).isEqualTo(503);
			assertThat(gateway.get("/good/x").body()).contains("x-hello");
			assertThat(gateway.get("/actuator/wasm").body()).contains("\"state\":\"failed\"")
				.contains("does not exist");
			gateway.assertHealth(200);
			assertThat(output).contains("later.wasm' does not exist");
			Files.copy(getClass().getResourceAsStream("/filters/hello_world.wasm"), directory.resolve("later.wasm"));
			await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofSeconds(1)).until(() -> {
				gateway.context().publishEvent(new RefreshRoutesEvent(this));
				return gateway.get("/late/x").statusCode() == 200;
			});
			gateway.assertHealth(200);
		}
	}

	@Test
	void refreshKeepsPlugins() {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.plugin("declared", "hello_world")
			.route("one", "Wasm=declared")
			.route("two", "Wasm=classpath:filters/hello_world.wasm")
			.route("three", "Wasm=classpath:filters/hello_world.wasm")
			.start()) {
			List<PluginHandle> before = registry(gateway).plugins();
			assertThat(before).hasSize(2);
			assertThat(before.get(1).routes()).containsExactly("three", "two");
			for (int i = 0; i < 20; i++) {
				gateway.context().publishEvent(new RefreshRoutesEvent(this));
			}
			assertThat(registry(gateway).plugins()).isEqualTo(before);
			assertThat(gateway.get("/two/x").body()).contains("x-hello");
		}
	}

	@Test
	void rootContextOfARemovedRouteIsUnused() {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.plugin("p", "hello_world")
			.route("own", "Wasm=p")
			.start()) {
			PluginHandle handle = registry(gateway).plugin("p");
			add(gateway, "configured", Map.of("plugin", "p", "configuration", "x"));
			assertThat(gateway.get("/configured/x").statusCode()).isEqualTo(200);
			assertThat(handle.use().hasUnusedRoots()).isFalse();
			remove(gateway, "configured");
			assertThat(handle.use().takeUnusedRoots(Duration.ZERO)).singleElement()
				.satisfies((root) -> assertThat(root.configuration()).asString().isEqualTo("x"));
		}
	}

	@Test
	void routeThatIsAddedAgainIsWarnedAboutAgain(CapturedOutput output) {
		String warning = "Route 'shown' gives its Wasm filter a configuration as an argument";
		try (GatewayFixture gateway = GatewayFixture.builder().start()) {
			Map<String, String> arguments = Map.of("url", "classpath:filters/hello_world.wasm", "configuration", "x");
			add(gateway, "shown", arguments);
			gateway.context().publishEvent(new RefreshRoutesEvent(this));
			assertThat(output).containsOnlyOnce(warning);
			remove(gateway, "shown");
			add(gateway, "shown", arguments);
			assertThat(output.toString().split(warning)).hasSize(3);
		}
	}

	@Test
	void lazyApplicationLoadsPluginsAtStart() {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("spring.main.lazy-initialization", "true")
			.plugin("hello", "hello_world")
			.route("hello", "Wasm=hello")
			.start()) {
			assertThat(gateway.get("/hello/x").body()).contains("x-hello");
		}
	}

	@Test
	void defaultFilterRunsOnEveryRoute() {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.plugin("hello", "hello_world")
			.plugin("response", "headers_go")
			.property("spring.cloud.gateway.server.webflux.default-filters[0]", "Wasm=hello")
			.property("spring.cloud.gateway.server.webflux.default-filters[1]", "Wasm=response")
			.route("one")
			.route("two")
			.start()) {
			assertThat(gateway.get("/one/x").body()).contains("x-hello");
			assertThat(gateway.get("/two/x").body()).contains("x-hello");
			assertThat(gateway.get("/two/x").headers().firstValue("x-go")).isPresent();
		}
	}

	private static GatewayFixture.Builder declared(String url) {
		return declared("p", url);
	}

	private static GatewayFixture.Builder declared(String name, String url) {
		return GatewayFixture.builder().property("gateway.wasm.plugins[" + name + "].url", url);
	}

	private static WasmPluginException failureOf(byte[] content) {
		return failure(declared(SmallFilters.file(content)));
	}

	private static WasmPluginException failure(GatewayFixture.Builder gateway) {
		Throwable failure = catchThrowable(() -> gateway.start().close());
		while (failure != null && !(failure instanceof WasmPluginException)) {
			failure = failure.getCause();
		}
		assertThat(failure).as("WasmPluginException").isNotNull();
		return (WasmPluginException) failure;
	}

	private static PluginRegistry registry(GatewayFixture gateway) {
		return gateway.context().getBean(PluginRegistry.class);
	}

	private static void add(GatewayFixture gateway, String id, String url) {
		add(gateway, id, Map.of("url", url));
	}

	private static void add(GatewayFixture gateway, String id, Map<String, String> arguments) {
		RouteDefinition route = new RouteDefinition();
		route.setId(id);
		route.setUri(URI.create("http://localhost:" + gateway.upstream().port()));
		route.setPredicates(List.of(new PredicateDefinition("Path=/" + id + "/**")));
		FilterDefinition filter = new FilterDefinition();
		filter.setName("Wasm");
		filter.setArgs(arguments);
		route.setFilters(List.of(filter));
		gateway.context().getBean(RouteDefinitionWriter.class).save(Mono.just(route)).block();
		gateway.context().publishEvent(new RefreshRoutesEvent(gateway));
	}

	private static void remove(GatewayFixture gateway, String id) {
		gateway.context().getBean(RouteDefinitionWriter.class).delete(Mono.just(id)).block();
		gateway.context().publishEvent(new RefreshRoutesEvent(gateway));
	}

	@Configuration(proxyBeanMethods = false)
	static class RejectedConfiguration {

		@Bean
		RouteLocator rejected(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm) {
			return routes.routes()
				.route("java",
						(route) -> route.path("/java/**")
							.filters((filters) -> filters.filter(
									wasm.apply((config) -> config.setPlugin("p").setConfiguration("fail-configure"))))
							.uri("http://localhost:1"))
				.build();
		}

	}

}
