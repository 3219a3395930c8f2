package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.OncePerMinute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of one VM that timers or other VMs cause, on worker threads. If the
 * worker threads of the plugin reject the work, it is submitted again later.
 */
final class BackgroundWork {

	private static final Logger logger = LoggerFactory.getLogger(BackgroundWork.class);

	private static final Duration AGAIN = Duration.ofSeconds(1);

	/**
	 * If more work than this is queued, wake-ups are dropped: those already queued wake
	 * the guest.
	 */
	private static final int MAX_WAITING = 1000;

	private final String plugin;

	private final Mailbox mailbox;

	private final HostScheduler scheduler;

	private final BooleanSupplier ended;

	private final AtomicInteger waiting = new AtomicInteger();

	private final OncePerMinute warnings = new OncePerMinute();

	/**
	 * Creates the background work of a VM. {@code ended} returns whether the VM has
	 * ended, so that no work is left to do.
	 */
	BackgroundWork(String plugin, Mailbox mailbox, HostScheduler scheduler, BooleanSupplier ended) {
		this.plugin = plugin;
		this.mailbox = mailbox;
		this.scheduler = scheduler;
		this.ended = ended;
	}

	/** Runs work that must not be lost. */
	void submit(VmTask task) {
		try {
			this.mailbox.workers().execute(() -> this.mailbox.submit(task));
		}
		catch (RejectedExecutionException ex) {
			this.waiting.incrementAndGet();
			this.scheduler.schedule(() -> submitAgain(task), AGAIN);
		}
	}

	/**
	 * Runs work that ends a stream, even if all worker threads of the plugin are stuck in
	 * other VMs. In that case it runs on the threads that start and close the plugin's
	 * VMs.
	 */
	void submitEnd(VmTask task) {
		AtomicBoolean begun = new AtomicBoolean();
		Runnable once = () -> {
			if (begun.compareAndSet(false, true)) {
				this.mailbox.submitAhead(task);
			}
		};
		Delivery.execute(this.plugin, this.mailbox.workers(), once);
		endElsewhere(begun, once);
	}

	private void endElsewhere(AtomicBoolean begun, Runnable once) {
		this.scheduler.schedule(() -> {
			boolean over = begun.get() || this.ended.getAsBoolean();
			if (!over && !Delivery.execute(this.plugin, this.scheduler.starts(this.plugin), once)) {
				endElsewhere(begun, once);
			}
		}, AGAIN);
	}

	/** Runs work that wakes the guest, or drops it if too much work waits. */
	void wake(VmTask task) {
		if (this.waiting.get() < MAX_WAITING) {
			submit(task);
		}
	}

	/**
	 * Submits rejected work again. Not called while the gateway shuts down, because the
	 * scheduler is closed first.
	 */
	private void submitAgain(VmTask task) {
		this.waiting.decrementAndGet();
		if (this.ended.getAsBoolean()) {
			return;
		}
		if (this.warnings.isDue()) {
			logger
				.warn("Wasm plugin '{}': too much work waits for its worker threads, so timers and queue callbacks are"
						+ " late. Raise the tick period of the filter, or set fewer VMs.", this.plugin);
		}
		submit(task);
	}

}
