package io.gatewaywasm.host.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.AbiVersion;
import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.MemoryBudget;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.Refusals;
import io.gatewaywasm.host.vm.SharedResources;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.Watchdog;
import io.gatewaywasm.host.vm.hostcall.LogRate;
import io.gatewaywasm.host.vm.stream.BodyOverflows;
import io.gatewaywasm.host.vm.stream.StreamPolicy;
import io.gatewaywasm.host.vm.stream.StreamVms;
import org.jspecify.annotations.Nullable;

/**
 * One version of a plugin: a module and what it was started with. New streams go to the
 * newest generation; an older one serves its streams to their end and is then closed.
 */
final class Generation implements StreamVms {

	private static final String SHARE_VMS = "Use 'isolation: shared', the default, in which VMs live on between streams.";

	private final PluginSpec spec;

	private final VmSpec vms;

	private final GuestModule module;

	private final VmPool pool;

	private final HostServices services;

	private final StreamPolicy policy;

	private final PluginCounters counters;

	private final PluginObserver observer;

	private final int number;

	private final Instant liveSince = Instant.now();

	private final List<String> warnings;

	private final @Nullable WarmUpReport warmUp;

	/** Streams plus one while new ones may come. */
	private final AtomicInteger users = new AtomicInteger(1);

	private volatile boolean retired;

	private final AtomicReference<@Nullable Cancellable> deadline = new AtomicReference<>();

	private volatile Runnable whenClosed = () -> {
	};

	private Generation(int number, PluginSpec spec, VmSpec vms, GuestModule module, HostServices services,
			Watchdog watchdog, PluginCounters counters, List<String> warnings, @Nullable WarmUpReport warmUp) {
		this.warnings = warnings;
		this.warmUp = warmUp;
		this.number = number;
		this.spec = spec;
		this.vms = vms;
		this.module = module;
		this.services = services;
		this.counters = counters;
		this.observer = services.observer(spec.id());
		this.policy = policy(spec, module, new BodyOverflows());
		this.pool = new VmPool(module, vms, services, watchdog, counters, spec);
	}

	/**
	 * Check a module by a throw-away VM in a sandbox, then start the VMs that serve.
	 * @param number how many there were before, and one
	 * @param spec what to start it with
	 * @param compiled the module
	 * @param services the gateway's services
	 * @param watchdog stops the guest when it runs for too long
	 * @param counters the plugin's counters
	 * @param memory where the memory of its VMs is taken from
	 * @param warming told when the filter is going to be warmed up
	 * @return a generation that can serve
	 * @throws PluginStartException if the guest cannot be started
	 */
	static Generation start(int number, PluginSpec spec, CompiledModule compiled, HostServices services,
			Watchdog watchdog, PluginCounters counters, MemoryBudget memory, Runnable warming)
			throws PluginStartException {
		checkIsolation(spec, compiled);
		checkCapabilities(spec);
		Refusals refusals = new Refusals(spec.id());
		try {
			GuestModule module = GuestModule.of(compiled);
			List<String> warnings = StartWarnings.check(spec, module);
			VmSpec vms = vmSpec(spec, module,
					new SharedResources(memory, new LogRate(spec.limits().sizes().logLinesPerSecond()), refusals));
			WarmUpReport warmUp = new Canary(spec, module, vms, policy(spec, module, BodyOverflows.silent()), services,
					watchdog)
				.run(warming);
			Generation generation = new Generation(number, spec, vms, module, services, watchdog, counters, warnings,
					warmUp);
			generation.pool.start();
			return generation;
		}
		catch (VmStartException ex) {
			if (!refusals.functions().isEmpty()) {
				throw new PluginStartException(ex.problem() + " Before that it was refused "
						+ String.join(", ", refusals.functions()) + ", which 'isolation: stream' does not allow.",
						SHARE_VMS, ex);
			}
			throw new PluginStartException(ex.problem(), ex.remedy(), ex);
		}
	}

	private static void checkIsolation(PluginSpec spec, CompiledModule module) throws PluginStartException {
		String obstacle = module.restoreObstacle();
		if (spec.isolation() == Isolation.STREAM && obstacle != null) {
			throw new PluginStartException("'isolation: stream' is not possible with this module. " + obstacle,
					SHARE_VMS);
		}
	}

