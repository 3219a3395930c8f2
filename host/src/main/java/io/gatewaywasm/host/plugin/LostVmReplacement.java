package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.hostcall.LogContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the lost VMs of a slot on background threads: immediately at first, then after
 * a delay that grows while VMs keep being lost.
 */
final class LostVmReplacement {

	private static final Logger logger = LoggerFactory.getLogger(LostVmReplacement.class);

	/**
	 * The loss of a VM that lived at least this long does not count as a repeated
	 * failure.
	 */
	private static final long HEALTHY_NANOS = Duration.ofSeconds(10).toNanos();

	private final VmFactory factory;

	private final HostScheduler scheduler;

	private final RestartDelay backoff;

	private final BooleanSupplier closed;

	private final BooleanSupplier empty;

	private final Replacement replacement;

	private final Consumer<Throwable> failed;

	private final Runnable replaced;

	private int losses;

	/** The number of the last attempt. */
	private int attempts;

	private @Nullable Cancellable retry;

	private volatile boolean startFailed;

	/** When the next attempt is due. */
	private volatile long dueAt = System.nanoTime();

	/**
	 * Creates the replacement of a slot. {@code closed} returns whether the pool is
	 * closed, {@code empty} whether the slot has no VM, {@code failed} receives each
	 * failure of {@code replacement}, and {@code replaced} runs after each success.
	 */
	LostVmReplacement(VmFactory factory, RestartDelay backoff, BooleanSupplier closed, BooleanSupplier empty,
			Replacement replacement, Consumer<Throwable> failed, Runnable replaced) {
		this.factory = factory;
		this.scheduler = factory.services().scheduler();
		this.backoff = backoff;
		this.closed = closed;
		this.empty = empty;
		this.replacement = replacement;
		this.failed = failed;
		this.replaced = replaced;
	}

	/** Returns whether the last attempt failed. */
	boolean hasFailed() {
		return this.startFailed;
	}

	/** Returns whether the next attempt is not due within the given time. */
	boolean isDelayed(long nanos) {
		return this.dueAt - System.nanoTime() > nanos;
	}

	/** Replaces a VM that was lost, but whose loss does not count as one. */
	void replaceNow() {
		this.dueAt = System.nanoTime();
		replaceInBackground();
	}

	/** Replaces a VM that was lost, after a delay if VMs keep being lost. */
	void replaceLost(long ageNanos) {
		synchronized (this) {
			this.losses = (ageNanos > HEALTHY_NANOS) ? 1 : this.losses + 1;
		}
		replaceLater();
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
		if (!this.closed.getAsBoolean()) {
			this.retry = this.scheduler.schedule(this::replaceInBackground, delay);
		}
	}

	private boolean isNeeded() {
		return !this.closed.getAsBoolean() && this.empty.getAsBoolean();
	}

	private void replace() {
		if (!isNeeded()) {
			return;
		}
		int attempt = nextAttempt();
		Cancellable watch = this.scheduler.schedule(() -> stuck(attempt), this.factory.longestStart());
		try {
			this.replacement.run();
			this.startFailed = false;
		}
		catch (VmStartException | RuntimeException | Error ex) {
			try {
				LogContext.run(this.factory.plugin(),
						() -> logger.error("Wasm plugin '{}': a VM could not be replaced: {}", this.factory.plugin(),
								VmFactory.describe(ex)));
				this.failed.accept(ex);
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
		this.replaced.run();
	}

	private synchronized int nextAttempt() {
		return ++this.attempts;
	}

	/**
	 * The thread that starts the VM is stuck. If it returns later, its VM may be used.
	 */
	private void stuck(int attempt) {
		if (isNeeded() && tryAgain(attempt)) {
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

	/** Cancels the next attempt. The pool is closed, so no other one follows. */
	synchronized void close() {
		if (this.retry != null) {
			// Until the retry runs, it would keep the module reachable.
			this.retry.cancel();
			this.retry = null;
		}
	}

}
