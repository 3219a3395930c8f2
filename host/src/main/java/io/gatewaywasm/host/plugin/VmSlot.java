package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

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

	private static final int IMMEDIATE = 3;

	private static final long MAX_DELAY_MILLIS = 60_000;

	private final VmPool pool;

	private final HostScheduler scheduler;

	private volatile @Nullable Vm vm;

	private final AtomicBoolean recycling = new AtomicBoolean();

	private long startedAt;

	private int losses;

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

	void start() throws VmStartException {
		install(this.pool.newVm(this), null);
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
		if (this.pool.isOnWorkers()) {
			fresh.moveToWorkers();
		}
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
		if (this.recycling.compareAndSet(false, true)) {
			this.scheduler.background().execute(() -> {
				try {
					if (this.vm == worn && !this.pool.isClosed()) {
						install(this.pool.newVm(this), worn);
						worn.retire();
						this.pool.vmReady();
					}
				}
				catch (VmStartException | RuntimeException | Error ex) {
					logger.warn("A VM could not be recycled and goes on serving: {}", ex.getMessage());
				}
				finally {
					this.recycling.set(false);
				}
			});
		}
	}

	private void replaceLater() {
		long delay = delayMillis();
		if (delay == 0) {
			this.scheduler.background().execute(this::replace);
		}
		else {
			this.dueAt = System.nanoTime() + Duration.ofMillis(delay).toNanos();
			this.scheduler.schedule(() -> this.scheduler.background().execute(this::replace), Duration.ofMillis(delay));
		}
	}

	private synchronized long delayMillis() {
		if (this.losses <= IMMEDIATE) {
			return 0;
		}
		long full = Math.min(MAX_DELAY_MILLIS, 1000L << Math.min(16, this.losses - IMMEDIATE - 1));
		return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
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
			logger.error("A VM could not be replaced: {}", ex.getMessage());
			synchronized (this) {
				this.losses++;
			}
			replaceLater();
			return;
		}
		this.pool.vmReady();
	}

	void close() {
		Vm last;
		synchronized (this) {
			last = this.vm;
			this.vm = null;
		}
		if (last != null) {
			last.close();
		}
	}

}
