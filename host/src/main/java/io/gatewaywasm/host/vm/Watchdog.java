package io.gatewaywasm.host.vm;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Stops guests that run for too long. Looks at all VMs at a fixed pace instead of setting
 * a timer for each call, so that a call costs two writes. Counts the CPU time of the
 * thread, so that neither a pause of the garbage collector nor a busy machine kills
 * anybody; ten times the limit in wall time is too long in any case.
 */
public final class Watchdog implements AutoCloseable {

	private static final Duration PACE = Duration.ofMillis(10);

	private static final int WALL_FACTOR = 10;

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final Map<CallGuard, Watch> watches = new ConcurrentHashMap<>();

	private final HostScheduler scheduler;

	private @Nullable Cancellable next;

	private boolean closed;

	/**
	 * Create a watchdog.
	 * @param scheduler runs its looks, each of which takes microseconds
	 */
	public Watchdog(HostScheduler scheduler) {
		this.scheduler = scheduler;
	}

	void watch(CallGuard guard) {
		this.watches.put(guard, new Watch());
		synchronized (this) {
			if (this.next == null && !this.closed) {
				this.next = this.scheduler.schedule(this::look, PACE);
			}
		}
	}

	void forget(CallGuard guard) {
		this.watches.remove(guard);
	}

	private void look() {
		try {
			long now = System.nanoTime();
			this.watches.forEach((guard, watch) -> look(guard, watch, now));
		}
		finally {
			// Whatever happened: a watchdog that no longer looks would be the worst.
			synchronized (this) {
				this.next = (this.closed || this.watches.isEmpty()) ? null : this.scheduler.schedule(this::look, PACE);
			}
		}
	}

	private void look(CallGuard guard, Watch watch, long now) {
		long call = guard.running();
		Thread thread = guard.thread();
		if (call == 0 || thread == null) {
			watch.call = 0;
			return;
		}
		long limit = guard.limitNanos();
		if (call != watch.call) {
			watch.call = call;
			watch.since = now;
			watch.cpu = cpuTime(thread);
			return;
		}
		// The call began at most one pace before it was first seen.
		long wall = now - watch.since + PACE.toNanos();
		if (wall < limit) {
			return;
		}
		long cpu = cpuTime(thread);
		// What a host function uses, loading classes for example, is not the guest's
		// doing.
		boolean burnt = !guard.isInHost() && (cpu < 0 || watch.cpu < 0 || cpu - watch.cpu + PACE.toNanos() >= limit);
		if (burnt || wall >= limit * WALL_FACTOR) {
			guard.stop(call);
		}
	}

	private long cpuTime(Thread thread) {
		return this.threads.isThreadCpuTimeSupported() ? this.threads.getThreadCpuTime(thread.getId()) : -1;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.next != null) {
			this.next.cancel();
		}
	}

	/** What was seen of one VM. Used by the look only. */
	private static final class Watch {

		private long call;

		private long since;

		private long cpu;

	}

}
