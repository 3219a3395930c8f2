package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.RunOptions;
import io.gatewaywasm.host.spi.VmConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a plugin, from the application's configuration or from a route. Its
 * module has not been fetched yet.
 *
 * @param id the name of a declared plugin, or the generated id of a plugin that is
 * defined in a route
 * @param declared whether the application declares the plugin, which allows any location
 * @param module where the module is
 * @param rootId the root id
 * @param configuration the configuration of the plugin
 * @param failStrategy the fail strategy
 * @param vm what each VM gets
 * @param run how the VMs are started and run
 * @param vms the number of VMs, or {@code null} to derive it from event loops and memory
 * @param messages how requests and responses are handled
 * @param limits the limits
 */
public record PluginDefinition(String id, boolean declared, ModuleLocation module, String rootId,
		PluginConfiguration configuration, FailStrategy failStrategy, VmConfiguration vm, RunOptions run,
		@Nullable Integer vms, MessageOptions messages, PluginLimits limits) {

	/** The default number of synthetic requests before a plugin serves. */
	public static final int WARM_UP = 100;

	/** The default for starting and running VMs. */
	static final RunOptions DEFAULT_RUN = RunOptions.DEFAULT.withWarmUp(WARM_UP);

	/**
	 * Creates the definition of a declared plugin with default settings.
	 */
	public static PluginDefinition of(String id, String url) {
		return new PluginDefinition(id, true, ModuleLocation.of(url, null), "", PluginConfiguration.NONE,
				FailStrategy.CLOSED, VmConfiguration.DEFAULT, DEFAULT_RUN, null, MessageOptions.DEFAULT,
				PluginLimits.DEFAULTS);
	}

	/** Returns the location of the module. */
	public String url() {
		return this.module.url();
	}

	/**
	 * Describes the definition without its configurations and environment, which may hold
	 * secrets.
	 */
	@Override
	public String toString() {
		return "PluginDefinition[id=" + this.id + ", url=" + url() + ", rootId=" + this.rootId + ", failStrategy="
				+ this.failStrategy + "]";
	}

}
