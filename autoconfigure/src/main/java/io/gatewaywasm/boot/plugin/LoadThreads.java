package io.gatewaywasm.boot.plugin;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that load plugins at run time. Each load has its own thread, so a module
 * server that does not respond or a module that takes long to start does not delay other
 * plugins. Their number is bounded, because a plugin has at most one load and one check
 * for changes at a time.
 */
final class LoadThreads implements Executor, AutoCloseable {

	private static final long KEEP_ALIVE_SECONDS = 30;

	private final AtomicInteger number = new AtomicInteger();

	private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS,
			TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

	private Thread thread(Runnable task) {
		Thread thread = new Thread(task, "gateway-wasm-load-" + this.number.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
	}

	@Override
	public void close() {
		this.threads.shutdown();
	}

}
