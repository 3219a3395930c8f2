package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of one VM that is due to a timer or another VM and runs on worker threads. If the
 * plugin's share of them takes no more work, the work is submitted again later.
 */
final class BackgroundWork {

	private static final Logger logger = LoggerFactory.getLogger(BackgroundWork.class);

	private static final Duration AGAIN = Duration.ofSeconds(1);

	/** Beyond this, wake-ups are dropped: the guest is woken by those that wait. */
	private static final int MOST_WAITING = 1000;

	private final Vm vm;

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicBoolean warned = new AtomicBoolean();

	BackgroundWork(Vm vm) {
		this.vm = vm;
	}

	/**
	 * Runs work that must not be lost.
	 * @param task the work
	 */
	void submit(VmTask task) {
		try {
			this.vm.mailbox().workers().execute(() -> this.vm.submit(task));
		}
		catch (RejectedExecutionException ex) {
			this.waiting.incrementAndGet();
			this.vm.services().scheduler().schedule(() -> submitAgain(task), AGAIN);
		}
	}

	/**
	 * Runs work that wakes the guest. It is dropped while much work waits.
	 * @param task the work
	 */
	void wake(VmTask task) {
		if (this.waiting.get() < MOST_WAITING) {
			submit(task);
		}
	}

	/** Never called while the gateway shuts down: the scheduler is closed first. */
	private void submitAgain(VmTask task) {
		this.waiting.decrementAndGet();
		if (this.vm.failure() != null) {
			return;
		}
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("Plugin '{}': too much work waits for its worker threads; timers, pause timeouts and"
					+ " queue callbacks are late", this.vm.spec().plugin());
		}
		submit(task);
	}

}
