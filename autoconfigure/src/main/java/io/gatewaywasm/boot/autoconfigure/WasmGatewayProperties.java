package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.boot.services.Upstream;
import io.gatewaywasm.boot.services.UpstreamProtocol;
import io.gatewaywasm.boot.shareddata.OnFailure;
import io.gatewaywasm.boot.shareddata.SharedDataStore;
import io.gatewaywasm.host.engine.EngineOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for Proxy-Wasm filters.
 *
 * @param enabled Whether routes can use Proxy-Wasm filters.
 * @param plugins Plugins that routes can use, by name.
 * @param globalFilters Comma-separated list of declared plugins that run on every route,
 * before the route's own filters. Read at startup.
 * @param beforeRouting Comma-separated list of declared plugins that run before a route
 * is chosen. They can change the headers, path, method and authority that route
 * predicates match. Read at startup.
 * @param beforeRoutingHandlers Comma-separated list of path patterns. At these paths the
 * plugins of 'before-routing' also run before the actuator and the application's own
 * handlers. Read at startup.
 * @param upstreams Upstreams that filters can call, by name.
 * @param redis Redis servers that filters can call, by name.
 * @param allowedCallTargets Comma-separated list of 'host:port' that filters can call
 * without a declared upstream. '*' matches any characters, but allows no link-local
 * addresses and no cloud metadata services. Port 443 is called over HTTPS.
 * @param allowRouteUpstream Whether a filter can make HTTP and gRPC callouts to the
 * upstream of its own route without a declared upstream. The filter finds its name in the
 * property 'cluster_name'.
 * @param allowedLocations Comma-separated list of location prefixes. Routes can load
 * modules and configurations that are not part of a declared plugin only from these
 * locations.
 * @param loadTimeout Time that requests wait for a plugin that is loaded in the
 * background. With zero they get the fail strategy at once.
 * @param compileTimeout Maximum CPU time for compiling a module. In a JVM that has just
 * started, a large Go module takes about 20 seconds.
 * @param maxMemory Maximum memory of the VMs of all plugins together. By default half of
 * the maximum Java heap.
 * @param maxBodyMemory Maximum of bytes of request and response bodies that are buffered
 * for all plugins together; each plugin can use half of it. By default a quarter of the
 * maximum Java heap.
 * @param maxExpressions Maximum number of expressions of each root context at a time.
 * @param maxCallConnections Maximum number of HTTP callouts, and of connections for them,
 * to each host at a time. Each plugin can use half of them, and twice as many of its
 * callouts can wait.
 * @param sharedData Values that filters share.
 * @param sharedQueues Queues that filters share.
 * @param reload When plugins are reloaded.
 * @param cache Cache of compiled modules on disk, so that the next start does not compile
 * them again.
 * @param metrics Metrics that filters define.
 * @param observations Observations of filters, which become spans in the gateway's
 * traces.
 * @param health Health of the gateway.
 */
