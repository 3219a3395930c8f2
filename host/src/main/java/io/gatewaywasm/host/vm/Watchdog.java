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
 * Stops guests that run for too long. Checks all VMs at a fixed pace instead of setting a
 * timer for each call, so that a call costs only a few writes. Measures the CPU time of
 * the guest, so garbage collection, a busy machine or a host function never stop a call.
 * If the platform does not provide the CPU time of a thread, the elapsed time counts, and
 * may be {@value #WALL_FACTOR} times as long.
 *
 * <p>
 * A host function that does not return cannot be stopped. Its VM is declared lost, so
 * that other streams of the VM do not wait for it.
 */
public final class Watchdog implements AutoCloseable {

	/**
	 * The interval between checks, which is also the shortest time that can be measured.
	 */
	public static final Duration PACE = Duration.ofMillis(10);

	/** How long a host function may take, far longer than any that is not stuck. */
	public static final Duration STUCK = Duration.ofSeconds(30);

	private static final int WALL_FACTOR = 10;

	/**
	 * The most time that one check adds, because the whole JVM may have been suspended.
	 */
	private static final long LONGEST_STEP = Duration.ofSeconds(1).toNanos();

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private final Map<CallGuard, Watch> watches = new ConcurrentHashMap<>();

	private final HostScheduler scheduler;

	/** Returns the CPU time of a thread, or a negative number if it is unknown. */
	private final ToLongFunction<Thread> cpuTime;

	private final LongSupplier nanoTime;

	private final long stuckAfter;

	private @Nullable Cancellable next;

	private boolean closed;

	/**
	 * Creates a watchdog.
	 * @param scheduler runs the checks, each of which takes microseconds, and says which
	 * threads may block
	 */
	public Watchdog(HostScheduler scheduler) {
		this(scheduler, STUCK);
	}

	/**
	 * Creates a watchdog.
	 * @param scheduler runs the checks, each of which takes microseconds, and says which
	 * threads may block
	 * @param stuckAfter how long a host function may take until its VM is declared lost
	 */
	public Watchdog(HostScheduler scheduler, Duration stuckAfter) {
		this(scheduler, stuckAfter, Watchdog::cpuTime, System::nanoTime);
	}

	Watchdog(HostScheduler scheduler, Duration stuckAfter, ToLongFunction<Thread> cpuTime, LongSupplier nanoTime) {
		this.scheduler = scheduler;
		this.stuckAfter = stuckAfter.toNanos();
		this.cpuTime = cpuTime;
		this.nanoTime = nanoTime;
	}

	private static long cpuTime(Thread thread) {
		return THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(thread.getId()) : -1;
	}

	/**
	 * Returns how long a host function may take until its VM is declared lost.
	 * @return the elapsed time
	 */
	public Duration stuckAfter() {
		return Duration.ofNanos(this.stuckAfter);
	}

	void watch(CallGuard guard) {
		this.watches.put(guard, new Watch());
		synchronized (this) {
			if (this.next == null && !this.closed) {
				this.next = this.scheduler.schedule(this::check, PACE);
			}
		}
	}

	void forget(CallGuard guard) {
		this.watches.remove(guard);
	}

	private void check() {
		try {
			long now = this.nanoTime.getAsLong();
			this.watches.forEach((guard, watch) -> check(guard, watch, now));
		}
		finally {
			// After any error, the watchdog must continue to check
			synchronized (this) {
				this.next = (this.closed || this.watches.isEmpty()) ? null : this.scheduler.schedule(this::check, PACE);
			}
		}
	}

	private void check(CallGuard guard, Watch watch, long now) {
		checkForStuck(guard, watch, now);
		long call = guard.running();
		Thread thread = guard.thread();
		if (call == 0 || thread == null) {
			watch.call = 0;
			return;
		}
		if (call != watch.call) {
			watch.begin(call, now, this.cpuTime.applyAsLong(thread),
					guard.limit().on(!this.scheduler.mayBlock(thread)));
			if (watch.hasCpuTime) {
				guard.clock().measure(call, watch.cpu, watch.limit);
			}
			return;
		}
		long mark = guard.clock().mark();
		long cpu = watch.hasCpuTime ? this.cpuTime.applyAsLong(thread) : -1;
		boolean over = (cpu >= 0) ? guard.clock().isOver(mark, cpu) : (now - watch.since) / WALL_FACTOR >= watch.limit;
		if (over) {
			guard.stop(call, watch.limit);
		}
	}

	private void checkForStuck(CallGuard guard, Watch watch, long now) {
		long call = guard.inHost();
		boolean measured = call == watch.call && watch.hasCpuTime;
		long mark = measured ? guard.clock().mark() : 0;
		// Without a measured clock, only a stopped call is known to be in the same
		// function
		boolean same = call != 0 && call == watch.inHost && mark == watch.mark
				&& (measured ? guard.clock().isInHost(mark) : guard.running() == 0);
		long step = Math.min(now - watch.checkedAt, LONGEST_STEP);
		watch.checkedAt = now;
		watch.inHost = call;
		watch.mark = mark;
		watch.stuck = same ? watch.stuck + step : 0;
		if (watch.stuck >= this.stuckAfter) {
			guard.lose(call);
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.next != null) {
			this.next.cancel();
		}
	}

	/** The result of the last check of one VM. Used only by the check. */
	private static final class Watch {

		private long call;

		private long since;

		private long cpu;

		private boolean hasCpuTime;

		private long limit;

		/** The time of the last check. */
		private long checkedAt;

		/** The call that was inside a host function at that time. */
		private long inHost;

		/** The state of the guest's clock at that time. */
		private long mark;

		/** How long the call has been inside the same host function. */
		private long stuck;

		private void begin(long newCall, long now, long cpuTime, long newLimit) {
			this.call = newCall;
			this.since = now;
			this.cpu = cpuTime;
			this.hasCpuTime = cpuTime >= 0;
			this.limit = newLimit;
		}

	}

}
