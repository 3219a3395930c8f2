package io.gatewaywasm.host.plugin;

import java.time.Instant;
import java.util.List;

import io.gatewaywasm.host.engine.CompilationReport;
import org.jspecify.annotations.Nullable;

/**
 * The status of a plugin at one moment.
 *
 * @param id the id of the plugin
 * @param state the state
 * @param rootId the root id
 * @param vmId the VM id
 * @param isolation whether streams share VMs
 * @param generation the number of generations so far, without those that failed to start
 * @param liveSince when the current generation was created, immediately before its VMs
 * were started
 * @param module the module
 * @param instances the VMs
 * @param counters the counters
 * @param lastFailure the last failure, or {@code null}
 * @param warnings sentences that say how requests can bypass the filter or its checks
 * @param warmUp the result of the warm-up, or {@code null} if there was none
 */
public record PluginStatus(String id, PluginState state, String rootId, String vmId, Isolation isolation,
		int generation, Instant liveSince, Module module, Instances instances, Counters counters,
		@Nullable Failure lastFailure, List<String> warnings, @Nullable WarmUpReport warmUp) {

	public PluginStatus {
		warnings = List.copyOf(warnings);
	}

	/** Returns the message of the last failure, or {@code null} if there was none. */
	public @Nullable String lastError() {
		return (this.lastFailure != null) ? this.lastFailure.message() : null;
	}

	/**
	 * The module that a plugin runs.
	 *
	 * @param sha256 the digest of the module
	 * @param size the size of the module in bytes
	 * @param compilation how the module was compiled
	 * @param report what the module requires, and what this host supports
	 * @param unimplementedImports ABI functions that the module imports and this host
	 * does not implement
	 * @param unknownImports functions that the module imports and that are not part of
	 * any supported ABI
	 */
	public record Module(String sha256, int size, CompilationReport compilation, ModuleReport report,
			List<String> unimplementedImports, List<String> unknownImports) {

		public Module {
			unimplementedImports = List.copyOf(unimplementedImports);
			unknownImports = List.copyOf(unknownImports);
		}

	}

	/**
	 * The VMs of a plugin.
	 *
	 * @param serving the number of VMs that can serve
	 * @param target the number of VMs that the plugin should have
	 * @param memoryBytes the memory of all VMs in bytes
	 * @param onWorkers whether callbacks run on worker threads
	 * @param circuitOpen whether new streams get the fail strategy without waiting,
	 * because callbacks timed out too often, or because all VMs are lost and none is
	 * replaced within the time that streams wait for a VM
	 * @param leased the number of VMs that are leased to isolated streams
	 * @param waiting the number of streams that wait for a VM
	 * @param refused host functions that were refused because of the isolation
	 */
	public record Instances(int serving, int target, long memoryBytes, boolean onWorkers, boolean circuitOpen,
			int leased, int waiting, List<String> refused) {

		public Instances {
			refused = List.copyOf(refused);
		}

	}

	/**
	 * The counters of a plugin.
	 *
	 * @param activeStreams the number of active streams
	 * @param bufferedBytes the bytes of bodies that are buffered for these streams
	 * @param streams the number of streams so far
	 * @param failures the number of failures so far
	 * @param localResponses the number of local responses so far
	 * @param pauses how often the guest has paused a stream
	 * @param calls the number of completed HTTP, gRPC and Redis callouts
	 */
	public record Counters(int activeStreams, long bufferedBytes, long streams, long failures, long localResponses,
			long pauses, long calls) {

	}

	/**
	 * A failure of a plugin.
	 *
	 * @param message what failed
	 * @param guestStack the functions of the guest that were on the stack, innermost
	 * first, possibly none
	 * @param at the time
	 */
	public record Failure(String message, List<String> guestStack, Instant at) {

		public Failure {
			guestStack = List.copyOf(guestStack);
		}

	}

}
