package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.fetch.ImagePullPolicy;
import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.UnimplementedImports;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for Proxy-Wasm filters.
 *
 * @param enabled Whether Proxy-Wasm filters are available to routes.
 * @param plugins Plugins that routes can use, by name.
 * @param globalFilters Comma-separated list of declared plugins that run on every route,
 * ahead of the route's own filters. Read at start-up.
 * @param upstreams Upstreams that filters can call, by name.
 * @param allowedCallTargets Comma-separated list of 'host:port' that filters can call
 * without an upstream being declared. '*' matches any characters. Port 443 is called by
 * HTTPS.
 * @param allowedLocations Comma-separated list of prefixes of locations from which routes
 * can load modules and configurations that are not declared as plugins.
 * @param loadTimeout Time that requests wait for a plugin that is being loaded in the
 * background.
 * @param compileTimeout CPU time that compiling a module can use. A large module of a
 * compiler such as Go's takes about 20 seconds in a JVM that has just started.
 * @param maxMemory Memory that the VMs of all plugins can have together. By default half
 * of what the Java heap can grow to.
 * @param maxExpressions Number of expressions that each root context of a filter can have
 * at a time.
 * @param maxCallConnections Number of connections for HTTP calls of filters to each host.
 * Twice as many calls can wait for one.
 * @param sharedData Values that filters share.
 * @param sharedQueues Queues that filters share.
 * @param reload When plugins are reloaded.
 * @param cache Compiled modules on disk, so that the next start need not compile them.
 * @param metrics Metrics that filters define.
 * @param observations Observations of filters, which become spans of the gateway's
 * traces.
 */
