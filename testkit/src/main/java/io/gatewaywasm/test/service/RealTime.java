package io.gatewaywasm.test.service;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;

/**
 * Runs the host's watchdog in real time, so that a filter with an endless loop does not
 * block the test.
 */
public final class RealTime implements HostScheduler, AutoCloseable {

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "gateway-wasm-test-watchdog");
		thread.setDaemon(true);
		return thread;
	});

	@Override
	public Cancellable schedule(Runnable task, Duration delay) {
		ScheduledFuture<?> future = this.timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
		return () -> future.cancel(false);
	}

	@Override
	public Executor background() {
		return this.timer;
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}
