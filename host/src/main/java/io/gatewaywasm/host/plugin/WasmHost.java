package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.MemoryBudget;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.vm.Watchdog;

/**
 * Where a gateway starts: makes plugins that share services and one watchdog.
 * Thread-safe.
 */
public final class WasmHost implements AutoCloseable {

	private final HostServices services;

	private final Watchdog watchdog;

	private final MemoryBudget memory;

	/**
	 * Create a host.
	 * @param services what the gateway offers to all plugins
	 */
	public WasmHost(HostServices services) {
		this(services, Long.MAX_VALUE);
	}

	/**
	 * Create a host.
	 * @param services what the gateway offers to all plugins
	 * @param maximumMemory the bytes that the VMs of all plugins may have together
	 */
	public WasmHost(HostServices services, long maximumMemory) {
		this(services, maximumMemory, services.scheduler());
	}

	/**
	 * Create a host whose services have a time of their own, as those of a test may.
	 * @param services what the gateway offers to all plugins
	 * @param realTime runs the looks of the watchdog, which bounds real time
	 */
	public WasmHost(HostServices services, HostScheduler realTime) {
		this(services, Long.MAX_VALUE, realTime);
	}

	private WasmHost(HostServices services, long maximumMemory, HostScheduler realTime) {
		this.memory = new MemoryBudget(maximumMemory, null);
		this.services = services;
		this.watchdog = new Watchdog(realTime);
	}

	/**
	 * Start a plugin: check the module, start a throw-away VM in a sandbox, then the VMs
	 * that serve. Takes up to seconds; not for event loops.
	 * @param spec what to start it with
	 * @param module the compiled module
	 * @return a plugin that serves, to be closed by the caller
	 * @throws PluginStartException if the module is no filter for this host, refuses its
	 * configuration, or traps
	 */
	public Plugin start(PluginSpec spec, CompiledModule module) throws PluginStartException {
		return start(spec, module, () -> {
		});
	}

	/**
	 * Start a plugin, like {@link #start(PluginSpec, CompiledModule)}.
	 * @param spec what to start it with
	 * @param module the compiled module
	 * @param warming told, on this thread, when the module has been checked and is going
	 * to be warmed up
	 * @return a plugin that serves, to be closed by the caller
	 * @throws PluginStartException if the module is no filter for this host, refuses its
	 * configuration, or traps
	 */
	public Plugin start(PluginSpec spec, CompiledModule module, Runnable warming) throws PluginStartException {
		return Plugin.start(spec, module, this.services, this.watchdog, this.memory, warming);
	}

	@Override
	public void close() {
		this.watchdog.close();
	}

}
