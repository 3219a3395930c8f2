package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the log says about the plugins that were loaded.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class StartupLogTests {

	private static final String FACTS = "[0-9]+ KB,? +ABI [0-9.]+,? +(compiled|from cache) in [0-9.]+ s,? +[0-9]+ VMs?,? +sha256 [0-9a-f]{12}";

	@TempDir
	Path directory;

	@Test
	void declaredPluginsAreLinesOfATable(CapturedOutput output) throws IOException {
		new SmallApplication(this.directory, """
				gateway.wasm.plugins.hello.url: classpath:filters/hello_world.wasm
				""").run().close();
		assertThat(output).containsPattern("Wasm plugins:\n  hello +live +" + FACTS);
	}

	@Test
	void pluginOfARouteIsLoggedWhenItIsLive(CapturedOutput output) throws IOException {
		new SmallApplication(this.directory, """
				spring.cloud.gateway.server.webflux.routes:
				  - id: one
				    uri: http://localhost:1
				    predicates: [ Path=/** ]
				    filters: [ 'Wasm=classpath:filters/hello_world.wasm' ]
				""").run().close();
		assertThat(output).doesNotContain("Wasm plugins:")
			.containsPattern(
					"Wasm plugin 'hello-world-[0-9a-f]{8}' \\(classpath:filters/hello_world.wasm\\) is live: " + FACTS);
	}

}
