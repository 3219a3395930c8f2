package io.gatewaywasm.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.plugin.ClosestName;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.http.BlockedAddresses;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Validates the properties for fetching modules.
 */
final class FetchDefinitions {

	private static final String PREFIX = "gateway.wasm.fetch.";

	private static final String REGISTRIES = "gateway.wasm.registries.";

	private FetchDefinitions() {
	}

	static FetchSettings of(WasmFetchProperties properties, Environment environment) {
		WasmFetchProperties.Fetch fetch = properties.fetch();
		checkTime("connect-timeout", fetch.connectTimeout());
		checkTime("read-timeout", fetch.readTimeout());
		checkTime("timeout", fetch.timeout());
		checkTime("retry-backoff", fetch.retryBackoff());
		long maxSize = fetch.maxModuleSize().toBytes();
		check(maxSize <= Integer.MAX_VALUE / 2, PREFIX + "max-module-size", fetch.maxModuleSize(),
				"The size must be less than 1GB", "Use a size such as '64MB'.");
		checkNetworks(fetch.blockedAddresses());
		return new FetchSettings(fetch.connectTimeout(), fetch.readTimeout(), fetch.timeout(), fetch.retries(),
				fetch.retryBackoff(), maxSize, directory(fetch.cache()), fetch.cache().maxSize().toBytes(),
				fetch.blockedAddresses(), fetch.dockerConfig(),
				registries(NamedEntries.registries(properties.registries()).declared(environment)));
	}

	/** Checks that the SSL bundle of each registry is declared. */
	static void checkBundles(WasmFetchProperties properties, Environment environment, List<String> declared) {
		NamedEntries.registries(properties.registries()).declared(environment).forEach((name, registry) -> {
			String bundle = registry.sslBundle();
			check(!StringUtils.hasText(bundle) || declared.contains(bundle), REGISTRIES + name + ".ssl-bundle", bundle,
					"No SSL bundle with that name is declared",
					ClosestName.hint(String.valueOf(bundle), declared) + "Declare it under 'spring.ssl.bundle'.");
		});
	}

	private static @Nullable Path directory(WasmFetchProperties.FetchCache cache) {
		if (!cache.enabled()) {
			return null;
		}
		return (cache.directory() != null) ? cache.directory() : EngineOptions.userCacheDirectory();
	}

	private static List<RegistrySettings> registries(Map<String, WasmFetchProperties.Registry> registries) {
		List<RegistrySettings> settings = new ArrayList<>();
		registries.forEach((name, registry) -> settings.add(registry(REGISTRIES + name, registry)));
		return settings;
	}

	private static RegistrySettings registry(String prefix, WasmFetchProperties.Registry registry) {
		check(StringUtils.hasText(registry.host()) && !String.valueOf(registry.host()).contains("/"), prefix + ".host",
				registry.host(), "A registry needs a host, and a port if it is not 443",
				"Set it to a host without scheme and path, such as 'registry.example.com' or 'localhost:5000'.");
		check(registry.token() == null || registry.username() == null, prefix + ".token",
				InvalidWasmPropertyException.SECRET, "'token' and 'username' are mutually exclusive",
				"Remove one of them.");
		check(registry.password() == null || registry.username() != null, prefix + ".password",
				InvalidWasmPropertyException.SECRET, "'password' is set without 'username'",
				"Set 'username' as well, or use 'token'.");
		String bundle = StringUtils.hasText(registry.sslBundle()) ? registry.sslBundle() : null;
		return new RegistrySettings(String.valueOf(registry.host()), registry.insecure(), registry.username(),
				registry.password(), registry.token(), registry.dockerConfig(), bundle, registry.tokenHosts());
	}

	private static void checkNetworks(List<String> networks) {
		try {
			new BlockedAddresses(networks);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidWasmPropertyException(PREFIX + "blocked-addresses", networks,
					String.valueOf(ex.getMessage()), "Use networks such as '10.0.0.0/8' or 'fd00::/8'.");
		}
	}

	private static void checkTime(String property, Duration time) {
		check(time.toMillis() > 0 && time.toMillis() <= Integer.MAX_VALUE, PREFIX + property, time,
				"The duration must be greater than 0 and at most 24 days",
				"Use a duration in that range, such as '5s'.");
	}

	private static void check(boolean valid, String property, @Nullable Object value, String reason, String remedy) {
		InvalidWasmPropertyException.unless(valid, property, value, reason, remedy);
	}

}