@ConfigurationProperties("gateway.wasm")
public record WasmGatewayProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue Map<String, WasmPluginProperties> plugins, @DefaultValue List<String> globalFilters,
		@DefaultValue List<String> beforeRouting, @DefaultValue List<String> beforeRoutingHandlers,
		@DefaultValue Map<String, UpstreamProperties> upstreams, @DefaultValue Map<String, RedisProperties> redis,
		@DefaultValue List<String> allowedCallTargets, @DefaultValue("true") boolean allowRouteUpstream,
		@DefaultValue("classpath:") List<String> allowedLocations,
		@DefaultValue("10s") @ZeroAllowed Duration loadTimeout,
		@DefaultValue(EngineOptions.COMPILE_TIMEOUT_SECONDS + "s") Duration compileTimeout,
		@Nullable DataSize maxMemory, @Nullable DataSize maxBodyMemory, @DefaultValue("1000") int maxExpressions,
		@DefaultValue("" + LimitDefinitions.CALL_CONNECTIONS) int maxCallConnections,
		@DefaultValue SharedData sharedData, @DefaultValue SharedQueues sharedQueues, @DefaultValue Reload reload,
		@DefaultValue Cache cache, @DefaultValue Metrics metrics, @DefaultValue Observations observations,
		@DefaultValue Health health) {

	/**
	 * Values that filters share.
	 *
	 * @param maxValues Maximum number of values that filters with the same VM id share.
	 * @param maxSize Maximum size of these values and their keys.
	 * @param store Where shared values and queues are kept. 'local' keeps them in the
	 * memory of each gateway process. 'redis' keeps them in Redis for all gateways, and
	 * filters that use shared data run on worker threads.
	 * @param onFailure What filters get while Redis is unavailable. 'fail' returns
	 * INTERNAL_FAILURE, on which filters in Rust trap. 'local' uses a store in the
	 * gateway process, which is empty at first.
	 * @param server Name of the server under 'gateway.wasm.redis'. By default the server
	 * of 'spring.data.redis'.
	 * @param keyPrefix Prefix of all keys in Redis.
	 * @param timeout Timeout of each call to Redis.
	 * @param vmIds Settings that differ for single VM ids.
	 */
	public record SharedData(@DefaultValue("10000") int maxValues, @DefaultValue("16MB") DataSize maxSize,
			@DefaultValue("local") SharedDataStore store, @DefaultValue("fail") OnFailure onFailure,
			@Nullable String server, @DefaultValue("gateway-wasm:") String keyPrefix,
			@DefaultValue("500ms") Duration timeout, @DefaultValue Map<String, SharedVmId> vmIds) {

	}

	/**
	 * Values and queues of one VM id.
	 *
	 * @param store Where the values and queues of this VM id are kept. By default
	 * 'gateway.wasm.shared-data.store'.
	 * @param onFailure What filters with this VM id get while Redis is unavailable. By
	 * default 'gateway.wasm.shared-data.on-failure'.
	 */
	public record SharedVmId(@Nullable SharedDataStore store, @Nullable OnFailure onFailure) {

	}

	/**
	 * Queues that filters share.
	 *
	 * @param maxQueues Maximum number of queues of filters with the same VM id.
	 * @param maxEntries Maximum number of entries of each queue.
	 * @param maxSize Maximum size of the entries of all queues of a VM id.
	 * @param redelivery Time after which Redis delivers an entry again if the gateway
	 * that took it was lost. At least 1 s.
	 */
	public record SharedQueues(@DefaultValue("100") int maxQueues, @DefaultValue("10000") int maxEntries,
			@DefaultValue("16MB") DataSize maxSize, @DefaultValue("30s") Duration redelivery) {

	}

	/**
	 * When plugins are reloaded.
	 *
	 * @param interval Interval at which the files of plugins are checked for changes.
	 * Zero disables the check.
	 * @param remoteInterval Interval at which servers and registries are asked for newer
	 * modules. Zero disables the check. 'image-pull-policy' of the plugin decides whether
	 * a server is asked.
	 */
	public record Reload(@DefaultValue("5s") @ZeroAllowed Duration interval,
			@DefaultValue("1m") @ZeroAllowed Duration remoteInterval) {

	}

	/**
	 * Compiled modules on disk.
	 *
	 * @param enabled Whether compiled modules are cached on disk.
	 * @param directory Directory that contains the compiled modules. Only its owner may
	 * have access to it. By default a directory under the user's cache directory.
	 * @param maxSize Maximum size of the directory. The least recently used modules are
	 * removed when it is exceeded.
	 */
	public record Cache(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue(EngineOptions.CACHE_MB + "MB") DataSize maxSize) {

	}

	/**
	 * An upstream that filters can call.
	 *
	 * @param uri Scheme, host and port, or 'lb://service' for Spring Cloud LoadBalancer.
	 * 'grpc' and 'grpcs' stand for 'http' and 'https'.
	 * @param aliases Comma-separated list of other names, such as Envoy cluster names.
	 * @param maxResponseSize Maximum size of a response body or gRPC message.
	 * @param protocol Version of HTTP for HTTP callouts. By default 'http2' for 'grpc'
	 * and 'grpcs', otherwise 'http1'.
	 */
	public record UpstreamProperties(@Nullable URI uri, @DefaultValue List<String> aliases,
			@DefaultValue(Upstream.RESPONSE_MB + "MB") DataSize maxResponseSize, @Nullable UpstreamProtocol protocol) {

	}

	/**
	 * A Redis server that filters can call.
	 *
	 * @param uri Address, such as 'redis://host:6379', or 'rediss://host:6379' for TLS.
	 * By default the server of 'spring.data.redis'.
	 * @param username User name. If a user name or password is set, credentials from the
	 * filter are ignored.
	 * @param password Password.
	 * @param database Database number. By default the database that the filter selects,
	 * or 0.
	 * @param sslBundle SSL bundle with the keys and certificates. Setting it enables TLS.
	 * @param aliases Comma-separated list of other names, such as Higress cluster names.
	 * @param maxReplySize Maximum size of a reply.
	 * @param connectTimeout Timeout for connecting and logging in.
	 */
	public record RedisProperties(@Nullable URI uri, @Nullable String username, @Nullable String password,
			@Nullable @ZeroAllowed Integer database, @Nullable String sslBundle, @DefaultValue List<String> aliases,
			@DefaultValue(RedisServer.REPLY_MB + "MB") DataSize maxReplySize,
			@DefaultValue(RedisServer.CONNECT_TIMEOUT_SECONDS + "s") Duration connectTimeout) {

		/**
		 * Describes the server without its password, and without its address, which may
		 * hold one.
		 */
		@Override
		public String toString() {
			return "Redis[username=" + this.username + ", database=" + this.database + "]";
		}

	}

	/**
	 * Metrics that filters define.
	 *
	 * @param encodedTags Whether labels that filters encode in metric names, in the
	 * format of Istio or Coraza, become tags.
	 * @param tags Tags and the regular expressions that extract them from metric names,
	 * as in Envoy's 'stats_tags'. The first group is removed from the name, the second
	 * group is the value.
	 */
	public record Metrics(@DefaultValue("true") boolean encodedTags, @DefaultValue Map<String, Pattern> tags) {

	}

	/**
	 * Observations of filters.
	 *
	 * @param enabled Whether each stream of a filter is an observation, and therefore a
	 * span if the gateway is traced.
	 */
	public record Observations(@DefaultValue("false") boolean enabled) {

	}

	/**
	 * Health of the gateway.
	 *
	 * @param strict Whether the health of the gateway is down if an inline plugin, which
	 * only a route names, cannot serve, as it is for declared plugins.
	 */
	public record Health(@DefaultValue("false") boolean strict) {

	}

}
