package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;

import org.springframework.beans.factory.DisposableBean;

/**
 * Runs timers on one daemon thread, and work of the host and of guests on bounded pools
 * of daemon threads.
 */
public final class GatewayHostScheduler implements HostScheduler, DisposableBean {

	private static final int QUEUE = 10_000;

	private static final long KEEP_ALIVE_SECONDS = 30;

	/**
	 * Much longer than any callback may take with the default limits. The host's watchdog
	 * declares a VM lost after the same time.
	 */
	private static final Duration STUCK = Duration.ofSeconds(30);

	/** Much longer than any start may take with the default limits. */
	private static final Duration STUCK_START = Duration.ofMinutes(2);

	private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

	private final ScheduledThreadPoolExecutor timer;

	private final ThreadPoolExecutor background;

	private final WorkerThreads workers;

	private final WorkerThreads starts;

	private final AtomicBoolean checking = new AtomicBoolean();

	/**
	 * Creates a scheduler.
	 * @param threads the number of threads of each pool: for the work of the host, for
	 * starting VMs, and for guests that serve. A plugin can occupy at most half of a
	 * pool.
	 */
	public GatewayHostScheduler(int threads) {
		this.timer = new ScheduledThreadPoolExecutor(1, threadFactory("gateway-wasm-timer-"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.background = pool(threads, "gateway-wasm-background-");
		this.workers = new WorkerThreads(threads, STUCK, threadFactory("gateway-wasm-worker-"));
		this.starts = new WorkerThreads(threads, STUCK_START, threadFactory("gateway-wasm-start-"));
	}

	private static ThreadPoolExecutor pool(int threads, String prefix) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(QUEUE), threadFactory(prefix));
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	private static ThreadFactory threadFactory(String prefix) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new HostThread(task, prefix + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	@Override
	public Cancellable schedule(Runnable task, Duration delay) {
		try {
			Future<?> future = this.timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
			return () -> future.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			// The application is shutting down, so nothing is scheduled any more.
			return () -> {
			};
		}
	}

	@Override
	public Executor background() {
		return this.background;
	}

	@Override
	public Executor workers(String plugin) {
		return share(this.workers, plugin);
	}

	@Override
	public Executor starts(String plugin) {
		return share(this.starts, plugin);
	}

	private Executor share(WorkerThreads threads, String plugin) {
		Executor share = threads.of(plugin);
		return (task) -> {
			share.execute(task);
			checkLater();
		};
	}

	private void checkLater() {
		if (this.checking.compareAndSet(false, true)) {
			schedule(this::check, CHECK_INTERVAL);
		}
	}

	private void check() {
		this.checking.set(false);
		this.workers.replaceStuck();
		this.starts.replaceStuck();
		if (this.workers.isInUse() || this.starts.isInUse()) {
			checkLater();
		}
	}

	@Override
	public boolean mayBlock(Thread thread) {
		return thread instanceof HostThread;
	}

	@Override
	public void destroy() {
		this.timer.shutdown();
		this.background.shutdown();
		this.workers.close();
		this.starts.close();
	}

	/** A thread that may block, because it runs nothing but its task. */
	private static final class HostThread extends Thread {

		private HostThread(Runnable task, String name) {
			super(task, name);
		}

	}

}
