package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmStartException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place for one VM. A lost VM is replaced at once; one that keeps being lost, after a
 * growing and jittered delay.
 */
final class VmSlot {

	private static final Logger logger = LoggerFactory.getLogger(VmSlot.class);

	/** A VM that lived this long was healthy: its loss is not part of a series. */
	private static final long HEALTHY_NANOS = Duration.ofSeconds(10).toNanos();

	private final VmPool pool;

	private final HostScheduler scheduler;

	private volatile @Nullable Vm vm;

	private final Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextDouble());

	private final AtomicBoolean recycling = new AtomicBoolean();

	/** Failures in a row, changed by the one who recycles. */
	private int failedRecycles;

	private volatile long recycleFrom = System.nanoTime();

	private long startedAt;

	private int losses;

	private @Nullable Cancellable retry;

	/** Whether the last try to replace a lost VM failed. */
	private volatile boolean startFailed;

	/** When the next try to replace a lost VM is due, if it was put off. */
	private volatile long dueAt = System.nanoTime();

	VmSlot(VmPool pool, HostScheduler scheduler) {
		this.pool = pool;
		this.scheduler = scheduler;
	}

	@Nullable Vm vm() {
		return this.vm;
	}

	/**
	 * Return whether there is no VM and will be none for a while, since it keeps being
	 * lost.
	 * @param nanos the while
	 * @return whether it is no use to wait that long
	 */
	boolean isOutFor(long nanos) {
		return this.vm == null && this.dueAt - System.nanoTime() > nanos;
	}

	/**
	 * Return whether there is no VM that can be used, but one is about to come.
	 * @param nanos how long that may take at most
	 * @return whether it is worthwhile to wait
	 */
	boolean isExpected(long nanos) {
		Vm current = this.vm;
		return (current == null || !current.isUsable()) && !this.startFailed && !isOutFor(nanos);
	}

	void start() throws VmStartException {
		install(this.pool.newVm(this), null);
		this.startFailed = false;
	}

	/**
	 * Put a VM in place, unless another one was faster.
	 * @param fresh the VM
	 * @param worn the VM that it replaces, if there is one
	 */
	private void install(Vm fresh, @Nullable Vm worn) {
		boolean installed;
		synchronized (this) {
			installed = this.vm == null || this.vm == worn;
			if (installed) {
				this.startedAt = System.nanoTime();
				this.vm = fresh;
			}
		}
		if (!installed) {
			fresh.close();
			return;
		}
		// Whoever changed these since the VM was made did not find it in its place.
		this.pool.place(fresh);
		if (this.pool.isClosed()) {
			close();
		}
	}

	/**
	 * The VM was lost.
	 * @param lost the VM
	 */
	void failed(Vm lost) {
		synchronized (this) {
			if (this.vm != lost) {
				return;
			}
			this.vm = null;
			this.losses = (System.nanoTime() - this.startedAt > HEALTHY_NANOS) ? 1 : this.losses + 1;
		}
		replaceLater();
	}

	/**
	 * Replace a VM that still works, in the background.
	 * @param worn the VM
	 */
	void recycle(Vm worn) {
		if (System.nanoTime() - this.recycleFrom < 0 || !this.recycling.compareAndSet(false, true)) {
			return;
		}
		try {
			this.scheduler.starts(this.pool.plugin()).execute(() -> recycleNow(worn));
		}
		catch (RejectedExecutionException ex) {
			// Too much to do, or the end is near: the next stream that ends asks again.
			this.recycling.set(false);
		}
	}

	private void recycleNow(Vm worn) {
		try {
			if (this.vm == worn && !this.pool.isClosed()) {
				install(this.pool.newVm(this), worn);
				this.pool.retire(worn);
				this.pool.vmReady();
			}
			this.failedRecycles = 0;
		}
		catch (VmStartException | RuntimeException | Error ex) {
			// Each stream that ends from now on would try again.
			Duration pause = this.backoff.afterEach(++this.failedRecycles);
			this.recycleFrom = System.nanoTime() + pause.toNanos();
			logger.warn("Plugin '{}': a VM could not be recycled and goes on serving; next try in {}: {}",
					this.pool.plugin(), pause, ex.getMessage());
		}
		finally {
			this.recycling.set(false);
		}
	}

	private void replaceLater() {
		Duration delay;
		synchronized (this) {
			delay = this.backoff.after(this.losses);
			this.dueAt = System.nanoTime() + delay.toNanos();
		}
		if (delay.isZero()) {
			replaceInBackground();
		}
		else {
			replaceAfter(delay);
		}
	}

	private void replaceInBackground() {
		try {
			this.scheduler.starts(this.pool.plugin()).execute(this::replace);
		}
		catch (RejectedExecutionException ex) {
			replaceAfter(this.backoff.afterEach(1));
		}
	}

	private synchronized void replaceAfter(Duration delay) {
		if (!this.pool.isClosed()) {
			this.retry = this.scheduler.schedule(this::replaceInBackground, delay);
		}
	}

	private void replace() {
		if (this.pool.isClosed() || this.vm != null) {
			return;
		}
		try {
			start();
		}
		catch (VmStartException | RuntimeException | Error ex) {
			// Also when memory is short: a place that nobody fills stays empty for good.
			logger.error("Plugin '{}': a VM could not be replaced: {}", this.pool.plugin(), ex.getMessage());
			synchronized (this) {
				this.losses++;
			}
			this.startFailed = true;
			replaceLater();
			return;
		}
		this.pool.vmReady();
	}

	/** Give up the place. The pool is closed, so that nothing comes after this. */
	void close() {
		Vm last;
		synchronized (this) {
			last = this.vm;
			this.vm = null;
			if (this.retry != null) {
				// Until it runs it would keep the module.
				this.retry.cancel();
				this.retry = null;
			}
		}
		if (last != null) {
			last.close();
		}
	}

}