@ConfigurationProperties("gateway.wasm")
public record WasmGatewayProperties(@DefaultValue("true") boolean enabled, @DefaultValue Map<String, Plugin> plugins,
		@DefaultValue List<String> globalFilters, @DefaultValue Map<String, Upstream> upstreams,
		@DefaultValue List<String> allowedCallTargets, @DefaultValue("classpath:") List<String> allowedLocations,
		@DefaultValue("10s") Duration loadTimeout, @DefaultValue("120s") Duration compileTimeout,
		@Nullable DataSize maxMemory, @DefaultValue("1000") int maxExpressions,
		@DefaultValue("500") int maxCallConnections, @DefaultValue SharedData sharedData,
		@DefaultValue SharedQueues sharedQueues, @DefaultValue Reload reload, @DefaultValue Cache cache,
		@DefaultValue Metrics metrics, @DefaultValue Observations observations) {

	/**
	 * Values that filters share.
	 *
	 * @param maxValues Number of values that filters with the same VM id can share.
	 * @param maxSize Size of these values and their keys.
	 */
	public record SharedData(@DefaultValue("10000") int maxValues, @DefaultValue("16MB") DataSize maxSize) {

	}

	/**
	 * Queues that filters share.
	 *
	 * @param maxQueues Number of queues that filters with the same VM id can have.
	 * @param maxEntries Number of entries that each queue can have.
	 * @param maxSize Size of the entries of all these queues.
	 */
	public record SharedQueues(@DefaultValue("100") int maxQueues, @DefaultValue("10000") int maxEntries,
			@DefaultValue("16MB") DataSize maxSize) {

	}

	/**
	 * When plugins are reloaded.
	 *
	 * @param interval Time between looks at the files that plugins are made from. Zero
	 * for no looks at all.
	 * @param remoteInterval Time between questions to the servers that modules come from
	 * whether there is a newer one. Zero for none. Whether a server is asked at all
	 * depends on the plugin's 'image-pull-policy'.
	 */
	public record Reload(@DefaultValue("5s") Duration interval, @DefaultValue("1m") Duration remoteInterval) {

	}

	/**
	 * A plugin.
	 *
	 * @param url Location of the module, such as 'classpath:filters/example.wasm',
	 * 'file:/etc/filters/example.wasm', 'https://host/example.wasm' or
	 * 'oci://registry/example:v1'.
	 * @param sha256 SHA-256 that the module must have, in hexadecimal.
	 * @param rootId Root id, by which a module with several filters tells them apart.
	 * @param vmId VM id. Plugins with the same VM id share data and queues.
	 * @param configuration Configuration handed to the filter as it is.
	 * @param configurationLocation Location of a resource that is handed to the filter as
	 * its configuration.
	 * @param vmConfiguration Configuration handed to the filter's VMs when they start.
	 * @param environment Environment variables that the filter sees.
	 * @param failStrategy What requests get when the filter fails. 'closed' answers them
	 * with 503, 'open' goes on without the filter. 'reload' is the same as 'closed'.
	 * @param vms Number of VMs. By default one for each event loop, or 64 with
	 * 'isolation: stream', as far as 256 MiB of memory allow.
	 * @param allowOnHeadersStopIteration Whether a filter that pauses in its headers
	 * callback sees the body meanwhile. By default as the module's ABI version has it.
	 * @param allowedCapabilities Comma-separated list of the host functions and callbacks
	 * that the filter can use. By default all. A name that is none is refused.
	 * @param removeAcceptEncoding Whether the header 'accept-encoding' is removed from
	 * requests behind the filter, so that upstreams do not compress the bodies that the
	 * filter sees.
	 * @param bodyAccess What the filter can do with bodies. 'read-only' lets it see them
	 * and keeps their length; changes are refused.
	 * @param websocket What requests for a WebSocket get, whose frames no filter sees.
	 * 'pass' runs the filter on the handshake alone, 'refuse' answers with 403.
	 * @param allowResponseCache Whether the filter can be on routes that the gateway's
	 * local response cache answers ahead of it.
	 * @param execution Where the filter runs. 'automatic' is on the event loop that has
	 * the work, and on worker threads while the filter is slow. A filter that is known to
	 * be slow belongs on worker threads.
	 * @param isolation What a request can find in the memory of its VM. 'shared' is what
	 * earlier requests and those at the same time left there. 'stream' is nothing: each
	 * request has a VM alone, which is restored afterwards.
	 * @param warmUp Number of made-up requests that the filter sees before it serves, so
	 * that the first ones find its code compiled. They take two seconds at most.
	 * @param imagePullPolicy When to ask the registry what a tag stands for. By default
	 * always if the tag is 'latest' or missing, and else if the image is not present.
	 * @param verificationKey Public key that must have signed the image, ECDSA P-256 or
	 * Ed25519 in PEM, or location of a file with it.
	 * @param unimplemented What happens if the module imports a function that the gateway
	 * does not implement, so that the filter may let requests pass that it should refuse.
	 * 'warn' starts it with a warning, 'refuse' does not start it.
	 * @param limits Bounds on what the filter can use.
	 */
	public record Plugin(@Nullable String url, @Nullable String sha256, @DefaultValue("") String rootId,
			@DefaultValue("") String vmId, @Nullable String configuration, @Nullable String configurationLocation,
			@Nullable String vmConfiguration, @DefaultValue Map<String, String> environment,
			@DefaultValue("closed") FailStrategy failStrategy, @Nullable Integer vms,
			@Nullable Boolean allowOnHeadersStopIteration, @Nullable Set<String> allowedCapabilities,
			@DefaultValue("false") boolean removeAcceptEncoding, @DefaultValue("read-write") BodyAccess bodyAccess,
			@DefaultValue("pass") WebSocketPolicy websocket, @DefaultValue("false") boolean allowResponseCache,
			@DefaultValue("automatic") Execution execution, @DefaultValue("shared") Isolation isolation,
			@DefaultValue("100") int warmUp, @Nullable ImagePullPolicy imagePullPolicy,
			@Nullable String verificationKey, @DefaultValue("warn") UnimplementedImports unimplemented,
			@DefaultValue Limits limits) {

		/**
		 * Describe the plugin without its configurations and environment, which may hold
		 * secrets.
		 */
		@Override
		public String toString() {
			return "Plugin[url=" + this.url + ", rootId=" + this.rootId + ", failStrategy=" + this.failStrategy + "]";
		}

	}

	/**
	 * What a filter can do with bodies.
	 */
	public enum BodyAccess {

		/** See and change them. */
		READ_WRITE,

		/** See them. */
		READ_ONLY

	}

	/**
	 * What requests for a WebSocket get.
	 */
	public enum WebSocketPolicy {

		/** The filter sees the handshake, and no frames. */
		PASS,

		/** They are refused. */
		REFUSE

	}

	/**
	 * Bounds on what a filter can use.
	 *
	 * @param memory Memory that each VM can grow to.
	 * @param bodyBuffer Size up to which a paused body is buffered, for each direction.
	 * @param pauseTimeout Time after which a request that the filter has paused gets the
	 * fail strategy.
	 * @param vmWait Time that requests wait for a VM when none can serve, or for a VM or
	 * a worker thread that is busy.
	 * @param calloutTimeout Timeout of calls for which the filter gives none.
	 * @param mailbox Number of tasks that can wait for one VM.
	 * @param callbackTimeout CPU time that one callback can use before it is stopped.
	 * @param eventLoopTimeout CPU time that one callback can use on an event loop, if
	 * that is less.
	 * @param slowCallback CPU time above which a callback is slow. After three slow
	 * callbacks in a minute the filter runs on worker threads, unless 'execution' is set.
	 * @param startTimeout CPU time that starting and configuring can use.
	 * @param drainTimeout Time that requests have to finish on a version of the filter
	 * that was replaced by a reload.
	 * @param totalMemory Memory that all VMs of the plugin can have together. By default
	 * as much as 'gateway.wasm.max-memory' allows.
	 * @param headers Number of headers that the filter can add to a request or response,
	 * or give to a reply or call.
	 * @param headerSize Size of their names and values.
	 * @param localReply Size of the body of a reply that the filter gives itself.
	 * @param callBody Size of the body of an HTTP call, or of a gRPC message.
	 * @param calls Number of HTTP calls, and of gRPC calls, that can be under way for
	 * each VM.
	 * @param properties Size of the properties that the filter can set for each request.
	 * @param metrics Number of metrics that each VM can define, and that are shown of the
	 * plugin.
	 * @param logLine Number of characters after which a log line is cut.
	 * @param logLinesPerSecond Number of lines that the plugin can log each second. Ten
	 * times as many can come at once.
	 * @param recycleAfterRequests Number of requests after which a VM is replaced by a
	 * fresh one. By default never.
	 * @param recycleAboveMemory Memory above which a VM is replaced by a fresh one. By
	 * default never.
	 */
	public record Limits(@DefaultValue("256MB") DataSize memory, @DefaultValue("1MB") DataSize bodyBuffer,
			@DefaultValue("60s") Duration pauseTimeout, @DefaultValue("5s") Duration vmWait,
			@DefaultValue("10s") Duration calloutTimeout, @DefaultValue("1024") int mailbox,
			@DefaultValue("2s") Duration callbackTimeout, @DefaultValue("500ms") Duration eventLoopTimeout,
			@DefaultValue("50ms") Duration slowCallback, @DefaultValue("10s") Duration startTimeout,
			@DefaultValue("60s") Duration drainTimeout, @Nullable DataSize totalMemory,
			@DefaultValue("1000") int headers, @DefaultValue("128KB") DataSize headerSize,
			@DefaultValue("1MB") DataSize localReply, @DefaultValue("1MB") DataSize callBody,
			@DefaultValue("1000") int calls, @DefaultValue("1MB") DataSize properties,
			@DefaultValue("1000") int metrics, @DefaultValue("16384") int logLine,
			@DefaultValue("1000") int logLinesPerSecond, @Nullable Long recycleAfterRequests,
			@Nullable DataSize recycleAboveMemory) {

	}

	/**
	 * Compiled modules on disk.
	 *
	 * @param enabled Whether compiled modules are kept on disk.
	 * @param directory Directory for compiled modules, which only its owner can use. By
	 * default a directory below the user's own cache directory.
	 * @param maxSize Size of the directory above which the oldest modules are removed.
	 */
	public record Cache(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue("256MB") DataSize maxSize) {

	}

	/**
	 * An upstream that filters can call.
	 *
	 * @param uri Scheme, host and port, or 'lb://service' to let Spring Cloud
	 * LoadBalancer choose. 'grpc' and 'grpcs' stand for 'http' and 'https'.
	 * @param aliases Comma-separated list of other names, such as Envoy cluster names.
	 * @param maxResponseSize Size up to which the body of a response, or a gRPC message,
	 * is accepted.
	 */
	public record Upstream(@Nullable URI uri, @DefaultValue List<String> aliases,
			@DefaultValue("1MB") DataSize maxResponseSize) {

	}

	/**
	 * Metrics that filters define.
	 *
	 * @param encodedTags Whether labels that filters write into the names of metrics, in
	 * the form of Istio or Coraza, become tags.
	 * @param tags Tags and the regular expressions that find them in the names of
	 * metrics, as in Envoy's 'stats_tags'. The first group is cut out of the name, the
	 * second one is the value.
	 */
	public record Metrics(@DefaultValue("true") boolean encodedTags, @DefaultValue Map<String, Pattern> tags) {

	}

	/**
	 * Observations of filters.
	 *
	 * @param enabled Whether each stream of a filter is an observation, and so a span
	 * where the gateway is traced.
	 */
	public record Observations(@DefaultValue("false") boolean enabled) {

	}

}
