package io.gatewaywasm.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.boot.plugin.Reroute;
import io.gatewaywasm.boot.plugin.WebSocketPolicy;
import io.gatewaywasm.host.limits.PoolLimits;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.limits.StreamLimits;
import io.gatewaywasm.host.limits.VmLimits;
import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.UnimplementedImports;
import io.gatewaywasm.registry.ImagePullPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for one plugin.
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
 * @param vmConfiguration Configuration that is passed to each VM of the plugin when it
 * starts.
 * @param environment Environment variables of the filter.
 * @param allowedSecrets Comma-separated list of properties of the application that the
 * filter can read as secrets, with G-Core's 'proxy_get_secret'. By default none.
 * @param failStrategy What requests get when the filter fails. 'closed' answers with 503,
 * 'open' continues without the filter. 'reload' is a synonym for 'closed'.
 * @param vms Number of VMs. By default one for each event loop, or 64 with 'isolation:
 * stream', but no more than fit into 256 MiB of memory.
 * @param allowOnHeadersStopIteration Whether a filter that pauses in a headers callback
 * still receives body callbacks. By default determined by the module's ABI version.
 * @param allowedCapabilities Comma-separated list of the host functions and callbacks
 * that the filter can use. By default all. Unknown names are rejected.
 * @param removeAcceptEncoding Whether the header 'accept-encoding' is removed from
 * requests after the filter, so that upstreams send bodies uncompressed.
 * @param bodyAccess Whether the filter can change bodies. 'read-only' shows bodies to the
 * filter, rejects changes and preserves the content length.
 * @param websocket What WebSocket requests get. Filters never see frames. 'pass' runs the
 * filter on the handshake only, 'warn' also logs a warning once if the filter has a body
 * callback, 'refuse' answers with 403.
 * @param reroute When the route is chosen again for the request that the filter has
 * changed. 'on-clear': after the filter calls 'proxy_clear_route_cache'.
 * 'on-header-change': also after any change of request headers, as in Envoy for modules
 * of ABI 0.2.1 and older. 'off': never.
 * @param allowResponseCache Whether the filter can be on routes with a local response
 * cache. On a cache hit, the cache answers before the filter runs.
 * @param execution Which threads run the filter. 'automatic' uses the event loop of the
 * request, and worker threads while the filter is slow. Use 'worker' for a filter that is
 * known to be slow.
 * @param isolation Whether requests share the memory of a VM. 'shared': a request can
 * find data of earlier and concurrent requests. 'stream': each request has its own VM,
 * which is restored afterwards.
 * @param warmUp Number of synthetic requests that are sent through the filter before it
 * serves, so that the JVM has compiled its code. They take two seconds at most. With zero
 * there is no warm-up.
 * @param imagePullPolicy When the registry is asked for the digest of a tag. By default
 * 'always' if the tag is 'latest' or missing, otherwise 'if-not-present'.
 * @param verificationKey Public key with which the image must be signed: ECDSA P-256 or
 * Ed25519 in PEM format, or the location of a file that contains the key.
 * @param unimplemented What happens if the module imports a function that the gateway
 * does not implement. Such a filter may let requests pass that it should reject. 'warn'
 * logs a warning, 'refuse' does not start the plugin.
 * @param limits Limits of the filter.
 */
