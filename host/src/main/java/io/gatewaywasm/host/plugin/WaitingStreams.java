package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * The streams that found no VM, first come, first served. None waits longer than the
 * limit, and no thread waits at all. Thread-safe.
 */
final class WaitingStreams {

	private final VmLeases leases;

	private final VmSlot[] slots;

	private final HostScheduler scheduler;

	private final Duration limit;

	private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

	private volatile boolean closed;

	WaitingStreams(VmLeases leases, VmSlot[] slots, HostScheduler scheduler, Duration limit) {
		this.leases = leases;
		this.slots = slots;
		this.scheduler = scheduler;
		this.limit = limit;
	}

	/**
	 * Let a stream wait.
	 * @param affinity the hint which VM it should get
	 * @param executor where the taker is called
	 * @param taker gets the VM, which it has to give back, or {@code null} if there was
	 * none in time
	 */
	void add(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
		Waiter waiter = new Waiter(affinity, executor, taker);
		this.waiters.add(waiter);
		waiter.timeout = this.scheduler.schedule(() -> {
			this.waiters.remove(waiter);
			waiter.give(null);
		}, this.limit);
		// A VM may have come up, or the pool been closed, between the look and the queue.
		serve();
	}

	/** A VM can be used again, or none will: those who wait may look. */
	void serve() {
		for (Waiter waiter = this.waiters.peek(); waiter != null; waiter = this.waiters.peek()) {
			Vm vm = this.leases.take(this.slots, waiter.affinity);
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

	int size() {
		return this.waiters.size();
	}

	/** No VM will come any more. */
	void close() {
		this.closed = true;
		serve();
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
