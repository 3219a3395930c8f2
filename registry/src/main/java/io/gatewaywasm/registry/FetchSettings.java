package io.gatewaywasm.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Settings for fetching modules.
 *
 * @param connectTimeout the timeout for establishing a connection
 * @param readTimeout the maximum time between two reads of a response
 * @param timeout the maximum total time of a fetch, including all requests and retries
 * @param retries the maximum number of retries after a temporary failure
 * @param retryBackoff the maximum delay before the first retry; doubles with each further
 * one
 * @param maxModuleSize the maximum size of a module in bytes, both as transferred and
 * unpacked
 * @param cacheDirectory the directory of the cache, or {@code null} for no cache
 * @param cacheSize the maximum size of the cache in bytes
 * @param blockedAddresses networks in CIDR notation from which nothing is fetched, in
 * addition to link-local addresses and those of cloud metadata services
 * @param dockerConfig a Docker {@code config.json} with credentials for registries that
 * have none of their own, or {@code null}
 * @param registries settings of single registries
 */
public record FetchSettings(Duration connectTimeout, Duration readTimeout, Duration timeout, int retries,
		Duration retryBackoff, long maxModuleSize, @Nullable Path cacheDirectory, long cacheSize,
		List<String> blockedAddresses, @Nullable Path dockerConfig, List<RegistrySettings> registries) {

	public FetchSettings {
		blockedAddresses = List.copyOf(blockedAddresses);
		registries = List.copyOf(registries);
	}

	/**
	 * Returns the settings of a registry or other server.
	 * @param authority the host, with the port if it is not the default of the protocol
	 * @return the settings, or empty if it has none of its own
	 */
	public Optional<RegistrySettings> registry(String authority) {
		return this.registries.stream().filter((registry) -> registry.host().equalsIgnoreCase(authority)).findFirst();
	}

}
