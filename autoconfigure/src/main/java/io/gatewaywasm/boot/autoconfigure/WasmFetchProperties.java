package io.gatewaywasm.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.plugin.FetchFailurePolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for fetching modules from servers.
 *
 * @param fetchFailure What happens when a module cannot be fetched at startup. 'fail'
 * does not start, 'wait' starts as soon as it can be fetched, 'degrade' starts without
 * it.
 * @param fetch Fetching modules from HTTP servers and OCI registries.
 * @param registries Registries that need credentials or differ otherwise, by any name.
 */
@ConfigurationProperties("gateway.wasm")
public record WasmFetchProperties(@DefaultValue("fail") FetchFailurePolicy fetchFailure, @DefaultValue Fetch fetch,
		@DefaultValue Map<String, Registry> registries) {

	/**
	 * Fetching modules.
	 *
	 * @param connectTimeout Timeout for connecting.
	 * @param readTimeout Maximum time between two reads of a response.
	 * @param timeout Maximum time for fetching a module, retries included.
	 * @param retries Maximum number of retries after a transient failure. With zero there
	 * are none.
	 * @param retryBackoff Maximum delay before the first retry. Doubles with each retry.
	 * @param maxModuleSize Maximum size of a module.
	 * @param blockedAddresses Comma-separated list of networks, such as '10.0.0.0/8',
	 * from which modules are never fetched. Link-local addresses and addresses of cloud
	 * metadata services are always blocked.
	 * @param dockerConfig Docker 'config.json' with credentials for registries.
	 * @param cache Fetched modules on disk.
	 */
	public record Fetch(@DefaultValue("5s") Duration connectTimeout, @DefaultValue("15s") Duration readTimeout,
			@DefaultValue("2m") Duration timeout, @DefaultValue("3") @ZeroAllowed int retries,
			@DefaultValue("500ms") Duration retryBackoff, @DefaultValue("64MB") DataSize maxModuleSize,
			@DefaultValue List<String> blockedAddresses, @Nullable Path dockerConfig, @DefaultValue FetchCache cache) {

	}

	/**
	 * Fetched modules on disk.
	 *
	 * @param enabled Whether fetched modules are cached on disk.
	 * @param directory Parent of the directory 'modules', which contains the fetched
	 * modules. Only its owner may have access to it. By default a directory under the
	 * user's cache directory.
	 * @param maxSize Maximum size of the cache. The least recently used modules are
	 * removed when it is exceeded.
	 */
	public record FetchCache(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue("256MB") DataSize maxSize) {

	}

	/**
	 * A registry.
	 *
	 * @param host Host of the registry, with the port unless it is 443.
	 * @param insecure Whether the registry uses HTTP without TLS.
	 * @param username User name.
	 * @param password Password.
	 * @param token Bearer token that is sent unchanged.
	 * @param dockerConfig Docker 'config.json' with credentials for this registry.
	 * @param sslBundle SSL bundle for connections to the registry.
	 * @param tokenHosts Comma-separated list of other hosts that receive the credentials
	 * because they issue the registry's tokens.
	 */
	public record Registry(@Nullable String host, @DefaultValue("false") boolean insecure, @Nullable String username,
			@Nullable String password, @Nullable String token, @Nullable Path dockerConfig, @Nullable String sslBundle,
			@DefaultValue List<String> tokenHosts) {

		/**
		 * Describes the registry without secrets.
		 */
		@Override
		public String toString() {
			return "Registry[host=" + this.host + ", insecure=" + this.insecure + "]";
		}

	}

}
