package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.SlowCall;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where a plugin's callbacks run, and whether it gets streams at all.
 *
 * <pre>
 *   event loops ──three slow callbacks in a minute, or one timeout──&gt; worker threads
 *       ↑                                                                 │
 *       └──────────────────ten minutes without either─────────────────────┘
 * </pre>
 *
 * A plugin whose {@link Execution} was chosen stays where it is. When a plugin times out
 * again and again, its circuit opens wherever it runs.
 */
final class Quarantine {

	private static final Logger logger = LoggerFactory.getLogger(Quarantine.class);

	private static final int SLOW_CALLS = 3;

	/** VMs that are replaced begin anew: this many slow calls at most count as cold. */
	private static final int MOST_COLD = 50;

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private static final Duration QUIET = Duration.ofMinutes(10);

	private final String plugin;

	private final boolean automatic;

	private final Duration slowLimit;

	private final HostScheduler scheduler;

	private final LongSupplier nanoTime;

	/** Told whether callbacks run on worker threads from now on. */
	private final Runnable moved;

	private final CircuitBreaker circuit = new CircuitBreaker();

	private final Deque<Long> slow = new ArrayDeque<>();

	private int cold;

	private long lastSlow;

	private @Nullable Cancellable way;

	private boolean closed;

	private volatile boolean onWorkers;

	Quarantine(PluginSpec spec, HostScheduler scheduler, Runnable moved) {
		this(spec, scheduler, System::nanoTime, moved);
	}

	/**
	 * Create a new quarantine.
	 * @param spec the plugin
	 * @param scheduler looks whether the plugin can return
	 * @param nanoTime the time
	 * @param moved called, perhaps by several threads, after {@link #isOnWorkers()} has
	 * changed
	 */
	Quarantine(PluginSpec spec, HostScheduler scheduler, LongSupplier nanoTime, Runnable moved) {
		this.plugin = spec.id();
		this.automatic = spec.execution() == Execution.AUTOMATIC;
		this.onWorkers = spec.execution() == Execution.WORKER;
		this.slowLimit = spec.limits().slowCallback();
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
		this.moved = moved;
	}

	/** Note a timeout. */
	void timedOut() {
		if (this.circuit.timedOut()) {
			logger.warn("Plugin '{}' timed out repeatedly; its circuit is open for {}", this.plugin,
					this.circuit.openFor());
		}
		if (this.automatic && leave()) {
			logger.warn("Plugin '{}' timed out; its callbacks run on worker threads until none was slow for {} minutes."
					+ " Set 'execution' to choose where they run", this.plugin, QUIET.toMinutes());
			this.moved.run();
		}
	}

	/**
	 * Note a slow callback.
	 * @param call the callback and its CPU time
	 */
	void slow(SlowCall call) {
		if (this.automatic && isWarm(call) && isThird() && leave()) {
			logger.warn("Plugin '{}': {} used {} ms of CPU time, more than 'limits.slow-callback' ({} ms), as did {}"
					+ " callbacks within a minute; its callbacks run on worker threads until none was slow for {} minutes."
					+ " Set 'execution: worker' for a filter that is always slow, or raise 'limits.slow-callback'",
					this.plugin, call.callback().export(), Duration.ofNanos(call.nanos()).toMillis(),
					this.slowLimit.toMillis(), SLOW_CALLS, QUIET.toMinutes());
			this.moved.run();
		}
	}

	private synchronized boolean isWarm(SlowCall call) {
		return !call.isCold() || ++this.cold > MOST_COLD;
	}

	private synchronized boolean isThird() {
		long now = this.nanoTime.getAsLong();
		if (this.onWorkers) {
			this.lastSlow = now;
			return false;
		}
		this.slow.addLast(now);
		while (now - this.slow.getFirst() > WINDOW.toNanos()) {
			this.slow.removeFirst();
		}
		return this.slow.size() >= SLOW_CALLS;
	}

	private synchronized boolean leave() {
		this.lastSlow = this.nanoTime.getAsLong();
		if (this.onWorkers || this.closed) {
			return false;
		}
		this.slow.clear();
		this.onWorkers = true;
		this.way = this.scheduler.schedule(this::comeBack, QUIET);
		return true;
	}

	private void comeBack() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			long quiet = this.nanoTime.getAsLong() - this.lastSlow;
			if (quiet < QUIET.toNanos()) {
				this.way = this.scheduler.schedule(this::comeBack, QUIET.minusNanos(quiet));
				return;
			}
			this.way = null;
			this.onWorkers = false;
		}
		logger.info("Plugin '{}': no callback was slow for {} minutes; its callbacks run on event loops again",
				this.plugin, QUIET.toMinutes());
		this.moved.run();
	}

	boolean isOnWorkers() {
		return this.onWorkers;
	}

	boolean isCircuitOpen() {
		return this.circuit.isOpen();
	}

	synchronized void close() {
		this.closed = true;
		if (this.way != null) {
			this.way.cancel();
			this.way = null;
		}
	}

}
