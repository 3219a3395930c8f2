package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread and its task. Its state is guarded by {@link WorkerThreads}. <pre>
 *  IDLE ──begin──▶ RUNNING ──(report)──▶ REPORTED
 *   ▲                 └──becomeStuck──▶ STUCK ◀┘
 *   └──────end──────────────────────────┘
 * </pre>
 */
final class WorkerThread implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThreads.class);

	/** The number of frames in a report. */
	private static final int STACK = 4;

	/** The activity of the thread. */
	private enum State {

		/** It waits for a task. */
		IDLE,

		/** It runs a task. */
		RUNNING,

		/** It runs a task for too long, which has been logged. It was not replaced. */
		REPORTED,

		/** It runs a task for too long and was replaced. */
		STUCK

	}

	private final WorkerThreads owner;

	private final Thread thread;

	private State state = State.IDLE;

	@SuppressWarnings("NullAway.Init")
	private PluginShare<Runnable> share;

	private @Nullable Runnable task;

	private long since;

	WorkerThread(WorkerThreads owner, ThreadFactory factory) {
		this.owner = owner;
		this.thread = factory.newThread(this);
	}

	void start() {
		this.thread.start();
	}

	/** Returns the share of the current or the last task. */
	PluginShare<Runnable> share() {
		return this.share;
	}

	void begin(PluginShare<Runnable> share, Runnable task) {
		this.share = share;
		this.task = task;
		this.since = System.nanoTime();
		this.state = State.RUNNING;
	}

	void end() {
		this.task = null;
		this.state = State.IDLE;
	}

	/** Returns whether the thread has run a task for a time and was not replaced. */
	boolean hasRun(Duration time, long now) {
		return (this.state == State.RUNNING || this.state == State.REPORTED) && now - this.since >= time.toNanos();
	}

	/** Returns whether the task has not been reported, and records that it is now. */
	boolean report() {
		boolean first = this.state == State.RUNNING;
		this.state = State.REPORTED;
		return first;
	}

	void becomeStuck() {
		this.state = State.STUCK;
	}

	boolean isStuck() {
		return this.state == State.STUCK;
	}

	/** Returns the innermost frames of the thread. */
	String where() {
		StackTraceElement[] stack = this.thread.getStackTrace();
		StringBuilder where = new StringBuilder();
		for (int i = 0; i < Math.min(STACK, stack.length); i++) {
			where.append(where.isEmpty() ? "" : " < ").append(stack[i]);
		}
		return where.toString();
	}

	@Override
	public void run() {
		boolean counted = true;
		try {
			while (counted && this.owner.next(this)) {
				work();
				counted = this.owner.ended(this);
			}
		}
		finally {
			this.owner.threadEnded(this, counted);
		}
	}

	private void work() {
		Runnable work = this.task;
		try {
			if (work != null) {
				work.run();
			}
		}
		catch (Throwable ex) {
			logger.error("A task of Wasm plugin '{}' failed on a worker thread. Report this with the stack trace.",
					this.share.plugin(), ex);
		}
	}

}
