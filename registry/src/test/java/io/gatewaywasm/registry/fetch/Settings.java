package io.gatewaywasm.registry.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.registry.FetchObserver;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.TlsMaterials;

/**
 * Settings for tests: short pauses between retries, long timeouts.
 */
final class Settings {

	static final String SMALL_WASM_SHA256 = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";

	Duration readTimeout = Duration.ofSeconds(15);

	Duration timeout = Duration.ofSeconds(60);

	int retries = 2;

	long maxModuleSize = 1024 * 1024;

	Path cache;

	long cacheSize = 1024 * 1024;

	Path dockerConfig;

	final List<String> blocked = new ArrayList<>();

	final List<RegistrySettings> registries = new ArrayList<>();

	static byte[] smallWasm() {
		return new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	}

	/** A module of a certain size, a custom section in which anything can be. */
	static byte[] wasm(int marker) {
		return new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 0, 3, 1, 'm', (byte) marker };
	}

	static RegistrySettings insecure(String host) {
		return new RegistrySettings(host, true, null, null, null, null, null, List.of());
	}

	static RegistrySettings basic(String host) {
		return new RegistrySettings(host, true, "puller", "secret", null, null, null, List.of());
	}

	Settings registry(RegistrySettings registry) {
		this.registries.add(registry);
		return this;
	}

	FetchSettings build() {
		return new FetchSettings(Duration.ofSeconds(10), this.readTimeout, this.timeout, this.retries,
				Duration.ofMillis(20), this.maxModuleSize, this.cache, this.cacheSize, this.blocked, this.dockerConfig,
				this.registries);
	}

	RemoteModuleFetcher fetcher() {
		return fetcher(FetchObserver.NONE);
	}

	RemoteModuleFetcher fetcher(FetchObserver observer) {
		return new RemoteModuleFetcher(build(), TlsMaterials.NONE, observer);
	}

}
