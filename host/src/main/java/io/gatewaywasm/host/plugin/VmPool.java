package io.gatewaywasm.host.plugin;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.SlowCall;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmListener;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.Watchdog;
import org.jspecify.annotations.Nullable;

/**
 * The VMs of one generation of a plugin. A stream leases one and keeps it to its end,
 * alone or with others as {@link VmLeases} has it; a VM that failed is replaced on a
 * background thread while its siblings serve. With none left, streams wait without
 * blocking, up to a limit.
 */
final class VmPool {

	private final GuestModule module;

	private final VmSpec spec;

	private final RootSpec root;

	private final HostServices services;

	private final PluginCounters counters;

	private final PluginLimits limits;

	private final VmSlot[] slots;

	private final VmLeases leases;

	private final WaitingStreams waiting;

	/** VMs that were replaced and finish their streams. */
	private final Set<Vm> retiring = ConcurrentHashMap.newKeySet();

	private final Watchdog watchdog;

	private final Quarantine quarantine;

	private volatile boolean closed;

	VmPool(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, PluginCounters counters,
			PluginSpec plugin) {
		this.module = module;
		this.spec = spec;
		this.root = plugin.root();
		this.watchdog = watchdog;
		this.quarantine = new Quarantine(plugin, services.scheduler(), this::moveVms);
		this.services = services;
		this.counters = counters;
		this.limits = plugin.limits();
		this.leases = (plugin.isolation() == Isolation.STREAM) ? new ExclusiveVms() : new SharedVms();
		this.slots = new VmSlot[plugin.vms()];
		for (int i = 0; i < this.slots.length; i++) {
			this.slots[i] = new VmSlot(this, services.scheduler());
		}
		this.waiting = new WaitingStreams(this.leases, this.slots, services.scheduler(), this.limits.vmWait());
	}

	/**
	 * Start all VMs. Takes up to seconds.
	 * @throws VmStartException if one cannot be started; then none is left
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
		return Vm.start(this.module, this.spec, this.root, this.services, this.watchdog, new SlotListener(slot));
	}

	/**
	 * Return the VMs that there are at this moment.
	 * @return those in their slots, and those that were replaced and finish their streams
	 */
	private Stream<Vm> vms() {
		return Stream.concat(inSlots(), this.retiring.stream());
	}

	private Stream<Vm> inSlots() {
		return Arrays.stream(this.slots).map(VmSlot::vm).filter(Objects::nonNull);
	}

	boolean isOnWorkers() {
		return this.quarantine.isOnWorkers();
	}

	private void moveVms() {
		vms().forEach(this::place);
	}

	/**
	 * Have a VM's callbacks run where those of the plugin run.
	 * @param vm the VM
	 */
	void place(Vm vm) {
		// The plugin may be moved by another thread at this moment: the last one to look
		// sees where it is.
		boolean workers;
		do {
			workers = this.quarantine.isOnWorkers();
			if (workers) {
				vm.moveToWorkers();
			}
			else {
				vm.moveToEventLoops();
			}
		}
		while (workers != this.quarantine.isOnWorkers());
	}

	/**
	 * Return whether streams are refused at once: because the guest timed out again and
	 * again, or because its VMs keep being lost and the next is far off.
	 * @return whether they are
	 */
	boolean isCircuitOpen() {
		return this.quarantine.isCircuitOpen() || isCrashing();
	}

	private boolean isCrashing() {
		long wait = this.limits.vmWait().toNanos();
		for (VmSlot slot : this.slots) {
			if (!slot.isOutFor(wait)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Choose a VM for a stream if there is one at this moment.
	 * @param affinity the hint
	 * @return the VM, to be given back, or {@code null} if there is none
	 */
	@Nullable Vm ready(int affinity) {
		return this.quarantine.isCircuitOpen() ? null : this.leases.take(this.slots, affinity);
	}

	/**
	 * Choose a VM for a stream, and wait for one if there is none.
	 * @param affinity the hint
	 * @param executor where the taker is called if it has to wait
	 * @param taker gets the VM, at once if there is one, and has to give it back, or gets
	 * {@code null} if there is none in time
	 */
	void lease(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
		Vm vm = ready(affinity);
		if (vm != null || this.closed || isCircuitOpen()) {
			taker.accept(vm);
			return;
		}
		this.waiting.add(affinity, executor, taker);
	}

	/**
	 * A stream does not need its VM any more.
	 * @param vm the VM
	 */
	void giveBack(Vm vm) {
		this.leases.giveBack(vm);
		vmReady();
	}

	/**
	 * Replace a VM that has served long enough or grown too large. It finishes its
	 * streams while the new one takes over.
	 * @param vm the VM
	 */
	void recycleIfWorn(Vm vm) {
		if (vm.served() < this.limits.recycleAfterRequests() && vm.memory() <= this.limits.recycleAboveMemory()) {
			return;
		}
		for (VmSlot slot : this.slots) {
			if (slot.vm() == vm) {
				slot.recycle(vm);
			}
		}
	}

	/**
	 * Let a VM that was replaced finish its streams.
	 * @param worn the VM
	 */
	void retire(Vm worn) {
		this.retiring.add(worn);
		worn.retire();
		if (worn.failure() != null) {
			// It was lost before anybody knew that it is to be forgotten then.
			this.retiring.remove(worn);
		}
		if (this.closed) {
			worn.close();
		}
	}

	/** A VM can be used again. */
	void vmReady() {
		this.waiting.serve();
	}

	String plugin() {
		return this.spec.plugin();
	}

	int leased() {
		return this.leases.taken();
	}

	int waiting() {
		return this.waiting.size();
	}

	int usable() {
		return (int) inSlots().filter(Vm::isUsable).count();
	}

	int size() {
		return this.slots.length;
	}

	/**
	 * Return whether streams can be served, if need be after a short wait.
	 * @return {@code false} if all VMs were lost and none is expected in time
	 */
	boolean canServe() {
		long wait = this.limits.vmWait().toNanos();
		return usable() > 0 || Arrays.stream(this.slots).anyMatch((slot) -> slot.isExpected(wait));
	}

	long memory() {
		return vms().mapToLong(Vm::memory).sum();
	}

	boolean isClosed() {
		return this.closed;
	}

	void close() {
		this.closed = true;
		for (VmSlot slot : this.slots) {
			slot.close();
		}
		this.retiring.forEach(Vm::close);
		this.waiting.close();
		this.quarantine.close();
	}

	/** Learns what becomes of the VM in a slot. */
	private final class SlotListener implements VmListener {

		private final VmSlot slot;

		private SlotListener(VmSlot slot) {
			this.slot = slot;
		}

		@Override
		public void vmFailed(Vm vm, VmFailure failure) {
			VmPool.this.counters.failed(failure.message(), failure.guestStack());
			VmPool.this.retiring.remove(vm);
			if (failure.reason().equals("timeout")) {
				VmPool.this.quarantine.timedOut();
			}
			VmPool.this.leases.giveBack(vm);
			this.slot.failed(vm);
		}

		@Override
		public void vmSlow(Vm vm, SlowCall call) {
			VmPool.this.quarantine.slow(call);
		}

		@Override
		public void vmClosed(Vm vm) {
			VmPool.this.retiring.remove(vm);
		}

	}

}
