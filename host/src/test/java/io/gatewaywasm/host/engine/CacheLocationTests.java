package io.gatewaywasm.host.engine;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@DisabledOnOs(OS.WINDOWS)
class CacheLocationTests {

	@TempDir
	Path home;

	@Test
	void linuxUsesTheCacheHome() {
		assertThat(find("Linux", Map.of())).isEqualTo(this.home.resolve(".cache/gateway-wasm"));
		assertThat(find("Linux", Map.of("XDG_CACHE_HOME", this.home.resolve("x").toString())))
			.isEqualTo(this.home.resolve("x/gateway-wasm"));
		assertThat(find("Linux", Map.of("XDG_CACHE_HOME", "relative")))
			.isEqualTo(this.home.resolve(".cache/gateway-wasm"));
	}

	@Test
	void macUsesTheLibrary() {
		assertThat(find("Mac OS X", Map.of())).isEqualTo(this.home.resolve("Library/Caches/gateway-wasm"));
	}

	@Test
	void windowsUsesLocalData() {
		assertThat(find("Windows 11", Map.of("LOCALAPPDATA", this.home.toString())))
			.isEqualTo(this.home.resolve("gateway-wasm"));
	}

	@Test
	void userWithoutHomeHasNone() {
		assertThat(CacheLocation.find(Map.of("os.name", "Linux", "user.home", "?")::get, (name) -> null)).isNull();
		assertThat(CacheLocation.find((name) -> null, (name) -> null)).isNull();
	}

	private Path find(String system, Map<String, String> environment) {
		return CacheLocation.find(Map.of("os.name", system, "user.home", this.home.toString())::get, environment::get);
	}

}
