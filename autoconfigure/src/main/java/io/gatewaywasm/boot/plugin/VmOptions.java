package io.gatewaywasm.boot.plugin;

import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.UnimplementedImports;
import org.jspecify.annotations.Nullable;

/**
 * The VMs of a plugin and what their guests may use.
 *
 * @param vmId the VM id, which is the scope of shared data and queues
 * @param configuration the configuration of the VMs, or {@code null}
 * @param environment the environment variables of the guest
 * @param secrets the names of the secrets that the guest may read
 * @param capabilities the host functions and callbacks that the guest may use, empty for
 * all
 * @param unimplemented what happens if the module imports a function that is not
 * implemented
 * @param count the number of VMs, or {@code null} to derive it from event loops and
 * memory
 * @param execution where callbacks run
 * @param isolation whether streams share VMs
 * @param warmUp the number of synthetic streams before the plugin serves
 */
public record VmOptions(String vmId, @Nullable String configuration, Map<String, String> environment,
		Set<String> secrets, Set<String> capabilities, UnimplementedImports unimplemented, @Nullable Integer count,
		Execution execution, Isolation isolation, int warmUp) {

	private static final int DEFAULT_WARM_UP = 100;

	/**
	 * Guests may use everything except secrets, share VMs, and are warmed up.
	 */
	public static final VmOptions DEFAULT = new VmOptions("", null, Map.of(), Set.of(), Set.of(),
			UnimplementedImports.WARN, null, Execution.AUTOMATIC, Isolation.SHARED, DEFAULT_WARM_UP);

	public VmOptions {
		environment = Map.copyOf(environment);
		secrets = Set.copyOf(secrets);
		capabilities = Set.copyOf(capabilities);
	}

	/**
	 * Describes the options without the configuration and environment, which may hold
	 * secrets.
	 */
	@Override
	public String toString() {
		return "VmOptions[vmId=" + this.vmId + ", execution=" + this.execution + ", isolation=" + this.isolation + "]";
	}

}
