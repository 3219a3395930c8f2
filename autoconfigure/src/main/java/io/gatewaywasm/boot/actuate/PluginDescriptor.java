package io.gatewaywasm.boot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.gatewaywasm.boot.plugin.ModuleOrigin;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.ReloadFailure;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.plugin.PluginStatus;
import io.gatewaywasm.host.plugin.WarmUpReport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of a plugin.
 *
 * @param state where it stands: loading, warming, live, failed or closed
 * @param declared whether the application declares it, rather than a route
 * @param location the location of its module
 * @param rootId the root id
 * @param vmId the VM id
 * @param failStrategy what requests get when it fails
 * @param isolation what requests can find in its VMs: shared or stream
 * @param routes the routes that use it
 * @param warnings how requests can pass it unseen or unchecked, sentences
 * @param lastError its last failure or {@code null}
 * @param lastErrorStack the functions of the filter that were on the stack then,
 * innermost first
 * @param lastErrorAt when that was or {@code null}
 * @param version its version, or {@code null} if it could not be started
 * @param origin where its module came from, or {@code null} if that could not be loaded
 * @param module its module, or {@code null} if that could not be loaded
 * @param instances its VMs, or {@code null} if it could not be started
 * @param counters what it has done, or {@code null} if it could not be started
 * @param warmUp what was done before the first request, or {@code null} if nothing was
 */
