package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for {@code POST /actuator/refresh} after {@code application.yml} was
 * edited, which is also how values of a config server arrive.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class RefreshIntegrationTests {

	private static final String URL = "classpath:filters/probe_rust.wasm";

	@TempDir
	Path directory;

	@Test
	void editedPropertiesReloadTheirPluginAndNoOther(CapturedOutput output) throws IOException {
		write("probe=add:x-version=1", "1s");
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("spring.config.location", this.directory.toUri().toString())
			.route("edited", "Wasm=edited")
			.route("same", "Wasm=same")
			.start()) {
			assertThat(gateway.get("/edited/x").body()).contains("x-version: 1");

			write("probe=add:x-version=2", "1s");
			refresh(gateway);
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("edited").generation() == 2);
			assertThat(gateway.get("/edited/x").body()).contains("x-version: 2");
			assertThat(gateway.status("same").generation()).isEqualTo(1);

			write("probe=add:x-version=3", "1ms");
			refresh(gateway);
			assertThat(gateway.get("/edited/x").body()).contains("x-version: 2");
			assertThat(output).contains("Wasm plugin 'edited' was not reloaded and keeps its previous version.")
				.contains("Property 'gateway.wasm.plugins.edited.limits.callback-timeout'")
				.contains("application.yml] - 5:30")
				.contains("A callback timeout must be at least 10 ms");
			assertThat(gateway.status("edited").generation()).isEqualTo(2);
		}
	}

	private static void refresh(GatewayFixture gateway) {
		HttpResponse<String> response = gateway.post("/actuator/refresh", "{}", "content-type", "application/json");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("gateway.wasm.plugins.edited");
	}

	private void write(String configuration, String callbackTimeout) throws IOException {
		Files.writeString(this.directory.resolve("application.yml"), """
				gateway.wasm.plugins:
				  edited:
				    url: %s
				    configuration: %s
				    limits.callback-timeout: %s
				  same:
				    url: %s
				""".formatted(URL, configuration, callbackTimeout, URL));
	}

}
