package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.hostcall.LogContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the VM of a slot that still works, in the background and one at a time.
 */
final class VmRecycling {

	private static final Logger logger = LoggerFactory.getLogger(VmRecycling.class);

	private final VmFactory factory;

	private final HostScheduler scheduler;

	private final RestartDelay backoff;

	/** The running replacement, or {@code null}. */
	private final AtomicReference<@Nullable Replacement> current = new AtomicReference<>();

	/** Consecutive failures. Changed only by the thread of the replacement. */
	private int failures;

	private volatile long notBefore = System.nanoTime();

	VmRecycling(VmFactory factory, RestartDelay backoff) {
		this.factory = factory;
		this.scheduler = factory.services().scheduler();
		this.backoff = backoff;
	}

	/**
	 * Replaces the VM, unless a replacement is running or has failed recently.
	 * {@code replacement} puts a new VM in place.
	 */
	void recycle(Replacement replacement) {
		if (System.nanoTime() - this.notBefore < 0 || !this.current.compareAndSet(null, replacement)) {
			return;
		}
		try {
			this.scheduler.starts(this.factory.plugin()).execute(() -> run(replacement));
		}
		catch (RejectedExecutionException ex) {
			// The executor is full or closed. The next stream that ends tries again.
			this.current.set(null);
		}
	}

	private void run(Replacement replacement) {
		Cancellable watch = this.scheduler.schedule(() -> stuck(replacement), this.factory.longestStart());
		try {
			replacement.run();
			this.failures = 0;
		}
		catch (VmStartException | RuntimeException | Error ex) {
			// Without a pause, each stream that ends would try again.
			Duration pause = this.backoff.afterEach(++this.failures);
			this.notBefore = System.nanoTime() + pause.toNanos();
			LogContext.run(this.factory.plugin(),
					() -> logger.warn(
							"Wasm plugin '{}': a VM could not be recycled and keeps serving. Next attempt in {}. {}",
							this.factory.plugin(), pause, VmFactory.describe(ex)));
		}
		finally {
			watch.cancel();
			this.current.compareAndSet(replacement, null);
		}
	}

	/**
	 * Reports that the thread that starts the VM is stuck, and allows another attempt.
	 */
	private void stuck(Replacement replacement) {
		if (this.current.compareAndSet(replacement, null)) {
			LogContext.run(this.factory.plugin(),
					() -> logger.error("Wasm plugin '{}': the VM that replaces a recycled one {}",
							this.factory.plugin(), this.factory.stuckStart()));
		}
	}

}
