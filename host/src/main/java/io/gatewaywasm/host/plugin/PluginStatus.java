package io.gatewaywasm.host.plugin;

import java.time.Instant;
import java.util.List;

import io.gatewaywasm.host.engine.CompilationReport;
import org.jspecify.annotations.Nullable;

/**
 * A plugin seen from outside, at one moment.
 *
 * @param id the id of the plugin
 * @param state where it stands
 * @param rootId the root id
 * @param vmId the VM id
 * @param sha256 the digest of the module
 * @param size the size of the module in bytes
 * @param abiVersion the ABI version in the form {@code 0.2.1}
 * @param abiMarked whether the module names its version itself
 * @param compilation how the module was compiled
 * @param instances the VMs that can be entered
 * @param targetInstances the VMs there should be
 * @param memoryBytes the memory of all VMs in bytes
 * @param activeStreams the streams that have begun and not ended
 * @param streams the streams that ever began
 * @param failures the failures of guests ever
 * @param localReplies the local replies ever
 * @param pauses how often the filter has made a stream wait for it
 * @param calls the HTTP and gRPC calls of the filter that have ended
 * @param lastError the last failure or {@code null}
 * @param lastErrorStack the guest's functions on the stack at that time, innermost first,
 * possibly none
 * @param lastErrorAt when that was or {@code null}
 * @param liveSince when the module went live
 * @param unimplementedImports functions of the ABI that the module imports and this host
 * does not offer
 * @param unknownImports functions that the module imports and nobody knows
 * @param onWorkers whether the filter runs on worker threads
 * @param circuitOpen whether the filter timed out so often that streams are not given to
 * it for a while
 * @param generation how many versions there have been, reloads that failed not counted
 * @param isolation what streams may find in the VMs
 * @param leased the VMs that isolated streams have at this moment
 * @param waiting the streams that wait for a VM
 * @param refused host functions that were refused because of the isolation
 * @param warnings how requests can pass the filter unseen or unchecked, sentences
 * @param warmUp what was done before the first request, or {@code null} if nothing was
 */
public record PluginStatus(String id, PluginState state, String rootId, String vmId, String sha256, int size,
		String abiVersion, boolean abiMarked, CompilationReport compilation, int instances, int targetInstances,
		long memoryBytes, int activeStreams, long streams, long failures, long localReplies, long pauses, long calls,
		@Nullable String lastError, List<String> lastErrorStack, @Nullable Instant lastErrorAt, Instant liveSince,
		List<String> unimplementedImports, List<String> unknownImports, boolean onWorkers, boolean circuitOpen,
		int generation, Isolation isolation, int leased, int waiting, List<String> refused, List<String> warnings,
		@Nullable WarmUpReport warmUp) {

	public PluginStatus {
		lastErrorStack = List.copyOf(lastErrorStack);
		unimplementedImports = List.copyOf(unimplementedImports);
		unknownImports = List.copyOf(unknownImports);
		refused = List.copyOf(refused);
		warnings = List.copyOf(warnings);
	}

}
