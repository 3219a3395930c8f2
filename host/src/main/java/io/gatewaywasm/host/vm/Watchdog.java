package io.gatewaywasm.host.vm;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Stops guests that run for too long. Looks at all VMs at a fixed pace instead of setting
 * a timer for each call, so that a call costs a few writes. Counts the CPU time of the
 * guest: neither a pause of the garbage collector nor a busy machine nor a host function
 * stops a call. If the platform does not tell the CPU time of a thread, the time by the
 * clock counts, and may be {@value #WALL_FACTOR} times as long.
 */
public final class Watchdog implements AutoCloseable {

	/** The pace of the looks: shorter times cannot be told apart. */
	public static final Duration PACE = Duration.ofMillis(10);

	private static final int WALL_FACTOR = 10;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private final Map<CallGuard, Watch> watches = new ConcurrentHashMap<>();

	private final HostScheduler scheduler;

	/** Gives the CPU time of a thread, or a negative number. */
	private final ToLongFunction<Thread> cpuTime;

	private final LongSupplier nanoTime;

	private @Nullable Cancellable next;

	private boolean closed;

	/**
	 * Create a watchdog.
	 * @param scheduler runs its looks, each of which takes microseconds, and knows the
	 * threads that may block
	 */
	public Watchdog(HostScheduler scheduler) {
		this(scheduler, Watchdog::cpuTime, System::nanoTime);
	}

	Watchdog(HostScheduler scheduler, ToLongFunction<Thread> cpuTime, LongSupplier nanoTime) {
		this.scheduler = scheduler;
		this.cpuTime = cpuTime;
		this.nanoTime = nanoTime;
	}

	private static long cpuTime(Thread thread) {
		return THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(thread.getId()) : -1;
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
			long now = this.nanoTime.getAsLong();
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
		if (call != watch.call) {
			watch.begin(call, now, this.cpuTime.applyAsLong(thread),
					guard.limit().on(!this.scheduler.mayBlock(thread)));
			if (watch.tellsCpu) {
				guard.clock().measure(call, watch.cpu, watch.limit);
			}
			return;
		}
		long mark = guard.clock().mark();
		long cpu = watch.tellsCpu ? this.cpuTime.applyAsLong(thread) : -1;
		boolean over = (cpu >= 0) ? guard.clock().isOver(mark, cpu) : (now - watch.since) / WALL_FACTOR >= watch.limit;
		if (over) {
			guard.stop(call, watch.limit);
		}
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

		private boolean tellsCpu;

		private long limit;

		private void begin(long newCall, long now, long cpuTime, long newLimit) {
			this.call = newCall;
			this.since = now;
			this.cpu = cpuTime;
			this.tellsCpu = cpuTime >= 0;
			this.limit = newLimit;
		}

	}

}
