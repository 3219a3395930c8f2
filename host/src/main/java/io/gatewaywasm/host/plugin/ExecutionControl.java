package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.function.LongSupplier;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.SlowCall;
import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the callbacks of a plugin from event loops to worker threads while the plugin is
 * slow, and stops new streams while its circuit breaker is open. <pre>
 *   event loops ──three slow callbacks in a minute, or one timeout──&gt; worker threads
 *       ↑                                                                 │
 *       └──────────────────ten minutes without either─────────────────────┘
 * </pre> A plugin with a configured {@link Execution} does not move. If a plugin times
 * out repeatedly, its circuit opens wherever it runs.
 */
final class ExecutionControl {

	private static final Logger logger = LoggerFactory.getLogger(ExecutionControl.class);

	private static final int SLOW_CALLS = 3;

	/** New VMs run cold code. At most this many slow calls of them are tolerated. */
	private static final int MAX_COLD = 50;

	private static final Duration QUIET = Duration.ofMinutes(10);

	private final String plugin;

	private final boolean automatic;

	private final Duration slowLimit;

	private final HostScheduler scheduler;

	private final LongSupplier nanoTime;

	/** Runs when the plugin moves to worker threads or back. */
	private final Runnable moved;

	private final CircuitBreaker circuit = new CircuitBreaker();

	private final RecentEvents slow = new RecentEvents();

	private int cold;

	private long lastSlow;

	private @Nullable Cancellable returnCheck;

	private boolean closed;

	private volatile boolean onWorkers;

	ExecutionControl(PluginSpec spec, boolean waitsForStore, HostScheduler scheduler, Runnable moved) {
		this(spec, waitsForStore, scheduler, System::nanoTime, moved);
	}

	/**
	 * {@code waitsForStore} says whether host calls wait for a server, in which case the
	 * plugin stays on worker threads. {@code scheduler} checks periodically whether the
	 * plugin can return. {@code moved} runs after {@link #isOnWorkers()} has changed,
	 * possibly on several threads at once.
	 */
	ExecutionControl(PluginSpec spec, boolean waitsForStore, HostScheduler scheduler, LongSupplier nanoTime,
			Runnable moved) {
		this.plugin = spec.id();
		this.automatic = !waitsForStore && spec.run().execution() == Execution.AUTOMATIC;
		this.onWorkers = waitsForStore || spec.run().execution() == Execution.WORKER;
		this.slowLimit = spec.limits().vm().slowCallback();
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
		this.moved = moved;
	}

	/** Records a timeout. */
	void timedOut() {
		if (this.circuit.timedOut()) {
			logger.warn("Wasm plugin '{}' timed out repeatedly. Its circuit is open for {}.", this.plugin,
					this.circuit.openFor());
		}
		if (this.automatic && moveToWorkers()) {
			logger.warn(
					"Wasm plugin '{}' timed out. Its callbacks run on worker threads until none is slow for {} minutes."
							+ " Set 'execution' to choose where they run.",
					this.plugin, QUIET.toMinutes());
			this.moved.run();
		}
	}

	/**
	 * Records a slow callback.
	 */
	void slow(SlowCall call) {
		if (this.automatic && isWarm(call) && isThird() && moveToWorkers()) {
			logger
				.warn("Wasm plugin '{}': {} used {} ms of CPU time, more than 'limits.slow-callback' ({} ms), and is one"
						+ " of {} such callbacks within a minute. The plugin's callbacks run on worker threads until none is slow for {} minutes."
						+ " Set 'execution: worker' for a filter that is always slow, or raise 'limits.slow-callback'.",
						this.plugin, call.callback().export(), Duration.ofNanos(call.nanos()).toMillis(),
						this.slowLimit.toMillis(), SLOW_CALLS, QUIET.toMinutes());
			this.moved.run();
		}
	}

	private synchronized boolean isWarm(SlowCall call) {
		return !call.isCold() || ++this.cold > MAX_COLD;
	}

	private synchronized boolean isThird() {
		long now = this.nanoTime.getAsLong();
		if (this.onWorkers) {
			this.lastSlow = now;
			return false;
		}
		return this.slow.add(now) >= SLOW_CALLS;
	}

	private synchronized boolean moveToWorkers() {
		this.lastSlow = this.nanoTime.getAsLong();
		if (this.onWorkers || this.closed) {
			return false;
		}
		this.slow.clear();
		this.onWorkers = true;
		this.returnCheck = this.scheduler.schedule(this::returnIfQuiet, QUIET);
		return true;
	}

	private void returnIfQuiet() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			long quiet = this.nanoTime.getAsLong() - this.lastSlow;
			if (quiet < QUIET.toNanos()) {
				this.returnCheck = this.scheduler.schedule(this::returnIfQuiet, QUIET.minusNanos(quiet));
				return;
			}
			this.returnCheck = null;
			this.onWorkers = false;
		}
		logger.info("Wasm plugin '{}': no callback was slow for {} minutes. Its callbacks run on event loops again.",
				this.plugin, QUIET.toMinutes());
		this.moved.run();
	}

	boolean isOnWorkers() {
		return this.onWorkers;
	}

	/** Moves the callbacks of a VM to the threads that run those of the plugin. */
	void place(Vm vm) {
		// Another thread may move the plugin concurrently. The last thread to check sees
		// the final state.
		boolean workers;
		do {
			workers = this.onWorkers;
			if (workers) {
				vm.moveToWorkers();
			}
			else {
				vm.moveToEventLoops();
			}
		}
		while (workers != this.onWorkers);
	}

	boolean isCircuitOpen() {
		return this.circuit.isOpen();
	}

	synchronized void close() {
		this.closed = true;
		if (this.returnCheck != null) {
			this.returnCheck.cancel();
			this.returnCheck = null;
		}
	}

}
