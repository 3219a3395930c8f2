package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmStartException;
import org.jspecify.annotations.Nullable;

/**
 * The slot for one VM of a pool. A lost VM is replaced by {@link LostVmReplacement}, one
 * that still works by {@link VmRecycling}.
 */
final class VmSlot {

	/** The minimum age of a VM that a guest can ask to replace. */
	private static final long REBUILD_NANOS = Duration.ofSeconds(1).toNanos();

	private final VmPool pool;

	private final CurrentVms vms;

	private final int number;

	private final LostVmReplacement replacement;

	private final VmRecycling recycling;

	private long startedAt;

	VmSlot(VmPool pool, CurrentVms vms, int number, VmFactory factory) {
		this.pool = pool;
		this.vms = vms;
		this.number = number;
		RestartDelay backoff = new RestartDelay(() -> ThreadLocalRandom.current().nextDouble());
		this.replacement = new LostVmReplacement(factory, backoff, pool::isClosed, () -> vm() == null, this::start,
				pool::startFailed, pool::vmReady);
		this.recycling = new VmRecycling(factory, backoff);
	}

	@Nullable Vm vm() {
		return this.vms.get(this.number);
	}

	/**
	 * Returns whether the slot has no VM and expects none within the given time, because
	 * VMs keep being lost.
	 */
	boolean isLostFor(long nanos) {
		return vm() == null && this.replacement.isDelayed(nanos);
	}

	/**
	 * Returns whether the slot has no usable VM, but expects one within the given time.
	 */
	boolean isExpected(long nanos) {
		Vm current = vm();
		return (current == null || !current.isUsable()) && !this.replacement.hasFailed() && !isLostFor(nanos);
	}

	void start() throws VmStartException {
		install(this.pool.newVm(this), null);
	}

	/**
	 * Installs a VM, unless another thread has installed one first. {@code recycled} is
	 * the VM that it replaces, or {@code null}.
	 */
	private void install(Vm fresh, @Nullable Vm recycled) {
		boolean installed;
		synchronized (this) {
			Vm current = vm();
			installed = current == null || current == recycled;
			if (installed) {
				this.startedAt = System.nanoTime();
				this.vms.set(this.number, fresh);
			}
		}
		if (!installed) {
			fresh.close();
			return;
		}
		// Apply changes that were made between the creation of the VM and its
		// installation.
		this.pool.moveToCurrentThreads(fresh);
		if (this.pool.isClosed()) {
			close();
		}
	}

	/**
	 * Replaces a VM that was lost. {@code startingRoot} says whether it was lost while it
	 * started a root context for a stream, which neither counts as a loss nor delays the
	 * replacement, because that root context is not started again for a while.
	 */
	void failed(Vm lost, boolean startingRoot) {
		long age;
		synchronized (this) {
			if (vm() != lost) {
				return;
			}
			this.vms.set(this.number, null);
			age = System.nanoTime() - this.startedAt;
		}
		if (startingRoot) {
			this.replacement.replaceNow();
		}
		else {
			this.replacement.replaceLost(age);
		}
	}

	/**
	 * Returns whether the VM is old enough to be replaced at the guest's request.
	 */
	synchronized boolean isOldEnoughToRebuild() {
		return System.nanoTime() - this.startedAt >= REBUILD_NANOS;
	}

	/**
	 * Replaces a working VM in the background.
	 */
	void recycle(Vm recycled) {
		this.recycling.recycle(() -> exchange(recycled));
	}

	private void exchange(Vm recycled) throws VmStartException {
		if (vm() == recycled && !this.pool.isClosed()) {
			install(this.pool.newVm(this), recycled);
			this.pool.retire(recycled);
			this.pool.vmReady();
		}
	}

	/**
	 * Closes the VM and the slot. The pool is closed, so no VM is installed afterwards.
	 */
	void close() {
		Vm last;
		synchronized (this) {
			last = vm();
			this.vms.set(this.number, null);
		}
		this.replacement.close();
		if (last != null) {
			last.close();
		}
	}

}
