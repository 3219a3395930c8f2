package io.gatewaywasm.host.plugin;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmStartException;
import org.jspecify.annotations.Nullable;

/**
 * The VMs of one generation. A stream leases a VM and keeps it until it ends, exclusively
 * or shared depending on {@link VmLeases}. A lost VM is replaced on a background thread
 * while the others serve. If none is available, streams wait up to a limit without
 * blocking.
 */
final class VmPool {

	private final VmFactory factory;

	private final PluginCounters counters;

	private final PluginLimits limits;

	private final CurrentVms current;

	private final VmSlot[] slots;

	private final VmLeases leases;

	private final WaitingStreams waiting;

	private final RetiringVms retiring = new RetiringVms();

	private final ExecutionControl execution;

	private volatile boolean closed;

	VmPool(VmFactory factory, PluginCounters counters, PluginSpec plugin, boolean sharesRemotely) {
		HostScheduler scheduler = factory.services().scheduler();
		this.factory = factory;
		this.execution = new ExecutionControl(plugin, sharesRemotely, scheduler, this::moveVms);
		this.counters = counters;
		this.limits = plugin.limits();
		this.leases = (plugin.run().isolation() == Isolation.STREAM) ? new ExclusiveVms() : new SharedVms();
		this.current = new CurrentVms(plugin.vms());
		this.slots = new VmSlot[plugin.vms()];
		for (int i = 0; i < this.slots.length; i++) {
			this.slots[i] = new VmSlot(this, this.current, i, factory);
		}
		this.waiting = new WaitingStreams(this.leases, this.current, scheduler, this.limits.vm().vmWait());
	}

	/**
	 * Starts all VMs, which can take seconds. Throws {@link VmStartException} if a VM
	 * cannot be started; the others are then closed.
	 */
	void start() throws VmStartException {
		boolean ok = false;
		try {
			for (VmSlot slot : this.slots) {
				slot.start();
			}
			ok = true;
		}
		finally {
			if (!ok) {
				close();
			}
		}
	}

	Vm newVm(VmSlot slot) throws VmStartException {
		return this.factory.start(new SlotEvents(slot, this.counters, this.retiring, this.execution, this.leases));
	}

	/**
	 * Counts that a lost VM could not be replaced. A trap was already counted.
	 */
	void startFailed(Throwable failure) {
		if (failure instanceof VmStartException refusal && !refusal.isReported()) {
			this.counters.failed(refusal.problem(), refusal.guest().stack());
			this.factory.services().observer(this.factory.plugin()).failed(FailureReason.START);
		}
	}

	/**
	 * Returns the VMs in their slots, and replaced VMs that still have streams.
	 */
	private Stream<Vm> vms() {
		return Stream.concat(this.current.stream(), this.retiring.stream());
	}

	private void moveVms() {
		vms().forEach(this.execution::place);
	}

	/** Moves the callbacks of a VM to the threads that run those of the plugin. */
	void moveToCurrentThreads(Vm vm) {
		this.execution.place(vm);
	}

	/**
	 * Returns whether streams are rejected immediately, because the guest timed out
	 * repeatedly, or because all VMs are lost and none is replaced within the time that
	 * streams wait.
	 */
	boolean rejectsStreams() {
		return this.execution.isCircuitOpen() || areAllLost();
	}

	/** Returns whether every slot has lost its VM and waits longer than a stream does. */
	private boolean areAllLost() {
		long wait = this.limits.vm().vmWait().toNanos();
		for (VmSlot slot : this.slots) {
			if (!slot.isLostFor(wait)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Leases a VM if one is available, or returns {@code null}. The caller gives it back.
	 */
	@Nullable Vm ready(int affinity) {
		return this.execution.isCircuitOpen() ? null : this.leases.take(this.current, affinity);
	}

	/**
	 * Leases a VM, and waits for one if none is available. {@code executor} runs the
	 * taker if it has to wait. {@code taker} receives the VM, immediately if one is
	 * available, and gives it back; receives {@code null} if none becomes available in
	 * time.
	 */
	void lease(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
		Vm vm = ready(affinity);
		if (vm != null || this.closed || rejectsStreams()) {
			taker.accept(vm);
			return;
		}
		this.waiting.add(affinity, executor, taker);
	}

	/**
	 * Ends the lease of a stream.
	 */
	void giveBack(Vm vm) {
		this.leases.giveBack(vm);
		vmReady();
	}

	/**
	 * Replaces a VM that has served long enough, has grown too large, has too many root
	 * contexts, or whose guest requests it. The VM finishes its streams while the new one
	 * takes over.
	 */
	void recycleIfDue(Vm vm) {
		boolean due = vm.served() >= this.limits.pool().recycleAfterRequests()
				|| vm.memory() > this.limits.pool().recycleAboveMemory() || vm.hasManyRoots();
		if (!due && !vm.isRebuildRequested()) {
			return;
		}
		for (VmSlot slot : this.slots) {
			if (slot.vm() == vm && (due || slot.isOldEnoughToRebuild())) {
				slot.recycle(vm);
			}
		}
	}

	/** Ends root contexts in all VMs, in each VM after the last stream that has it. */
	void endRoots(Collection<RootSpec> unused) {
		vms().forEach((vm) -> vm.endRoots(unused));
	}

	/** Lets a replaced VM finish its streams. */
	void retire(Vm replaced) {
		this.retiring.retire(replaced);
	}

	/** Notifies waiting streams that a VM is available. */
	void vmReady() {
		this.waiting.serve();
	}

	private int usable() {
		return (int) this.current.stream().filter(Vm::isUsable).count();
	}

	/** Returns the status of the VMs, with host functions that were refused to them. */
	PluginStatus.Instances status(List<String> refused) {
		return new PluginStatus.Instances(usable(), this.slots.length, vms().mapToLong(Vm::memory).sum(),
				this.execution.isOnWorkers(), rejectsStreams(), this.leases.exclusivelyLeased(), this.waiting.size(),
				refused);
	}

	/**
	 * Returns whether streams can be served, possibly after a short wait. Returns {@code
	 * false} if all VMs were lost and none is expected in time.
	 */
	boolean canServe() {
		long wait = this.limits.vm().vmWait().toNanos();
		return usable() > 0 || Arrays.stream(this.slots).anyMatch((slot) -> slot.isExpected(wait));
	}

	boolean isClosed() {
		return this.closed;
	}

	void close() {
		this.closed = true;
		for (VmSlot slot : this.slots) {
			slot.close();
		}
		this.retiring.close();
		this.waiting.close();
		this.execution.close();
	}

}
