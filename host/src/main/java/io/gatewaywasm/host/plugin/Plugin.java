package io.gatewaywasm.host.plugin;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.Watchdog;
import io.gatewaywasm.host.vm.stream.ExchangeStream;
import org.jspecify.annotations.Nullable;

/**
 * A running plugin.
 * <h2>Life</h2> <pre>
 *   start: check → canary → VMs ──&gt; LIVE ──VMs keep being lost──&gt; FAILED ──replaced──&gt; LIVE
 *                                    │ reload: a new generation next to the old one;
 *                                    │ new streams go to it, old ones finish
 *                                    └──close──&gt; CLOSED
 * </pre>
 * <h2>Threads</h2> {@link WasmHost#start} and {@link #reload} start VMs, which can take
 * seconds, and must run on background threads. All other methods are thread-safe and do
 * not block. Event loops call {@link #openStream}.
 */
public final class Plugin implements AutoCloseable {

	private final GenerationStarter starter;

	private final PluginObserver observer;

	private final PluginCounters counters;

	private final MemoryBudget memory;

	private final MemoryBudget bodies;

	/** Held while a new generation starts, so that reloads run one after the other. */
	private final Object reloading = new Object();

	/** Replaced generations that still have streams. */
	private final Set<Generation> draining = ConcurrentHashMap.newKeySet();

	private volatile Generation generation;

	private volatile boolean closed;

	private Plugin(GenerationStarter starter, String id, Generation first) {
		this.starter = starter;
		this.observer = starter.services().observer(id);
		this.counters = starter.counters();
		this.memory = starter.memory();
		this.bodies = starter.bodies();
		this.generation = first;
	}

	/**
	 * Starts a plugin: checks the module, starts a temporary VM with sandboxed services,
	 * then the VMs that serve. {@code warming} runs before the warm-up. Throws
	 * {@link PluginStartException} if the module is not a filter for this host, rejects
	 * its configuration, or traps.
	 */
	static Plugin start(PluginSpec spec, CompiledModule module, HostServices services, Watchdog watchdog,
			MemoryBudget all, MemoryBudget allBodies, Runnable warming) throws PluginStartException {
		PluginCounters counters = new PluginCounters();
		MemoryBudget memory = new MemoryBudget(spec.limits().pool().totalMemory(), all);
		GenerationStarter starter = new GenerationStarter(new CountedServices(services, spec.id(), counters), watchdog,
				counters, memory, new MemoryBudget(allBodies.maximum() / 2, allBodies));
		return new Plugin(starter, spec.id(), starter.start(1, spec, module, warming));
	}

	/**
	 * Opens a stream with the plugin's own configuration. The caller ends it.
	 * @param stream the exchange
	 * @param affinity a hint that selects the VM, ideally the same for all streams of an
	 * event loop
	 */
	public FilterStream openStream(HttpStream stream, int affinity) {
		return open(stream, null, affinity);
	}

	/**
	 * Opens a stream in another root context. The caller ends it.
	 * @param stream the exchange
	 * @param root the root context
	 * @param affinity a hint that selects the VM
	 */
	public FilterStream openStream(HttpStream stream, RootSpec root, int affinity) {
		return open(stream, root, affinity);
	}

	private FilterStream open(HttpStream stream, @Nullable RootSpec root, int affinity) {
		Generation current = this.generation;
		while (!current.enter()) {
			Generation newer = this.generation;
			if (newer == current) {
				// The plugin is closed. The stream learns this from the empty pool.
				break;
			}
			current = newer;
		}
		this.counters.streamStarted();
		this.observer.streamStarted();
		return new ExchangeStream(current, (root != null) ? root : current.spec().root(), stream, affinity);
	}

	/**
	 * Starts another root context in a temporary VM with sandboxed services, which shows
	 * whether the guest accepts its configuration. Takes as long as the start of a VM.
	 * @param root the root context
	 * @throws PluginStartException if the guest rejects the configuration, or traps
	 */
	public void check(RootSpec root) throws PluginStartException {
		this.starter.check(this.generation, root);
	}

	/**
	 * Ends root contexts that new streams do not need, in each VM after the last stream
	 * that has it. If a stream needs one after all, it is started again.
	 * @param unused the root contexts; the plugin's own is not ended
	 */
	public void endRoots(Collection<RootSpec> unused) {
		Generation current = this.generation;
		current.pool().endRoots(unused.stream().filter((root) -> !root.equals(current.spec().root())).toList());
	}

	/**
	 * Starts a new generation and replaces the current one, which finishes its streams.
	 * @param spec the specification of the new generation, with the same id
	 * @param module the compiled module
	 * @throws PluginStartException if the new generation cannot be started; the current
	 * one keeps serving
	 */
	public void reload(PluginSpec spec, CompiledModule module) throws PluginStartException {
		synchronized (this.reloading) {
			Generation old = this.generation;
			Generation next = start(old.number() + 1, spec, module);
			synchronized (this) {
				// In this order, so that its streams are always counted.
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
		this.memory.maximum(spec.limits().pool().totalMemory());
		boolean ok = false;
		try {
			Generation next = this.starter.start(number, spec, module, () -> {
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
	 * Returns whether the module imports a host function.
	 */
	public boolean imports(String function) {
		return this.generation.module().imports(function);
	}

	/**
	 * Returns the current status of the plugin.
	 */
	public PluginStatus status() {
		Generation current = this.generation;
		PluginState state = this.closed ? PluginState.CLOSED
				: current.pool().canServe() ? PluginState.LIVE : PluginState.FAILED;
		// Read first, so that a failure that is counted has its message
		PluginStatus.Counters counters = this.counters.status(streams(current), this.bodies.used());
		PluginSpec spec = current.spec();
		return new PluginStatus(spec.id(), state, spec.root().rootId(), spec.vm().id(), spec.run().isolation(),
				current.number(), current.liveSince(), current.moduleStatus(), current.instances(), counters,
				this.counters.lastFailure(), current.warnings(), current.warmUp());
	}

	private int streams(Generation current) {
		return current.streams()
				+ this.draining.stream().filter((old) -> old != current).mapToInt(Generation::streams).sum();
	}

	/**
	 * Closes all generations. The fail strategy applies to active streams.
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
