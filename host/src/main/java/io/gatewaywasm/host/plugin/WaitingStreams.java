package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * The streams that wait for a VM, in order of arrival. Each waits up to a limit, without
 * occupying a thread. Thread-safe.
 */
final class WaitingStreams {

	private final VmLeases leases;

	private final CurrentVms vms;

	private final HostScheduler scheduler;

	private final Duration limit;

	private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

	/** Whether the current thread is serving these streams. */
	private final ThreadLocal<Boolean> serving = ThreadLocal.withInitial(() -> false);

	private volatile boolean closed;

	WaitingStreams(VmLeases leases, CurrentVms vms, HostScheduler scheduler, Duration limit) {
		this.leases = leases;
		this.vms = vms;
		this.scheduler = scheduler;
		this.limit = limit;
	}

	/**
	 * Adds a stream. {@code executor} runs the taker. {@code taker} receives the VM and
	 * gives it back, or receives {@code null} if none becomes available in time.
	 */
	void add(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
		Waiter waiter = new Waiter(affinity, executor, taker);
		this.waiters.add(waiter);
		waiter.timeout = this.scheduler.schedule(() -> {
			this.waiters.remove(waiter);
			waiter.give(null);
		}, this.limit);
		// A VM may have become available, or the pool may have been closed, before the
		// stream was added.
		serve();
	}

	/**
	 * Serves waiting streams. Called when a VM becomes available, and when the pool is
	 * closed.
	 */
	void serve() {
		if (this.waiters.isEmpty() || this.serving.get()) {
			// A stream that is served on this thread has given back its VM. The loop that
			// serves it continues with that VM, so that any number of streams needs no
			// more stack than one.
			return;
		}
		this.serving.set(true);
		try {
			serveAll();
		}
		finally {
			this.serving.remove();
		}
	}

	private void serveAll() {
		for (Waiter waiter = this.waiters.peek(); waiter != null; waiter = this.waiters.peek()) {
			Vm vm = this.leases.take(this.vms, waiter.affinity);
			if (vm == null && !this.closed) {
				// The stream is still in the queue, and gets the next VM.
				return;
			}
			this.waiters.remove(waiter);
			if (!waiter.give(vm) && vm != null) {
				// The stream has timed out or ended, so the next one gets the VM.
				this.leases.giveBack(vm);
			}
		}
	}

	int size() {
		return this.waiters.size();
	}

	/** Ends all waits, because no VM will become available. */
	void close() {
		this.closed = true;
		serve();
	}

	/** A stream that waits for a VM. It is served once. */
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
			try {
				this.executor.execute(() -> this.taker.accept(vm));
				return true;
			}
			catch (RejectedExecutionException ex) {
				// The event loop is shutting down, so the VM is for other streams.
				this.taker.accept(null);
				return false;
			}
		}

	}

}
