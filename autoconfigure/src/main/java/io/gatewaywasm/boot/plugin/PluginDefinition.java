package io.gatewaywasm.boot.plugin;

import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.PluginLimits;
import io.gatewaywasm.host.plugin.UnimplementedImports;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin is to be made from, as the application's configuration or a route says.
 * Nothing of it has been fetched yet.
 *
 * @param id the name of a declared plugin, or the generated id of an inline one
 * @param declared whether the application declares the plugin, so that the location needs
 * no permission
 * @param url the location of the module
 * @param sha256 the digest that the module must have, or {@code null} for any
 * @param rootId the root id
 * @param vmId the VM id, the scope of shared data and queues
 * @param configuration the configuration of the plugin
 * @param vmConfiguration the configuration of the VM, or {@code null} for none
 * @param environment the environment that guests see
 * @param failStrategy what streams get when the filter fails
 * @param vms how many VMs serve streams, or {@code null} to choose by event loops and
 * memory
 * @param headersStopIteration whether {@code StopIteration} on headers lets body
 * callbacks run, or {@code null} for the ABI version's default
 * @param capabilities the host functions and callbacks that the guest may use, or none
 * for all
 * @param removeAcceptEncoding whether requests go on without {@code accept-encoding}
 * @param allowResponseCache whether the filter can be on routes that are answered from
 * the gateway's response cache
 * @param execution where callbacks run
 * @param isolation what streams may find in the VMs
 * @param warmUp how many made-up streams the filter sees before it serves
 * @param unimplemented what happens if the module imports a function that does nothing
 * here
 * @param fetch how the module is fetched if it comes from a registry
 * @param messages what the plugin does with messages as a whole
 * @param limits bounds on what the plugin may use
 */
public record PluginDefinition(String id, boolean declared, String url, @Nullable String sha256, String rootId,
		String vmId, PluginConfiguration configuration, @Nullable String vmConfiguration,
		Map<String, String> environment, FailStrategy failStrategy, @Nullable Integer vms,
		@Nullable Boolean headersStopIteration, Set<String> capabilities, boolean removeAcceptEncoding,
		boolean allowResponseCache, Execution execution, Isolation isolation, int warmUp,
		UnimplementedImports unimplemented, FetchOptions fetch, MessageOptions messages, PluginLimits limits) {

	/** How many made-up streams a filter sees before it serves if nobody says. */
	static final int DEFAULT_WARM_UP = 100;

	public PluginDefinition {
		environment = Map.copyOf(environment);
		capabilities = Set.copyOf(capabilities);
	}

	/**
	 * Create a definition with defaults for all but the essentials.
	 * @param id the id
	 * @param url the location of the module
	 * @return a definition as of a declared plugin
	 */
	public static PluginDefinition of(String id, String url) {
		return new PluginDefinition(id, true, url, null, "", "", PluginConfiguration.NONE, null, Map.of(),
				FailStrategy.CLOSED, null, null, Set.of(), false, false, Execution.AUTOMATIC, Isolation.SHARED,
				DEFAULT_WARM_UP, UnimplementedImports.WARN, FetchOptions.DEFAULT, MessageOptions.DEFAULT,
				PluginLimits.builder().build());
	}

	/**
	 * Describe the definition without its configurations and environment, which may hold
	 * secrets.
	 */
	@Override
	public String toString() {
		return "PluginDefinition[id=" + this.id + ", url=" + this.url + ", rootId=" + this.rootId + ", failStrategy="
				+ this.failStrategy + "]";
	}

}
