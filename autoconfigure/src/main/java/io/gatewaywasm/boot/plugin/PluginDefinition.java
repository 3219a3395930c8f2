package io.gatewaywasm.boot.plugin;

import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.UnimplementedImports;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a plugin, from the application's configuration or from a route. Its
 * module has not been fetched yet.
 *
 * @param id the name of a declared plugin, or the generated id of a plugin that is
 * defined in a route
 * @param declared whether the application declares the plugin, which allows any location
 * @param url the location of the module
 * @param sha256 the required digest of the module, or {@code null}
 * @param rootId the root id
 * @param vmId the VM id, which is the scope of shared data and queues
 * @param configuration the configuration of the plugin
 * @param vmConfiguration the configuration of the VMs, or {@code null}
 * @param environment the environment variables of the guest
 * @param secrets the names of the secrets that the guest may read
 * @param failStrategy the fail strategy
 * @param vms the number of VMs, or {@code null} to derive it from event loops and memory
 * @param headersStopIteration whether body callbacks run while the headers are paused, or
 * {@code null} for the ABI version's default
 * @param capabilities the host functions and callbacks that the guest may use, empty for
 * all
 * @param removeAcceptEncoding whether {@code accept-encoding} is removed from requests
 * @param allowResponseCache whether the filter is allowed on routes that the gateway's
 * response cache serves
 * @param execution where callbacks run
 * @param isolation whether streams share VMs
 * @param warmUp the number of synthetic streams before the plugin serves
 * @param unimplemented what happens if the module imports a function that is not
 * implemented
 * @param fetch how the module is fetched from a registry
 * @param messages how requests and responses are handled
 * @param limits the limits
 */
public record PluginDefinition(String id, boolean declared, String url, @Nullable String sha256, String rootId,
		String vmId, PluginConfiguration configuration, @Nullable String vmConfiguration,
		Map<String, String> environment, Set<String> secrets, FailStrategy failStrategy, @Nullable Integer vms,
		@Nullable Boolean headersStopIteration, Set<String> capabilities, boolean removeAcceptEncoding,
		boolean allowResponseCache, Execution execution, Isolation isolation, int warmUp,
		UnimplementedImports unimplemented, FetchOptions fetch, MessageOptions messages, PluginLimits limits) {

	/** The number of synthetic streams for the warm-up of a declared plugin. */
	static final int DEFAULT_WARM_UP = 100;

	public PluginDefinition {
		environment = Map.copyOf(environment);
		secrets = Set.copyOf(secrets);
		capabilities = Set.copyOf(capabilities);
	}

	/**
	 * Creates the definition of a declared plugin with default settings.
	 */
	public static PluginDefinition of(String id, String url) {
		return new PluginDefinition(id, true, url, null, "", "", PluginConfiguration.NONE, null, Map.of(), Set.of(),
				FailStrategy.CLOSED, null, null, Set.of(), false, false, Execution.AUTOMATIC, Isolation.SHARED,
				DEFAULT_WARM_UP, UnimplementedImports.WARN, FetchOptions.DEFAULT, MessageOptions.DEFAULT,
				PluginLimits.DEFAULTS);
	}

	/**
	 * Describes the definition without its configurations and environment, which may hold
	 * secrets.
	 */
	@Override
	public String toString() {
		return "PluginDefinition[id=" + this.id + ", url=" + this.url + ", rootId=" + this.rootId + ", failStrategy="
				+ this.failStrategy + "]";
	}

}
