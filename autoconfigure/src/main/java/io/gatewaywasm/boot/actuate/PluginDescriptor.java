package io.gatewaywasm.boot.actuate;

import java.time.Instant;
import java.util.List;
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
 * Describes a plugin. Empty values are omitted. Durations have the format that Spring
 * Boot accepts in properties, such as {@code 95ms}.
 *
 * @param state the state: loading, warming, live, failed or closed
 * @param declared whether the application declares the plugin, as opposed to a route
 * @param location the location of the module
 * @param rootId the root id, or {@code null} if it is empty
 * @param vmId the VM id, or {@code null} if it is empty
 * @param failStrategy the fail strategy
 * @param isolation whether a stream can see data of other streams in its VM: shared or
 * stream
 * @param routes the routes that use the plugin
 * @param warnings sentences that say how requests can bypass the filter or its checks, or
 * {@code null} if there are none
 * @param lastError the last failure, or {@code null}
 * @param lastErrorStack the functions of the guest that were on the stack when it failed,
 * innermost first, or {@code null} if there were none
 * @param lastErrorAt the time of the last failure, or {@code null}
 * @param version the version that serves, or {@code null} if the plugin could not be
 * started
 * @param origin the source of the module, or {@code null} if it could not be loaded
 * @param module the module, or {@code null} if it could not be loaded
 * @param instances the VMs, or {@code null} if the plugin could not be started
 * @param counters the counters, or {@code null} if the plugin could not be started
 * @param warmUp the result of the warm-up, or {@code null} if there was none
 */
