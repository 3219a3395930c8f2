package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.spi.HostScheduler;

/**
 * Schedules passes over the queue of a VM on worker threads: one at a time, however long
 * the queue is, so that the VMs that share these threads take turns.
 */
final class WorkerPasses {

	private static final Duration AGAIN = Duration.ofSeconds(1);

	private final String plugin;

	private final Executor workers;

	private final HostScheduler scheduler;

	private final Runnable pass;

	private final AtomicBoolean scheduled = new AtomicBoolean();

	WorkerPasses(String plugin, Executor workers, HostScheduler scheduler, Runnable pass) {
		this.plugin = plugin;
		this.workers = workers;
		this.scheduler = scheduler;
		this.pass = pass;
	}

	/** Schedules a pass unless one is scheduled already. */
	void schedule() {
		if (this.scheduled.compareAndSet(false, true)) {
			boolean accepted = Delivery.execute(this.plugin, this.workers, () -> {
				this.scheduled.set(false);
				this.pass.run();
			});
			if (!accepted) {
				this.scheduled.set(false);
				this.scheduler.schedule(this::schedule, AGAIN);
			}
		}
	}

}
