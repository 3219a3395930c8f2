package io.gatewaywasm.host.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.StreamCount;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.Watchdog;
import io.gatewaywasm.host.vm.stream.StreamPolicy;
import io.gatewaywasm.host.vm.stream.StreamVms;
import io.gatewaywasm.host.vm.stream.StreamWarnings;
import org.jspecify.annotations.Nullable;

/**
 * One version of a plugin: a module and its settings. New streams use the newest
 * generation. An older one serves its streams until they end, and is then closed.
 */
final class Generation implements StreamVms {

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

	private final ModuleReport report;

	private final @Nullable WarmUpReport warmUp;

	private final StreamCount streams = new StreamCount();

	private final AtomicReference<@Nullable Cancellable> deadline = new AtomicReference<>();

	private volatile Runnable whenClosed = () -> {
	};

	/** Creates a generation whose pool is started later. */
	Generation(int number, PluginSpec spec, VmSpec vms, GuestModule module, HostServices services, Watchdog watchdog,
			PluginCounters counters, MemoryBudget bodies, boolean sharesRemotely, ModuleReport report,
			@Nullable WarmUpReport warmUp) {
		this.report = report;
		this.warmUp = warmUp;
		this.number = number;
		this.spec = spec;
		this.vms = vms;
		this.module = module;
		this.services = services;
		this.counters = counters;
		this.observer = services.observer(spec.id());
		this.policy = spec.streamPolicy(module, bodies, new StreamWarnings(spec.id(), this::failed));
		this.pool = new VmPool(new VmFactory(module, vms, spec.root(), services, watchdog), counters, spec,
				sharesRemotely);
	}

	/**
	 * Adds a stream. Returns {@code false} if the generation accepts no new streams.
	 */
	boolean enter() {
		return this.streams.enter();
	}

	void leave() {
		if (this.streams.leave()) {
			closeInBackground();
		}
	}

	/**
	 * Closes the VMs on a background thread, because guests run callbacks when they end.
	 */
	private void closeInBackground() {
		try {
			this.services.scheduler().starts(this.spec.id()).execute(this::close);
		}
		catch (RejectedExecutionException ex) {
			close();
		}
	}

	/**
	 * Stops accepting streams, and closes the generation when the last stream has ended
	 * or the drain time has passed. {@code closed} runs after the generation is closed.
	 */
	void retire(Runnable closed) {
		this.whenClosed = closed;
		this.deadline
			.set(this.services.scheduler().schedule(this::closeInBackground, this.spec.limits().pool().drainTimeout()));
		if (this.streams.retire()) {
			closeInBackground();
		}
	}

	/**
	 * Returns the number of active streams.
	 */
	int streams() {
		return this.streams.streams();
	}

	void close() {
		this.pool.close();
		Cancellable timer = this.deadline.getAndSet(null);
		if (timer != null) {
			// Until the timer runs, it would keep the guest's memory reachable.
			timer.cancel();
		}
		this.whenClosed.run();
	}

	int number() {
		return this.number;
	}

	VmSpec vms() {
		return this.vms;
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

	/** Counts the failure of a stream whose VM has not failed. */
	private void failed(VmFailure why) {
		this.counters.failed(why.message(), why.guestStack());
		this.observer.failed(why.reason());
	}

	@Override
	public void ended(@Nullable Vm vm) {
		if (vm != null) {
			this.pool.recycleIfDue(vm);
		}
		leave();
	}

	PluginStatus.Instances instances() {
		return this.pool.status(this.vms.shared().blockedFunctions().functions());
	}

	PluginStatus.Module moduleStatus() {
		CompiledModule compiled = this.module.module();
		return new PluginStatus.Module(compiled.sha256(), compiled.size(), compiled.report(), this.report,
				this.module.imports().unimplemented(), this.module.imports().unknown());
	}

	List<String> warnings() {
		return this.report.warnings();
	}

	@Nullable WarmUpReport warmUp() {
		return this.warmUp;
	}

	Instant liveSince() {
		return this.liveSince;
	}

}