public record WasmPluginProperties(@Nullable String url, @Nullable String sha256, @DefaultValue("") String rootId,
		@DefaultValue("") String vmId, @Nullable String configuration, @Nullable String configurationLocation,
		@Nullable String vmConfiguration, @DefaultValue Map<String, String> environment,
		@DefaultValue Set<String> allowedSecrets, @DefaultValue("closed") FailStrategy failStrategy,
		@Nullable Integer vms, @Nullable Boolean allowOnHeadersStopIteration, @Nullable Set<String> allowedCapabilities,
		@DefaultValue("false") boolean removeAcceptEncoding, @DefaultValue("read-write") BodyAccess bodyAccess,
		@DefaultValue("warn") WebSocketPolicy websocket, @DefaultValue("on-clear") Reroute reroute,
		@DefaultValue("false") boolean allowResponseCache, @DefaultValue("automatic") Execution execution,
		@DefaultValue("shared") Isolation isolation,
		@DefaultValue("" + PluginDefinition.WARM_UP) @ZeroAllowed int warmUp, @Nullable ImagePullPolicy imagePullPolicy,
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
	 * Limits of a filter. The defaults are those of the host.
	 *
	 * @param memory Maximum memory of each VM. At least 64 KB.
	 * @param bodyBuffer Maximum size of the body that is buffered while a stream is
	 * paused, for each direction.
	 * @param maxBodyBuffer Maximum to which the filter itself can raise 'body-buffer' for
	 * a request or response, as filters of Higress do. At least 'body-buffer'.
	 * @param pauseTimeout Time after which a paused request gets the fail strategy.
	 * @param bodyIdleTimeout Time in which the next part of a body must arrive while the
	 * filter waits for it. Zero is any time.
	 * @param vmWait Time that requests wait if no VM is available, or if the VM or the
	 * worker threads are busy. With zero they do not wait for a VM, and at most 100 ms if
	 * it is busy.
	 * @param calloutTimeout Timeout of calls for which the filter sets none.
	 * @param mailbox Maximum number of tasks that wait for one VM.
	 * @param callbackTimeout Maximum CPU time of a callback. A callback that uses more is
	 * stopped. At least 10 ms.
	 * @param eventLoopTimeout Maximum CPU time of a callback on an event loop, if lower
	 * than 'callback-timeout'. At least 10 ms.
	 * @param slowCallback CPU time above which a callback counts as slow. After three
	 * slow callbacks within a minute the filter runs on worker threads, unless
	 * 'execution' is set. At least 10 ms.
	 * @param startTimeout Maximum CPU time of starting and configuring a VM.
	 * @param drainTimeout Time that requests have to finish on a version of the filter
	 * that a reload replaced.
	 * @param totalMemory Maximum memory of all VMs of the plugin together. By default
	 * limited by 'gateway.wasm.max-memory' only.
	 * @param headers Maximum number of headers that the filter can add to a request or
	 * response, or set on a local response or callout.
	 * @param headerSize Maximum size of the names and values of these headers.
	 * @param localResponse Maximum size of the body of a local response.
	 * @param callBody Maximum size of the body of an HTTP callout or of a gRPC message.
	 * @param calls Maximum number of pending HTTP callouts, and of pending gRPC callouts,
	 * of each VM.
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
	public record Limits(@DefaultValue(VmLimits.MEMORY_MB + "MB") DataSize memory,
			@DefaultValue(StreamLimits.BODY_BUFFER_MB + "MB") DataSize bodyBuffer,
			@DefaultValue(StreamLimits.MAX_BODY_BUFFER_MB + "MB") DataSize maxBodyBuffer,
			@DefaultValue(StreamLimits.PAUSE_TIMEOUT_SECONDS + "s") Duration pauseTimeout,
			@DefaultValue(StreamLimits.BODY_IDLE_TIMEOUT_MINUTES + "m") @ZeroAllowed Duration bodyIdleTimeout,
			@DefaultValue(VmLimits.VM_WAIT_SECONDS + "s") @ZeroAllowed Duration vmWait,
			@DefaultValue(StreamLimits.CALLOUT_TIMEOUT_SECONDS + "s") Duration calloutTimeout,
			@DefaultValue("" + VmLimits.MAILBOX) int mailbox,
			@DefaultValue(VmLimits.CALLBACK_TIMEOUT_SECONDS + "s") Duration callbackTimeout,
			@DefaultValue(VmLimits.EVENT_LOOP_TIMEOUT_MILLIS + "ms") Duration eventLoopTimeout,
			@DefaultValue(VmLimits.SLOW_CALLBACK_MILLIS + "ms") Duration slowCallback,
			@DefaultValue(VmLimits.START_TIMEOUT_SECONDS + "s") Duration startTimeout,
			@DefaultValue(PoolLimits.DRAIN_TIMEOUT_SECONDS + "s") Duration drainTimeout, @Nullable DataSize totalMemory,
			@DefaultValue("" + SizeLimits.HEADERS) int headers,
			@DefaultValue(SizeLimits.HEADER_KB + "KB") DataSize headerSize,
			@DefaultValue(SizeLimits.LOCAL_RESPONSE_MB + "MB") DataSize localResponse,
			@DefaultValue(SizeLimits.CALL_BODY_MB + "MB") DataSize callBody,
			@DefaultValue("" + SizeLimits.CALLS) int calls,
			@DefaultValue(SizeLimits.PROPERTIES_MB + "MB") DataSize properties,
			@DefaultValue("" + SizeLimits.METRICS) int metrics, @DefaultValue("" + SizeLimits.LOG_LINE) int logLine,
			@DefaultValue("" + SizeLimits.LOG_LINES_PER_SECOND) int logLinesPerSecond,
			@Nullable Long recycleAfterRequests, @Nullable DataSize recycleAboveMemory) {

	}

}