	private static void checkCapabilities(PluginSpec spec) throws PluginStartException {
		List<String> unknown = spec.capabilities()
			.stream()
			.filter((name) -> !Capabilities.isKnown(name))
			.sorted()
			.toList();
		if (!unknown.isEmpty()) {
			throw new PluginStartException("'allowed-capabilities' has names that are no host function or callback: "
					+ String.join(", ", unknown) + ".", "Correct them; docs/abi.md lists the names.");
		}
	}

	private static StreamPolicy policy(PluginSpec spec, GuestModule module, BodyOverflows overflows) {
		Boolean stop = spec.headersStopIteration();
		return new StreamPolicy(spec.failStrategy().isOpen(), spec.limits().bodyBuffer(),
				(stop != null) ? stop : module.defaultHeadersStopIteration(), spec.limits().pauseTimeout(), overflows);
	}

	private static VmSpec vmSpec(PluginSpec spec, GuestModule module, SharedResources shared) {
		PluginLimits limits = spec.limits();
		return new VmSpec(spec.id(), spec.vmId(), spec.vmConfiguration(), spec.environment(), spec.capabilities(),
				spec.isolation() == Isolation.STREAM, limits.memory(), limits.bodyBuffer(),
				module.abi().version() == AbiVersion.V0_1_0, limits.calloutTimeout(), limits.mailbox(), limits.vmWait(),
				limits.timeouts(), limits.sizes(), shared);
	}

	/**
	 * Take part in this generation.
	 * @return {@code false} if it takes no new streams any more
	 */
	boolean enter() {
		int count;
		do {
			count = this.users.get();
			if (count == 0) {
				return false;
			}
		}
		while (!this.users.compareAndSet(count, count + 1));
		return true;
	}

	void leave() {
		if (this.users.decrementAndGet() == 0) {
			closeInBackground();
		}
	}

	/** Guests have work to do when they end: nothing for event loops and timers. */
	private void closeInBackground() {
		try {
			this.services.scheduler().background().execute(this::close);
		}
		catch (RejectedExecutionException ex) {
			close();
		}
	}

	/**
	 * Take no more streams; close when the last has gone, or after the drain time.
	 * @param closed done then
	 */
	void retire(Runnable closed) {
		this.whenClosed = closed;
		this.retired = true;
		this.deadline
			.set(this.services.scheduler().schedule(this::closeInBackground, this.spec.limits().drainTimeout()));
		leave();
	}

	/**
	 * Return how many streams there are.
	 * @return the number of streams that have not ended
	 */
	int streams() {
		return Math.max(0, this.users.get() - (this.retired ? 0 : 1));
	}

	void close() {
		this.pool.close();
		Cancellable timer = this.deadline.getAndSet(null);
		if (timer != null) {
			// Until it runs it would keep everything that the guest had.
			timer.cancel();
		}
		this.whenClosed.run();
	}

	int number() {
		return this.number;
	}

	PluginSpec spec() {
		return this.spec;
	}

	GuestModule module() {
		return this.module;
	}

	VmPool pool() {
		return this.pool;
	}

	@Override
	public StreamPolicy policy() {
		return this.policy;
	}

	@Override
	public boolean has(Callback callback) {
		return this.module.has(callback);
	}

	@Override
	public @Nullable Vm ready(int affinity) {
		return this.pool.ready(affinity);
	}

	@Override
	public void lease(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
		this.pool.lease(affinity, executor, taker);
	}

	@Override
	public void giveBack(Vm vm) {
		this.pool.giveBack(vm);
	}

	@Override
	public void unavailable() {
		this.counters.failed("No VM was available for a stream.", List.of());
		this.observer.failed("unavailable");
	}

	@Override
	public void ended(@Nullable Vm vm) {
		if (vm != null) {
			this.pool.recycleIfWorn(vm);
		}
		leave();
	}

	/**
	 * Return what guests were refused because they have no life between streams.
	 * @return the names of the host functions
	 */
	List<String> refused() {
		return this.vms.shared().refusals().functions();
	}

	List<String> warnings() {
		return this.warnings;
	}

	@Nullable WarmUpReport warmUp() {
		return this.warmUp;
	}

	Instant liveSince() {
		return this.liveSince;
	}

}
