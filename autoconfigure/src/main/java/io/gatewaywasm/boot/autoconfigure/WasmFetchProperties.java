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
 * @param fetchFailure What happens when a module cannot be fetched at start-up. 'fail'
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
	 * @param connectTimeout Time to wait for a connection.
	 * @param readTimeout Time to wait for more of an answer.
	 * @param timeout Time that fetching a module can take in all.
	 * @param retries Number of times that a request is repeated after a failure that may
	 * pass.
	 * @param retryBackoff Time to wait at most before the first repetition. Doubles with
	 * each.
	 * @param maxModuleSize Size up to which modules are accepted.
	 * @param blockedAddresses Comma-separated list of networks, such as '10.0.0.0/8',
	 * that nothing is fetched from. Link-local addresses and those of cloud metadata
	 * always are among them.
	 * @param dockerConfig Docker 'config.json' with credentials for registries.
	 * @param cache Fetched modules on disk.
	 */
	public record Fetch(@DefaultValue("5s") Duration connectTimeout, @DefaultValue("15s") Duration readTimeout,
			@DefaultValue("2m") Duration timeout, @DefaultValue("3") int retries,
			@DefaultValue("500ms") Duration retryBackoff, @DefaultValue("64MB") DataSize maxModuleSize,
			@DefaultValue List<String> blockedAddresses, @Nullable Path dockerConfig, @DefaultValue FetchCache cache) {

	}

	/**
	 * Fetched modules on disk.
	 *
	 * @param enabled Whether fetched modules are kept on disk.
	 * @param directory Directory below which modules are kept in one that only its owner
	 * can use. By default a directory below the user's own cache directory.
	 * @param maxSize Size above which modules that were not used for longest are removed.
	 */
	public record FetchCache(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue("256MB") DataSize maxSize) {

	}

	/**
	 * A registry.
	 *
	 * @param host Host of the registry, with its port unless that is 443.
	 * @param insecure Whether the registry speaks HTTP without TLS.
	 * @param username User to log in as.
	 * @param password Password of the user.
	 * @param token Bearer token to use as it is.
	 * @param dockerConfig Docker 'config.json' with credentials for this registry.
	 * @param sslBundle SSL bundle for connections to the registry.
	 * @param tokenHosts Comma-separated list of other hosts that are given the
	 * credentials, because they issue the registry's tokens.
	 */
	public record Registry(@Nullable String host, @DefaultValue("false") boolean insecure, @Nullable String username,
			@Nullable String password, @Nullable String token, @Nullable Path dockerConfig, @Nullable String sslBundle,
			@DefaultValue List<String> tokenHosts) {

		/**
		 * Describe the registry without secrets.
		 */
		@Override
		public String toString() {
			return "Registry[host=" + this.host + ", insecure=" + this.insecure + "]";
		}

	}

}
