package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.hostcall.LogContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot for one VM. A lost VM is replaced immediately. If VMs keep being lost, the
 * delay grows and is randomized.
 */
final class VmSlot {

	private static final Logger logger = LoggerFactory.getLogger(VmSlot.class);

	/**
	 * The loss of a VM that lived at least this long does not count as a repeated
	 * failure.
	 */
	private static final long HEALTHY_NANOS = Duration.ofSeconds(10).toNanos();

	/** The minimum age of a VM that a guest can ask to replace. */
	private static final long REBUILD_NANOS = Duration.ofSeconds(1).toNanos();

	private final VmPool pool;

	private final VmFactory factory;

	private final HostScheduler scheduler;

	private volatile @Nullable Vm vm;

	private final RestartDelay backoff = new RestartDelay(() -> ThreadLocalRandom.current().nextDouble());

	private final VmRecycling recycling;

	private long startedAt;

	private int losses;

	/** The number of the last attempt to replace a lost VM. */
	private int attempts;

	private @Nullable Cancellable retry;

	/** Whether the last attempt to replace a lost VM failed. */
	private volatile boolean startFailed;

	/** When the next attempt to replace a lost VM is due. */
	private volatile long dueAt = System.nanoTime();

	VmSlot(VmPool pool, VmFactory factory) {
		this.pool = pool;
		this.factory = factory;
		this.scheduler = factory.services().scheduler();
		this.recycling = new VmRecycling(factory, this.backoff);
	}

	@Nullable Vm vm() {
		return this.vm;
	}

	/**
	 * Returns whether the slot has no VM and expects none within the given time, because
	 * VMs keep being lost.
	 */
	boolean isOutFor(long nanos) {
		return this.vm == null && this.dueAt - System.nanoTime() > nanos;
	}

	/**
	 * Returns whether the slot has no usable VM, but expects one within the given time.
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
	 * Installs a VM, unless another thread has installed one first. {@code worn} is the
	 * VM that it replaces, or {@code null}.
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
		synchronized (this) {
			if (this.vm != lost) {
				return;
			}
			this.vm = null;
			if (startingRoot) {
				this.dueAt = System.nanoTime();
			}
			else {
				this.losses = (System.nanoTime() - this.startedAt > HEALTHY_NANOS) ? 1 : this.losses + 1;
			}
		}
		if (startingRoot) {
			replaceInBackground();
		}
		else {
			replaceLater();
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
	void recycle(Vm worn) {
		this.recycling.recycle(() -> exchange(worn));
	}

	private void exchange(Vm worn) throws VmStartException {
		if (this.vm == worn && !this.pool.isClosed()) {
			install(this.pool.newVm(this), worn);
			this.pool.retire(worn);
			this.pool.vmReady();
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
			this.scheduler.starts(this.factory.plugin()).execute(this::replace);
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
		int attempt = nextAttempt();
		Cancellable watch = this.scheduler.schedule(() -> stuck(attempt), this.factory.longestStart());
		try {
			start();
		}
		catch (VmStartException | RuntimeException | Error ex) {
			try {
				LogContext.run(this.factory.plugin(),
						() -> logger.error("Wasm plugin '{}': a VM could not be replaced: {}", this.factory.plugin(),
								VmFactory.describe(ex)));
				this.pool.startFailed(ex);
			}
			finally {
				// Errors such as an OutOfMemoryError must not leave the slot empty
				// forever.
				tryAgain(attempt);
			}
			return;
		}
		finally {
			watch.cancel();
		}
		this.pool.vmReady();
	}

	private synchronized int nextAttempt() {
		return ++this.attempts;
	}

	/**
	 * The thread that starts the VM is stuck. If it returns later, its VM may be used.
	 */
	private void stuck(int attempt) {
		if (this.vm == null && !this.pool.isClosed() && tryAgain(attempt)) {
			LogContext.run(this.factory.plugin(),
					() -> logger.error("Wasm plugin '{}': a VM that replaces a lost one {}", this.factory.plugin(),
							this.factory.stuckStart()));
		}
	}

	/** Does nothing if another attempt has begun. */
	private boolean tryAgain(int attempt) {
		synchronized (this) {
			if (this.attempts != attempt) {
				return false;
			}
			this.attempts++;
			this.losses++;
		}
		this.startFailed = true;
		replaceLater();
		return true;
	}

	/**
	 * Closes the VM and the slot. The pool is closed, so no VM is installed afterwards.
	 */
	void close() {
		Vm last;
		synchronized (this) {
			last = this.vm;
			this.vm = null;
			if (this.retry != null) {
				// Until the retry runs, it would keep the module reachable.
				this.retry.cancel();
				this.retry = null;
			}
		}
		if (last != null) {
			last.close();
		}
	}

}
