package io.gatewaywasm.boot.reliability;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for plugins that are reloaded while a gateway serves.
 */
@Tag("slow")
class ReloadIntegrationTests {

	private static final String HALF_A_BODY = "POST /file/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
			+ "Content-Length: 12\r\n\r\nfirst ";

	@TempDir
	private static Path directory;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() throws Exception {
		write("file", module());
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.reload.interval", "100ms")
			.property("gateway.wasm.allowed-call-targets", "localhost:*")
			.property("management.endpoint.wasm.access", "unrestricted")
			.plugin("file", "probe_rust", "url", directory.resolve("file.wasm").toUri().toString(), "configuration",
					"probe=add:x-version=1")
			.plugin("property", "probe_rust", "configuration", "probe=add:x-version=1")
			.route("file", "Wasm=file")
			.route("property", "Wasm=property")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void twentyReloadsUnderLoadFailNoRequest() throws Exception {
		try (Load load = new Load(gateway, "/file")) {
			int generation = generation("file");
			long failures = failures("file");
			for (int i = 0; i < 20; i++) {
				int requests = load.requests();
				RawClient body = new RawClient(gateway.port()).send(HALF_A_BODY);
				await(() -> gateway.status("file").counters().activeStreams() > 0);
				if (i % 4 == 3) {
					long before = failures("file");
					write("file", "no module %d".formatted(i).getBytes(StandardCharsets.US_ASCII));
					await(() -> failures("file") > before);
				}
				else {
					int before = generation("file");
					write("file", variant(i));
					await(() -> generation("file") > before);
				}
				assertThat(body.send("second").readAll()).startsWith("HTTP/1.1 200").contains("second");
				body.close();
				await(() -> load.requests() > requests + 50);
			}
			assertThat(generation("file")).isEqualTo(generation + 15);
			assertThat(failures("file")).isEqualTo(failures + 5);
			await(() -> load.requests() > 2000);
			load.finish();
			assertThat(load.unexpected()).isEmpty();
			assertThat(load.requests()).isGreaterThan(2000);
			assertThat(load.heldBodies()).isGreaterThan(20);
			assertThat(load.pauses()).isGreaterThan(20);
		}
		assertThat(gateway.status("file").counters().failures()).isZero();
		await(() -> gateway.status("file").counters().activeStreams() == 0);
		MeterRegistry meters = gateway.context().getBean(MeterRegistry.class);
		assertThat(meters.counter("wasm.reloads", "plugin", "file", "outcome", "failure").count())
			.isGreaterThanOrEqualTo(5);
	}

	@Test
	void refreshedPropertyReloadsThePlugin() throws Exception {
		assertThat(gateway.get("/property/x").body()).contains("x-version: 1");
		int before = generation("property");
		refresh(Map.of("gateway.wasm.plugins.property.configuration", "probe=add:x-version=2"));
		await(() -> generation("property") > before);
		assertThat(gateway.get("/property/x").body()).contains("x-version: 2");
		refresh(Map.of("gateway.wasm.plugins.property.configuration", "fail-configure"));
		await(() -> failures("property") == 1);
		refresh(Map.of("gateway.wasm.plugins.property.configuration", "trap-configure"));
		await(() -> failures("property") == 2);
		assertThat(gateway.get("/actuator/wasm/property").body()).contains("\"lastReloadFailureStack\":[\"");
		refresh(Map.of("gateway.wasm.plugins.property.configuration", "probe=add:x-version=2",
				"gateway.wasm.plugins.property.limits.callback-timeout", "soon"));
		refresh(Map.of("gateway.wasm.plugins.property.configuration.probe", "as a map"));
		assertThat(gateway.get("/property/x").body()).contains("x-version: 2");
		assertThat(generation("property")).isEqualTo(before + 1);
	}

	@Test
	void endpointReloadsAndSaysWhyItCouldNot() {
		assertThat(gateway.get("/actuator/wasm/property").body()).contains("\"generation\":");
		assertThat(gateway.post("/actuator/wasm/property", "{}", "content-type", "application/json").statusCode())
			.isIn(200, 422);
		assertThat(gateway.post("/actuator/wasm/unlisted", "{}", "content-type", "application/json").statusCode())
			.isEqualTo(404);
	}

	private static void refresh(Map<String, Object> properties) {
		ConfigurableEnvironment environment = gateway.context().getEnvironment();
		environment.getPropertySources().remove("refreshed");
		environment.getPropertySources().addFirst(new MapPropertySource("refreshed", properties));
		gateway.context().publishEvent(new EnvironmentChangeEvent(gateway.context(), properties.keySet()));
	}

	private static int generation(String plugin) {
		return gateway.status(plugin).generation();
	}

	private static long failures(String plugin) {
		return gateway.context().getBean(PluginRegistry.class).plugin(plugin).reloadFailures();
	}

	private static void write(String name, byte[] bytes) throws Exception {
		Path whole = Files.write(directory.resolve(name + ".tmp"), bytes);
		Files.move(whole, directory.resolve(name + ".wasm"), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
	}

	/** The module with another custom section. */
	private static byte[] variant(int number) throws Exception {
		byte[] name = "variant-%02d".formatted(number).getBytes(StandardCharsets.US_ASCII);
		byte[] wasm = module();
		byte[] changed = java.util.Arrays.copyOf(wasm, wasm.length + 3 + name.length);
		changed[wasm.length] = 0;
		changed[wasm.length + 1] = (byte) (name.length + 1);
		changed[wasm.length + 2] = (byte) name.length;
		System.arraycopy(name, 0, changed, wasm.length + 3, name.length);
		return changed;
	}

	private static byte[] module() throws Exception {
		try (InputStream input = ReloadIntegrationTests.class.getResourceAsStream("/filters/probe_rust.wasm")) {
			return input.readAllBytes();
		}
	}

	static void await(BooleanSupplier condition) throws InterruptedException {
		long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				throw new AssertionError("waited for 60 s");
			}
			Thread.sleep(5);
		}
	}

}
