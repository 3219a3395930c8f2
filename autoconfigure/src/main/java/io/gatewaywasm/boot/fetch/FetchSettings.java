package io.gatewaywasm.boot.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * How modules are fetched.
 *
 * @param connectTimeout how long to wait for a connection
 * @param readTimeout how long to wait for more of an answer
 * @param timeout how long a fetch may take in all, with all its requests and retries
 * @param retries how often a request is repeated after a failure that may be temporary
 * @param retryBackoff how long to wait at most before the first repetition; doubles with
 * each
 * @param maxModuleSize how large a module may be in bytes, as transferred and unpacked
 * @param cacheDirectory where modules are kept, or {@code null} to keep none
 * @param cacheSize how much may be kept in bytes
 * @param blockedAddresses networks that nothing is fetched from, in CIDR notation, beside
 * link-local addresses and those of cloud metadata, which always are
 * @param dockerConfig a Docker {@code config.json} with credentials for registries that
 * have none of their own, or {@code null}
 * @param registries what is special about single registries
 */
public record FetchSettings(Duration connectTimeout, Duration readTimeout, Duration timeout, int retries,
		Duration retryBackoff, long maxModuleSize, @Nullable Path cacheDirectory, long cacheSize,
		List<String> blockedAddresses, @Nullable Path dockerConfig, List<RegistrySettings> registries) {

	/**
	 * Settings as they are if nobody says otherwise, without a cache.
	 */
	public static final FetchSettings DEFAULTS = new FetchSettings(Duration.ofSeconds(5), Duration.ofSeconds(15),
			Duration.ofMinutes(2), 3, Duration.ofMillis(500), 64L * 1024 * 1024, null, 256L * 1024 * 1024, List.of(),
			null, List.of());

	public FetchSettings {
		blockedAddresses = List.copyOf(blockedAddresses);
		registries = List.copyOf(registries);
	}

	/**
	 * Return what is special about a registry, or another server that modules come from.
	 * @param authority its host, and its port if that is not the protocol's own
	 * @return the settings, or nothing if it is like any other
	 */
	public Optional<RegistrySettings> registry(String authority) {
		return this.registries.stream().filter((registry) -> registry.host().equalsIgnoreCase(authority)).findFirst();
	}

}
