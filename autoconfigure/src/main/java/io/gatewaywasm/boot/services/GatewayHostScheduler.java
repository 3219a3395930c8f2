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
 * One daemon thread for time, and bounded pools of daemon threads for the host's own work
 * and for guests.
 */
public final class GatewayHostScheduler implements HostScheduler, DisposableBean {

	private static final int QUEUE = 10_000;

	private static final long KEEP_ALIVE_SECONDS = 30;

	/** Far beyond the time that the longest callback takes with the default limits. */
	private static final Duration STUCK = Duration.ofSeconds(30);

	/** Far beyond the time that the longest start takes with the default limits. */
	private static final Duration STUCK_START = Duration.ofMinutes(2);

	private static final Duration LOOK = Duration.ofSeconds(1);

	private final ScheduledThreadPoolExecutor timer;

	private final ThreadPoolExecutor background;

	private final WorkerThreads workers;

	private final WorkerThreads starts;

	private final AtomicBoolean looking = new AtomicBoolean();

	/**
	 * Create a new scheduler.
	 * @param threads the number of threads for the host's work, and as many for starting
	 * VMs and for guests that serve, of which each plugin occupies at most half
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
			// The application is going down: what was to happen later does not any more.
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
			lookLater();
		};
	}

	private void lookLater() {
		if (this.looking.compareAndSet(false, true)) {
			schedule(this::look, LOOK);
		}
	}

	private void look() {
		this.looking.set(false);
		this.workers.replaceStuck();
		this.starts.replaceStuck();
		if (this.workers.isInUse() || this.starts.isInUse()) {
			lookLater();
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

	/** A thread for which nothing but its task waits. */
	private static final class HostThread extends Thread {

		private HostThread(Runnable task, String name) {
			super(task, name);
		}

	}

}