public record PluginDescriptor(String state, boolean declared, String location, @Nullable String rootId,
		@Nullable String vmId, String failStrategy, String isolation, Set<String> routes,
		@Nullable List<String> warnings, @Nullable String lastError, @Nullable List<String> lastErrorStack,
		@Nullable Instant lastErrorAt, @Nullable VersionDescriptor version, @Nullable OriginDescriptor origin,
		@Nullable ModuleDescriptor module, @Nullable InstancesDescriptor instances,
		@Nullable CountersDescriptor counters, @Nullable WarmUpDescriptor warmUp) implements OperationResponseBody {

	/**
	 * Describes a plugin. Imported functions are listed on request only.
	 */
	static PluginDescriptor of(PluginHandle handle, boolean imports) {
		Plugin plugin = handle.plugin();
		return (plugin != null) ? of(handle, plugin.status(), imports) : notLoaded(handle);
	}

	private static PluginDescriptor of(PluginHandle handle, PluginStatus status, boolean imports) {
		PluginDefinition definition = handle.definition();
		PluginStatus.Failure failure = status.lastFailure();
		return new PluginDescriptor(JsonValue.of(status.state()), definition.declared(), definition.url(),
				JsonValue.of(status.rootId()), JsonValue.of(status.vmId()), JsonValue.of(definition.failStrategy()),
				JsonValue.of(status.isolation()), handle.routes(), JsonValue.of(status.warnings()), status.lastError(),
				(failure != null) ? JsonValue.of(failure.guestStack()) : null, (failure != null) ? failure.at() : null,
				VersionDescriptor.of(handle, status), OriginDescriptor.of(handle.origin()),
				ModuleDescriptor.of(status, imports), InstancesDescriptor.of(status.instances()),
				CountersDescriptor.of(status.counters()), WarmUpDescriptor.of(status.warmUp()));
	}

	private static PluginDescriptor notLoaded(PluginHandle handle) {
		PluginDefinition definition = handle.definition();
		WasmPluginException failure = handle.failure();
		PluginState state = handle.state();
		return new PluginDescriptor(JsonValue.of(state), definition.declared(), definition.url(),
				JsonValue.of(definition.rootId()), JsonValue.of(definition.vm().id()),
				JsonValue.of(definition.failStrategy()), JsonValue.of(definition.run().isolation()), handle.routes(),
				null, (failure != null) ? failure.getReason() : null,
				(failure != null) ? JsonValue.of(failure.getGuestStack()) : null, handle.failedAt(), null, null, null,
				null, null, null);
	}

	/**
	 * Describes the version that serves.
	 *
	 * @param generation the number of versions so far, without those that failed to start
	 * @param loadedAt when the version went live
	 * @param failedReloads the number of reloads that kept the old version because the
	 * new one could not be started
	 * @param lastReloadFailure why the last reload failed, or {@code null} if it
	 * succeeded or there was none
	 * @param lastReloadFailureStack the functions of the guest that were on the stack
	 * when it trapped during this reload, innermost first, or {@code null} if there were
	 * none
	 * @param lastReloadFailureAt when the last reload failed, or {@code null}
	 */
	public record VersionDescriptor(int generation, Instant loadedAt, long failedReloads,
			@Nullable String lastReloadFailure, @Nullable List<String> lastReloadFailureStack,
			@Nullable Instant lastReloadFailureAt) {

		static VersionDescriptor of(PluginHandle handle, PluginStatus status) {
			ReloadFailure failure = handle.lastReloadFailure();
			return new VersionDescriptor(status.generation(), status.liveSince(), handle.reloadFailures(),
					(failure != null) ? failure.message() : null,
					(failure != null) ? JsonValue.of(failure.guestStack()) : null,
					(failure != null) ? failure.at() : null);
		}

	}

	/**
	 * Describes the source of a module.
	 *
	 * @param source the location
	 * @param resolvedDigest the digest of the image, or {@code null} if the module is not
	 * from an image
	 * @param fetchedAt when the module was transferred, or last found unchanged
	 * @param fromCache whether the module was in the cache
	 * @param stale whether the server was unreachable, so there may be a newer module
	 */
	public record OriginDescriptor(String source, @Nullable String resolvedDigest, Instant fetchedAt, boolean fromCache,
			boolean stale) {

		static @Nullable OriginDescriptor of(@Nullable ModuleOrigin origin) {
			return (origin != null) ? new OriginDescriptor(origin.location(), origin.resolvedDigest(),
					origin.fetchedAt(), origin.fromCache(), origin.stale()) : null;
		}

	}

	/**
	 * Describes the VMs of a plugin.
	 *
	 * @param serving the number of VMs that can serve
	 * @param target the number of VMs that the plugin should have
	 * @param memory the memory of all VMs in bytes
	 * @param onWorkers whether the filter runs on worker threads
	 * @param circuitOpen whether new requests get the fail strategy without waiting,
	 * because callbacks timed out too often, or because all VMs are lost and none is
	 * replaced within {@code limits.vm-wait}
	 * @param leased the number of VMs leased to streams, with {@code isolation: stream}
	 * @param waiting the number of streams that wait for a VM
	 * @param refused host functions that were refused because of {@code isolation:
	 * stream}, or {@code null} if there are none
	 */
	public record InstancesDescriptor(int serving, int target, long memory, boolean onWorkers, boolean circuitOpen,
			int leased, int waiting, @Nullable List<String> refused) {

		static InstancesDescriptor of(PluginStatus.Instances vms) {
			return new InstancesDescriptor(vms.serving(), vms.target(), vms.memoryBytes(), vms.onWorkers(),
					vms.circuitOpen(), vms.leased(), vms.waiting(), JsonValue.of(vms.refused()));
		}

	}

	/**
	 * Describes the counters of a plugin.
	 *
	 * @param activeStreams the number of active streams
	 * @param bufferedBytes the bytes of bodies that are buffered for these streams
	 * @param streams the number of streams so far
	 * @param failures the number of failures so far
	 * @param localResponses the number of local responses so far
	 * @param pauses how often the plugin has paused a stream
	 * @param calls the number of completed HTTP, gRPC and Redis callouts
	 */
	public record CountersDescriptor(int activeStreams, long bufferedBytes, long streams, long failures,
			long localResponses, long pauses, long calls) {

		static CountersDescriptor of(PluginStatus.Counters counters) {
			return new CountersDescriptor(counters.activeStreams(), counters.bufferedBytes(), counters.streams(),
					counters.failures(), counters.localResponses(), counters.pauses(), counters.calls());
		}

	}

	/**
	 * Describes the warm-up of a plugin.
	 *
	 * @param streams the number of synthetic requests
	 * @param duration the duration
	 * @param stopped why the warm-up ended early, or {@code null} if it was complete
	 */
	public record WarmUpDescriptor(int streams, String duration, @Nullable String stopped) {

		static @Nullable WarmUpDescriptor of(@Nullable WarmUpReport report) {
			return (report != null)
					? new WarmUpDescriptor(report.streams(), JsonValue.of(report.duration()), report.stopped()) : null;
		}

	}

}
