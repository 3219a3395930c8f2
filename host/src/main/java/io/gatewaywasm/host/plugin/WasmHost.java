package io.gatewaywasm.host.plugin;

import java.time.Duration;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.vm.Watchdog;

/**
 * The entry point of the host. Starts plugins that share services and a watchdog.
 * Thread-safe.
 */
public final class WasmHost implements AutoCloseable {

	/** The shortest CPU time of a callback that the host can measure. */
	public static final Duration SHORTEST_CALLBACK = Watchdog.PACE;

	private final HostServices services;

	private final Watchdog watchdog;

	private final MemoryBudget memory;

	private final MemoryBudget bodies;

	/**
	 * Creates a host.
	 * @param services the gateway's services
	 */
	public WasmHost(HostServices services) {
		this(services, Long.MAX_VALUE);
	}

	/**
	 * Creates a host with a memory limit.
	 * @param services the gateway's services
	 * @param maximumMemory the maximum memory of the VMs of all plugins in bytes
	 */
	public WasmHost(HostServices services, long maximumMemory) {
		this(services, maximumMemory, Long.MAX_VALUE);
	}

	/**
	 * Creates a host with limits for all plugins.
	 * @param services the gateway's services
	 * @param maximumMemory the maximum memory of the VMs of all plugins in bytes
	 * @param maximumBodies the maximum of bytes of bodies that are buffered for all
	 * plugins
	 */
	public WasmHost(HostServices services, long maximumMemory, long maximumBodies) {
		this(services, maximumMemory, maximumBodies, new Watchdog(services.scheduler()));
	}

	/**
	 * Creates a host whose watchdog has a separate scheduler, for example because the
	 * services use a simulated clock in a test.
	 * @param services the gateway's services
	 * @param realTime runs the checks of the watchdog in real time
	 */
	public WasmHost(HostServices services, HostScheduler realTime) {
		this(services, Long.MAX_VALUE, Long.MAX_VALUE, new Watchdog(realTime));
	}

	/**
	 * Creates a host with another time after which a host function counts as stuck and
	 * its VM is lost.
	 */
	WasmHost(HostServices services, Duration stuckAfter) {
		this(services, Long.MAX_VALUE, Long.MAX_VALUE, new Watchdog(services.scheduler(), stuckAfter));
	}

	private WasmHost(HostServices services, long maximumMemory, long maximumBodies, Watchdog watchdog) {
		this.memory = new MemoryBudget(maximumMemory, null);
		this.bodies = new MemoryBudget(maximumBodies, null);
		this.services = services;
		this.watchdog = watchdog;
	}

	/**
	 * Starts a plugin: checks the module, starts a temporary VM with sandboxed services,
	 * then the VMs that serve. Can take seconds, so it must not run on an event loop.
	 * @param spec the specification of the plugin
	 * @param module the compiled module
	 * @return the plugin, which the caller closes
	 * @throws PluginStartException if the module is not a filter for this host, rejects
	 * its configuration, or traps
	 */
	public Plugin start(PluginSpec spec, CompiledModule module) throws PluginStartException {
		return start(spec, module, () -> {
		});
	}

	/**
	 * Starts a plugin as {@link #start(PluginSpec, CompiledModule)} does.
	 * @param spec the specification of the plugin
	 * @param module the compiled module
	 * @param warming runs on this thread when the module has been checked, before the
	 * warm-up
	 * @return the plugin, which the caller closes
	 * @throws PluginStartException if the module is not a filter for this host, rejects
	 * its configuration, or traps
	 */
	public Plugin start(PluginSpec spec, CompiledModule module, Runnable warming) throws PluginStartException {
		return Plugin.start(spec, module, this.services, this.watchdog, this.memory, this.bodies, warming);
	}

	@Override
	public void close() {
		this.watchdog.close();
	}

}
