package io.gatewaywasm.host.plugin;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.MemoryBudget;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.Watchdog;
import io.gatewaywasm.host.vm.stream.FilterStream;
import org.jspecify.annotations.Nullable;

/**
 * A filter in service: a compiled module with configuration and policy.
 *
 * <h2>Life</h2> <pre>
 *   start: check → canary → VMs ──&gt; LIVE ──VMs keep being lost──&gt; FAILED ──replaced──&gt; LIVE
 *                                    │ reload: a new generation beside the old one;
 *                                    │ new streams go to it, old ones finish
 *                                    └──close──&gt; CLOSED
 * </pre>
 *
 * <h2>Threads</h2> {@link WasmHost#start} and {@link #reload} make VMs and take up to
 * seconds: they are for background threads. Everything else is thread-safe and does not
 * block; {@link #openStream} is for event loops.
 */
public final class Plugin implements AutoCloseable {

	private final HostServices services;

	private final Watchdog watchdog;

	private final PluginObserver observer;

	private final PluginCounters counters;

	private final MemoryBudget memory;

	/** Held while a new generation is made, so that they come one after the other. */
	private final Object reloading = new Object();

	/** Generations that were replaced and finish their streams. */
	private final Set<Generation> draining = ConcurrentHashMap.newKeySet();

	private volatile Generation generation;

	private volatile boolean closed;

	private Plugin(HostServices services, Watchdog watchdog, String id, PluginCounters counters, MemoryBudget memory,
			Generation first) {
		this.services = services;
		this.watchdog = watchdog;
		this.observer = services.observer(id);
		this.counters = counters;
		this.memory = memory;
		this.generation = first;
	}

	/**
	 * Start a plugin: check the module, start a throw-away VM in a sandbox, then the VMs
	 * that serve.
	 * @param spec what to start it with
	 * @param module the compiled module
	 * @param services the gateway's services
	 * @param watchdog stops the guest when it runs for too long
	 * @param all the memory of all plugins
	 * @param warming told when the filter is going to be warmed up
	 * @return a plugin that serves
	 * @throws PluginStartException if the module is no filter for this host, refuses its
	 * configuration, or traps
	 */
	static Plugin start(PluginSpec spec, CompiledModule module, HostServices services, Watchdog watchdog,
			MemoryBudget all, Runnable warming) throws PluginStartException {
		PluginCounters counters = new PluginCounters();
		MemoryBudget memory = new MemoryBudget(spec.limits().totalMemory(), all);
		HostServices counted = new CountedServices(services, counters);
		return new Plugin(counted, watchdog, spec.id(), counters, memory,
				Generation.start(1, spec, module, counted, watchdog, counters, memory, warming));
	}

	/**
	 * Begin a stream with the plugin's own configuration.
	 * @param stream the exchange
	 * @param affinity a hint that chooses the VM, best the same for streams of one event
	 * loop
	 * @return the stream, to be ended by the caller
	 */
	public FilterStream openStream(HttpStream stream, int affinity) {
		return open(stream, null, affinity);
	}

	/**
	 * Begin a stream with another configuration.
	 * @param stream the exchange
	 * @param root the root context that the stream shall belong to
	 * @param affinity a hint that chooses the VM
	 * @return the stream, to be ended by the caller
	 */
	public FilterStream openStream(HttpStream stream, RootSpec root, int affinity) {
		return open(stream, root, affinity);
	}

	private FilterStream open(HttpStream stream, @Nullable RootSpec root, int affinity) {
		Generation current = this.generation;
		while (!current.enter()) {
			Generation newer = this.generation;
			if (newer == current) {
				// Closed for good: the stream learns that from the empty pool.
				break;
			}
			current = newer;
		}
		this.counters.streamStarted();
		this.observer.streamStarted();
		return new FilterStream(current, (root != null) ? root : current.spec().root(), stream, affinity);
	}

	/**
	 * Put a new generation in service beside the old one, which finishes its streams.
	 * @param spec what to start it with; the id must be the same
	 * @param module the compiled module
	 * @throws PluginStartException if it cannot be started; the old one goes on serving
	 */
	public void reload(PluginSpec spec, CompiledModule module) throws PluginStartException {
		synchronized (this.reloading) {
			Generation old = this.generation;
			Generation next = start(old.number() + 1, spec, module);
			synchronized (this) {
				// In this order, so that streams are counted at every moment.
				this.draining.add(old);
				this.generation = next;
				old.retire(() -> this.draining.remove(old));
				if (this.closed) {
					next.close();
				}
			}
		}
	}

	private Generation start(int number, PluginSpec spec, CompiledModule module) throws PluginStartException {
		long before = this.memory.maximum();
		this.memory.maximum(spec.limits().totalMemory());
		boolean ok = false;
		try {
			Generation next = Generation.start(number, spec, module, this.services, this.watchdog, this.counters,
					this.memory, () -> {
					});
			ok = true;
			return next;
		}
		finally {
			if (!ok) {
				this.memory.maximum(before);
			}
		}
	}

	/**
	 * Describe the plugin at this moment.
	 * @return the status
	 */
	public PluginStatus status() {
		Generation current = this.generation;
		CompiledModule module = current.module().module();
		int usable = current.pool().usable();
		PluginState state = this.closed ? PluginState.CLOSED
				: current.pool().canServe() ? PluginState.LIVE : PluginState.FAILED;
		PluginCounters.LastError error = this.counters.lastError();
		return new PluginStatus(current.spec().id(), state, current.spec().root().rootId(), current.spec().vmId(),
				module.sha256(), module.size(), current.module().abi().version().version(),
				current.module().abi().marked(), module.report(), usable, current.pool().size(),
				current.pool().memory(), streams(current), this.counters.streams(), this.counters.failures(),
				this.counters.localReplies(), this.counters.pauses(), this.counters.calls(),
				(error != null) ? error.message() : null, (error != null) ? error.guestStack() : List.of(),
				(error != null) ? error.at() : null, current.liveSince(), current.module().imports().unimplemented(),
				current.module().imports().unknown(), current.pool().isOnWorkers(), current.pool().isCircuitOpen(),
				current.number(), current.spec().isolation(), current.pool().leased(), current.pool().waiting(),
				current.refused(), current.warnings(), current.warmUp());
	}

	private int streams(Generation current) {
		return current.streams()
				+ this.draining.stream().filter((old) -> old != current).mapToInt(Generation::streams).sum();
	}

	/**
	 * Close all versions. Streams that are still there end in the guest and get the
	 * failure policy.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
			this.generation.close();
			this.draining.forEach(Generation::close);
		}
	}

}
