package io.gatewaywasm.host.plugin;

import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmListener;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.Watchdog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VMs of one generation of a plugin. A stream leases one and keeps it to its end,
 * alone or with others as {@link VmLeases} has it; a VM that failed is replaced on a
 * background thread while its siblings serve. With none left, streams wait without
 * blocking, up to a limit.
 */
final class VmPool {

	private static final Logger logger = LoggerFactory.getLogger(VmPool.class);

	private final GuestModule module;

	private final VmSpec spec;

	private final RootSpec root;

	private final HostServices services;

	private final PluginCounters counters;

	private final PluginLimits limits;

	private final VmSlot[] slots;

	private final VmLeases leases;

	private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

	/** VMs that were replaced and finish their streams. */
	private final Set<Vm> retiring = ConcurrentHashMap.newKeySet();

	private final Watchdog watchdog;

	private final CircuitBreaker circuit = new CircuitBreaker();

	private volatile boolean onWorkers;

	private volatile boolean closed;

	VmPool(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, PluginCounters counters,
			PluginSpec plugin) {
		this.module = module;
		this.spec = spec;
		this.root = plugin.root();
		this.watchdog = watchdog;
		this.onWorkers = plugin.onWorkers();
		this.services = services;
		this.counters = counters;
		this.limits = plugin.limits();
		this.leases = plugin.isolation().leases();
		this.slots = new VmSlot[plugin.vms()];
		for (int i = 0; i < this.slots.length; i++) {
			this.slots[i] = new VmSlot(this, services.scheduler());
		}
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
	 * A callback ran for too long: from now on no event loop runs this filter, and one
	 * that does it again and again is left alone for a while.
	 */
	private void timedOut() {
		if (this.circuit.timedOut()) {
			logger.warn("Plugin '{}' timed out repeatedly; its circuit is open for {}", this.spec.plugin(),
					this.circuit.openFor());
		}
		if (!this.onWorkers) {
			this.onWorkers = true;
			logger.warn("Plugin '{}' timed out; it runs on worker threads from now on", this.spec.plugin());
			for (VmSlot slot : this.slots) {
				Vm vm = slot.vm();
				if (vm != null) {
					vm.moveToWorkers();
				}
			}
			this.retiring.forEach(Vm::moveToWorkers);
		}
	}

	boolean isOnWorkers() {
		return this.onWorkers;
	}

	/**
	 * Return whether streams are refused at once: because the guest timed out again and
	 * again, or because its VMs keep being lost and the next is far off.
	 * @return whether they are
	 */
	boolean isCircuitOpen() {
		return this.circuit.isOpen() || isCrashing();
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
		return this.circuit.isOpen() ? null : choose(affinity);
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
		Waiter waiter = new Waiter(affinity, executor, taker);
		this.waiters.add(waiter);
		waiter.timeout = this.services.scheduler().schedule(() -> {
			this.waiters.remove(waiter);
			waiter.give(null);
		}, this.limits.vmWait());
		// A VM may have come up, or the pool been closed, between the look and the queue.
		vmReady();
	}

	private @Nullable Vm choose(int affinity) {
		return this.leases.take(this.slots, affinity);
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

	/** A VM can be used again, or none will: those who wait may look. */
	void vmReady() {
		for (Waiter waiter = this.waiters.peek(); waiter != null; waiter = this.waiters.peek()) {
			Vm vm = choose(waiter.affinity);
			if (vm == null && !this.closed) {
				// Still in the queue, where the next VM finds it.
				return;
			}
			this.waiters.remove(waiter);
			if (!waiter.give(vm) && vm != null) {
				// Its time was over just now; the next one may have it.
				this.leases.giveBack(vm);
			}
		}
	}

	String plugin() {
		return this.spec.plugin();
	}

	int leased() {
		return this.leases.taken();
	}

	int waiting() {
		return this.waiters.size();
	}

	int usable() {
		return (int) Arrays.stream(this.slots).map(VmSlot::vm).filter(Objects::nonNull).filter(Vm::isUsable).count();
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
		Stream<Vm> inPlace = Arrays.stream(this.slots).map(VmSlot::vm).filter(Objects::nonNull);
		return Stream.concat(inPlace, this.retiring.stream()).mapToLong(Vm::memory).sum();
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
		vmReady();
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
				timedOut();
			}
			VmPool.this.leases.giveBack(vm);
			this.slot.failed(vm);
		}

		@Override
		public void vmClosed(Vm vm) {
			VmPool.this.retiring.remove(vm);
		}

	}

	/** A stream that waits for a VM; served once. */
	private static final class Waiter {

		private final int affinity;

		private final Executor executor;

		private final Consumer<@Nullable Vm> taker;

		private final AtomicBoolean served = new AtomicBoolean();

		private volatile @Nullable Cancellable timeout;

		private Waiter(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
			this.affinity = affinity;
			this.executor = executor;
			this.taker = taker;
		}

		private boolean give(@Nullable Vm vm) {
			if (!this.served.compareAndSet(false, true)) {
				return false;
			}
			Cancellable timer = this.timeout;
			if (timer != null) {
				timer.cancel();
			}
			this.executor.execute(() -> this.taker.accept(vm));
			return true;
		}

	}

}