public record PluginDescriptor(String state, boolean declared, String location, String rootId, String vmId,
		String failStrategy, String isolation, Set<String> routes, List<String> warnings, @Nullable String lastError,
		List<String> lastErrorStack, @Nullable Instant lastErrorAt, @Nullable VersionDescriptor version,
		@Nullable OriginDescriptor origin, @Nullable ModuleDescriptor module, @Nullable InstancesDescriptor instances,
		@Nullable CountersDescriptor counters, @Nullable WarmUpDescriptor warmUp) implements OperationResponseBody {

	static PluginDescriptor of(PluginHandle handle) {
		Plugin plugin = handle.plugin();
		return (plugin != null) ? of(handle, plugin.status()) : notLoaded(handle);
	}

	private static PluginDescriptor of(PluginHandle handle, PluginStatus status) {
		PluginDefinition definition = handle.definition();
		return new PluginDescriptor(lowerCase(status.state()), definition.declared(), definition.url(), status.rootId(),
				status.vmId(), lowerCase(definition.failStrategy()), lowerCase(status.isolation()), handle.routes(),
				status.warnings(), status.lastError(), status.lastErrorStack(), status.lastErrorAt(),
				VersionDescriptor.of(handle, status), OriginDescriptor.of(handle.origin()), ModuleDescriptor.of(status),
				InstancesDescriptor.of(status), CountersDescriptor.of(status), WarmUpDescriptor.of(status.warmUp()));
	}

	private static PluginDescriptor notLoaded(PluginHandle handle) {
		PluginDefinition definition = handle.definition();
		WasmPluginException failure = handle.failure();
		PluginState state = handle.state();
		return new PluginDescriptor(lowerCase(state), definition.declared(), definition.url(), definition.rootId(),
				definition.vmId(), lowerCase(definition.failStrategy()), lowerCase(definition.isolation()),
				handle.routes(), List.of(), (failure != null) ? failure.getReason() : null, List.of(),
				handle.failedAt(), null, null, null, null, null, null);
	}

	private static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Description of the version that serves.
	 *
	 * @param generation how many versions there have been, reloads that failed not
	 * counted
	 * @param loadedAt when the version went live
	 * @param failedReloads how many reloads changed nothing because the new version could
	 * not be started
	 * @param lastReloadFailure why the last reload changed nothing, or {@code null} if
	 * there was none or it succeeded
	 * @param lastReloadFailureAt when that was or {@code null}
	 */
	public record VersionDescriptor(int generation, Instant loadedAt, long failedReloads,
			@Nullable String lastReloadFailure, @Nullable Instant lastReloadFailureAt) {

		static VersionDescriptor of(PluginHandle handle, PluginStatus status) {
			ReloadFailure failure = handle.lastReloadFailure();
			return new VersionDescriptor(status.generation(), status.liveSince(), handle.reloadFailures(),
					(failure != null) ? failure.message() : null, (failure != null) ? failure.at() : null);
		}

	}

	/**
	 * Description of where a module came from.
	 *
	 * @param source the location
	 * @param resolvedDigest the digest of the image, or {@code null} if it did not come
	 * in one
	 * @param fetchedAt when it was transferred, or last found unchanged
	 * @param fromCache whether it was on disk already
	 * @param stale whether the source could not be asked, so that there may be a newer
	 * one
	 */
	public record OriginDescriptor(String source, @Nullable String resolvedDigest, Instant fetchedAt, boolean fromCache,
			boolean stale) {

		static @Nullable OriginDescriptor of(@Nullable ModuleOrigin origin) {
			return (origin != null) ? new OriginDescriptor(origin.location(), origin.resolvedDigest(),
					origin.fetchedAt(), origin.fromCache(), origin.stale()) : null;
		}

	}

	/**
	 * Description of a module.
	 *
	 * @param sha256 the digest
	 * @param size the size in bytes
	 * @param abiVersion the ABI version
	 * @param abiMarked whether the module names its version itself
	 * @param compileTime the time that parsing and compiling took
	 * @param cached whether the compiled form came from the cache
	 * @param functions the number of functions
	 * @param interpretedFunctions the number of functions that could not be compiled
	 * @param hugeMethods the number of functions that HotSpot compiles only if started
	 * with {@code -XX:-DontCompileHugeMethods}
	 * @param unimplementedImports functions of the ABI that the module imports and this
	 * host does not offer
	 * @param unknownImports functions that the module imports and nobody knows
	 */
	public record ModuleDescriptor(String sha256, int size, String abiVersion, boolean abiMarked, Duration compileTime,
			boolean cached, int functions, int interpretedFunctions, int hugeMethods, List<String> unimplementedImports,
			List<String> unknownImports) {

		static ModuleDescriptor of(PluginStatus status) {
			return new ModuleDescriptor(status.sha256(), status.size(), status.abiVersion(), status.abiMarked(),
					status.compilation().duration(), status.compilation().cached(), status.compilation().functions(),
					status.compilation().interpreted(), status.compilation().hugeMethods(),
					status.unimplementedImports(), status.unknownImports());
		}

	}

	/**
	 * Description of a plugin's VMs.
	 *
	 * @param serving the VMs that can serve
	 * @param target the VMs there should be
	 * @param memory the memory of all VMs in bytes
	 * @param onWorkers whether the filter runs on worker threads
	 * @param circuitOpen whether the filter timed out so often that it gets no requests
	 * for a while
	 * @param leased the VMs that requests have for themselves, with {@code isolation:
	 * stream}
	 * @param waiting the requests that wait for a VM
	 * @param refused host functions that were refused because of {@code isolation:
	 * stream}
	 */
	public record InstancesDescriptor(int serving, int target, long memory, boolean onWorkers, boolean circuitOpen,
			int leased, int waiting, List<String> refused) {

		static InstancesDescriptor of(PluginStatus status) {
			return new InstancesDescriptor(status.instances(), status.targetInstances(), status.memoryBytes(),
					status.onWorkers(), status.circuitOpen(), status.leased(), status.waiting(), status.refused());
		}

	}

	/**
	 * Description of what a plugin has done.
	 *
	 * @param activeStreams the streams that have begun and not ended
	 * @param streams the streams that ever began
	 * @param failures the failures ever
	 * @param localReplies the replies that the plugin gave itself
	 * @param pauses how often the plugin has made a stream wait for it
	 * @param calls the HTTP and gRPC calls of the plugin that have ended
	 */
	public record CountersDescriptor(int activeStreams, long streams, long failures, long localReplies, long pauses,
			long calls) {

		static CountersDescriptor of(PluginStatus status) {
			return new CountersDescriptor(status.activeStreams(), status.streams(), status.failures(),
					status.localReplies(), status.pauses(), status.calls());
		}

	}

	/**
	 * Description of what was done so that the first requests find compiled code.
	 *
	 * @param streams how many made-up requests the filter saw
	 * @param duration the time that took
	 * @param stopped why it did not see as many as were wanted, or {@code null} if it did
	 */
	public record WarmUpDescriptor(int streams, Duration duration, @Nullable String stopped) {

		static @Nullable WarmUpDescriptor of(@Nullable WarmUpReport report) {
			return (report != null) ? new WarmUpDescriptor(report.streams(), report.duration(), report.stopped())
					: null;
		}

	}

}
