package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.plugin.Reroute;
import io.gatewaywasm.boot.shareddata.OnFailure;
import io.gatewaywasm.boot.shareddata.SharedDataStore;
import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.UnimplementedImports;
import io.gatewaywasm.registry.ImagePullPolicy;
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
 * before the route's own filters. Read at start-up.
 * @param beforeRouting Comma-separated list of declared plugins that run before a route
 * is chosen. They can change the headers, path, method and authority that route
 * predicates match. Read at start-up.
 * @param beforeRoutingHandlers Comma-separated list of path patterns. At these paths the
 * plugins of 'before-routing' also run before the actuator and the application's own
 * handlers. Read at start-up.
 * @param upstreams Upstreams that filters can call, by name.
 * @param redis Redis servers that filters can call, by name.
 * @param allowedCallTargets Comma-separated list of 'host:port' that filters can call
 * without a declared upstream. '*' matches any characters. Port 443 is called over HTTPS.
 * @param allowRouteUpstream Whether a filter can make HTTP calls to the upstream of its
 * own route without a declared upstream. The filter finds its name in the property
 * 'cluster_name'.
 * @param allowedLocations Comma-separated list of location prefixes. Routes can load
 * modules and configurations that are not part of a declared plugin only from these
 * locations.
 * @param loadTimeout Time that requests wait for a plugin that is loaded in the
 * background.
 * @param compileTimeout Maximum CPU time for compiling a module. In a JVM that has just
 * started, a large Go module takes about 20 seconds.
 * @param maxMemory Maximum memory of the VMs of all plugins together. By default half of
 * the maximum Java heap.
 * @param maxExpressions Maximum number of expressions of each root context at a time.
 * @param maxCallConnections Maximum number of connections to each host for HTTP calls of
 * filters. Twice as many calls can wait for a connection.
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
public record WasmGatewayProperties(@DefaultValue("true") boolean enabled, @DefaultValue Map<String, Plugin> plugins,
		@DefaultValue List<String> globalFilters, @DefaultValue List<String> beforeRouting,
		@DefaultValue List<String> beforeRoutingHandlers, @DefaultValue Map<String, Upstream> upstreams,
		@DefaultValue Map<String, Redis> redis, @DefaultValue List<String> allowedCallTargets,
		@DefaultValue("true") boolean allowRouteUpstream, @DefaultValue("classpath:") List<String> allowedLocations,
		@DefaultValue("10s") Duration loadTimeout, @DefaultValue("120s") Duration compileTimeout,
		@Nullable DataSize maxMemory, @DefaultValue("1000") int maxExpressions,
		@DefaultValue("500") int maxCallConnections, @DefaultValue SharedData sharedData,
		@DefaultValue SharedQueues sharedQueues, @DefaultValue Reload reload, @DefaultValue Cache cache,
		@DefaultValue Metrics metrics, @DefaultValue Observations observations, @DefaultValue Health health) {

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
	 * that took it was lost.
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
	public record Reload(@DefaultValue("5s") Duration interval, @DefaultValue("1m") Duration remoteInterval) {

	}

	/**
	 * A plugin.
	 *
	 * @param url Location of the module, such as 'classpath:filters/example.wasm',
	 * 'file:/etc/filters/example.wasm', 'https://host/example.wasm' or
	 * 'oci://registry/example:v1'.
	 * @param sha256 Expected SHA-256 digest of the module, in hexadecimal.
	 * @param rootId Root id. Selects one of the filters of a module that has several.
	 * @param vmId VM id. Plugins with the same VM id share data and queues.
	 * @param configuration Configuration that is passed to the filter unchanged.
	 * @param configurationLocation Location of a resource whose content is passed to the
	 * filter as its configuration.
	 * @param vmConfiguration Configuration that is passed to each VM of the plugin when
	 * it starts.
	 * @param environment Environment variables of the filter.
	 * @param allowedSecrets Comma-separated list of properties of the application that
	 * the filter can read as secrets, with G-Core's 'proxy_get_secret'. By default none.
	 * @param failStrategy What requests get when the filter fails. 'closed' answers with
	 * 503, 'open' continues without the filter. 'reload' is a synonym for 'closed'.
	 * @param vms Number of VMs. By default one for each event loop, or 64 with
	 * 'isolation: stream', but no more than fit into 256 MiB of memory.
	 * @param allowOnHeadersStopIteration Whether a filter that pauses in a headers
	 * callback still receives body callbacks. By default determined by the module's ABI
	 * version.
	 * @param allowedCapabilities Comma-separated list of the host functions and callbacks
	 * that the filter can use. By default all. Unknown names are rejected.
	 * @param removeAcceptEncoding Whether the header 'accept-encoding' is removed from
	 * requests after the filter, so that upstreams send bodies uncompressed.
	 * @param bodyAccess Whether the filter can change bodies. 'read-only' shows bodies to
	 * the filter, rejects changes and preserves the content length.
	 * @param websocket What WebSocket requests get. Filters never see frames. 'pass' runs
	 * the filter on the handshake only, 'refuse' answers with 403.
	 * @param reroute When the route is chosen again for the request that the filter has
	 * changed. 'on-clear': after the filter calls 'proxy_clear_route_cache'.
	 * 'on-header-change': also after any change of request headers, as in Envoy for
	 * modules of ABI 0.2.1 and older. 'off': never.
	 * @param allowResponseCache Whether the filter can be on routes with a local response
	 * cache. On a cache hit, the cache answers before the filter runs.
	 * @param execution Which threads run the filter. 'automatic' uses the event loop of
	 * the request, and worker threads while the filter is slow. Use 'worker' for a filter
	 * that is known to be slow.
	 * @param isolation Whether requests share the memory of a VM. 'shared': a request can
	 * find data of earlier and concurrent requests. 'stream': each request has its own
	 * VM, which is restored afterwards.
	 * @param warmUp Number of synthetic requests that are sent through the filter before
	 * it serves, so that the JVM has compiled its code. They take two seconds at most.
	 * @param imagePullPolicy When the registry is asked for the digest of a tag. By
	 * default 'always' if the tag is 'latest' or missing, otherwise 'if-not-present'.
	 * @param verificationKey Public key with which the image must be signed: ECDSA P-256
	 * or Ed25519 in PEM format, or the location of a file that contains the key.
	 * @param unimplemented What happens if the module imports a function that the gateway
	 * does not implement. Such a filter may let requests pass that it should reject.
	 * 'warn' logs a warning, 'refuse' does not start the plugin.
	 * @param limits Limits of the filter.
	 */
	public record Plugin(@Nullable String url, @Nullable String sha256, @DefaultValue("") String rootId,
			@DefaultValue("") String vmId, @Nullable String configuration, @Nullable String configurationLocation,
			@Nullable String vmConfiguration, @DefaultValue Map<String, String> environment,
			@DefaultValue Set<String> allowedSecrets, @DefaultValue("closed") FailStrategy failStrategy,
			@Nullable Integer vms, @Nullable Boolean allowOnHeadersStopIteration,
			@Nullable Set<String> allowedCapabilities, @DefaultValue("false") boolean removeAcceptEncoding,
			@DefaultValue("read-write") BodyAccess bodyAccess, @DefaultValue("pass") WebSocketPolicy websocket,
			@DefaultValue("on-clear") Reroute reroute, @DefaultValue("false") boolean allowResponseCache,
			@DefaultValue("automatic") Execution execution, @DefaultValue("shared") Isolation isolation,
			@DefaultValue("100") int warmUp, @Nullable ImagePullPolicy imagePullPolicy,
			@Nullable String verificationKey, @DefaultValue("warn") UnimplementedImports unimplemented,
			@DefaultValue Limits limits) {

		/**
		 * Describes the plugin without its configurations and environment, which may hold
		 * secrets.
		 */
		@Override
		public String toString() {
			return "Plugin[url=" + this.url + ", rootId=" + this.rootId + ", failStrategy=" + this.failStrategy + "]";
		}

	}

	/**
	 * Whether a filter can change bodies.
	 */
	public enum BodyAccess {

		/** The filter can read and change bodies. */
		READ_WRITE,

		/** The filter can read bodies. */
		READ_ONLY

	}

	/**
	 * How WebSocket requests are handled.
	 */
	public enum WebSocketPolicy {

		/** The filter runs on the handshake, and does not see frames. */
		PASS,

		/** WebSocket requests are rejected. */
		REFUSE

	}

	/**
	 * Limits of a filter.
	 *
	 * @param memory Maximum memory of each VM.
	 * @param bodyBuffer Maximum size of the body that is buffered while a stream is
	 * paused, for each direction.
	 * @param maxBodyBuffer Maximum to which the filter itself can raise 'body-buffer' for
	 * a request or response, as filters of Higress do. At least 'body-buffer'.
	 * @param pauseTimeout Time after which a paused request gets the fail strategy.
	 * @param vmWait Time that requests wait if no VM is available, or if the VM or the
	 * worker threads are busy.
	 * @param calloutTimeout Timeout of calls for which the filter sets none.
	 * @param mailbox Maximum number of tasks that wait for one VM.
	 * @param callbackTimeout Maximum CPU time of a callback. A callback that uses more is
	 * stopped.
	 * @param eventLoopTimeout Maximum CPU time of a callback on an event loop, if lower
	 * than 'callback-timeout'.
	 * @param slowCallback CPU time above which a callback counts as slow. After three
	 * slow callbacks within a minute the filter runs on worker threads, unless
	 * 'execution' is set.
	 * @param startTimeout Maximum CPU time of starting and configuring a VM.
	 * @param drainTimeout Time that requests have to finish on a version of the filter
	 * that a reload replaced.
	 * @param totalMemory Maximum memory of all VMs of the plugin together. By default
	 * limited by 'gateway.wasm.max-memory' only.
	 * @param headers Maximum number of headers that the filter can add to a request or
	 * response, or set on a local response or call.
	 * @param headerSize Maximum size of the names and values of these headers.
	 * @param localReply Maximum size of the body of a local response.
	 * @param callBody Maximum size of the body of an HTTP call or of a gRPC message.
	 * @param calls Maximum number of pending HTTP calls, and of pending gRPC calls, of
	 * each VM.
	 * @param properties Maximum size of the properties that the filter can set for each
	 * request.
	 * @param metrics Maximum number of metrics that each VM can define, and that are
	 * published for the plugin.
	 * @param logLine Maximum number of characters of a log line. Longer lines are
	 * truncated.
	 * @param logLinesPerSecond Maximum number of lines that the plugin can log per
	 * second, with bursts of ten times as many.
	 * @param recycleAfterRequests Number of requests after which a VM is replaced. By
	 * default never.
	 * @param recycleAboveMemory Memory above which a VM is replaced. By default never.
	 */
	public record Limits(@DefaultValue("256MB") DataSize memory, @DefaultValue("1MB") DataSize bodyBuffer,
			@DefaultValue("10MB") DataSize maxBodyBuffer, @DefaultValue("60s") Duration pauseTimeout,
			@DefaultValue("5s") Duration vmWait, @DefaultValue("10s") Duration calloutTimeout,
			@DefaultValue("1024") int mailbox, @DefaultValue("2s") Duration callbackTimeout,
			@DefaultValue("500ms") Duration eventLoopTimeout, @DefaultValue("50ms") Duration slowCallback,
			@DefaultValue("10s") Duration startTimeout, @DefaultValue("60s") Duration drainTimeout,
			@Nullable DataSize totalMemory, @DefaultValue("1000") int headers,
			@DefaultValue("128KB") DataSize headerSize, @DefaultValue("1MB") DataSize localReply,
			@DefaultValue("1MB") DataSize callBody, @DefaultValue("1000") int calls,
			@DefaultValue("1MB") DataSize properties, @DefaultValue("1000") int metrics,
			@DefaultValue("16384") int logLine, @DefaultValue("1000") int logLinesPerSecond,
			@Nullable Long recycleAfterRequests, @Nullable DataSize recycleAboveMemory) {

	}

	/**
	 * Compiled modules on disk.
	 *
	 * @param enabled Whether compiled modules are cached on disk.
	 * @param directory Directory for compiled modules. Only its owner must have access.
	 * By default a directory under the user's cache directory.
	 * @param maxSize Maximum size of the directory. The oldest modules are removed when
	 * it is exceeded.
	 */
	public record Cache(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue("256MB") DataSize maxSize) {

	}

	/**
	 * An upstream that filters can call.
	 *
	 * @param uri Scheme, host and port, or 'lb://service' for Spring Cloud LoadBalancer.
	 * 'grpc' and 'grpcs' stand for 'http' and 'https'.
	 * @param aliases Comma-separated list of other names, such as Envoy cluster names.
	 * @param maxResponseSize Maximum size of a response body or gRPC message.
	 */
	public record Upstream(@Nullable URI uri, @DefaultValue List<String> aliases,
			@DefaultValue("1MB") DataSize maxResponseSize) {

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
	public record Redis(@Nullable URI uri, @Nullable String username, @Nullable String password,
			@Nullable Integer database, @Nullable String sslBundle, @DefaultValue List<String> aliases,
			@DefaultValue("1MB") DataSize maxReplySize, @DefaultValue("2s") Duration connectTimeout) {

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
	 * @param strict Whether the health of the gateway is down if an undeclared plugin of
	 * a route cannot serve, as it is for declared plugins.
	 */
	public record Health(@DefaultValue("false") boolean strict) {

	}

}
