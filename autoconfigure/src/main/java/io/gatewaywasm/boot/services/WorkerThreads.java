package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker threads for guests. Each plugin has a share: it occupies at most half of the
 * threads, and plugins whose work waits take turns. A task that does not end for long is
 * in a host function or in code that no interrupt reaches; its thread is then replaced,
 * at most once for each thread of the plugin's share and of the pool.
 */
final class WorkerThreads {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThreads.class);

	/** How many tasks of one plugin can wait. Each VM has one, and each of its timers. */
	private static final int QUEUE = 10_000;

	private static final long KEEP_ALIVE_MILLIS = 30_000;

	private static final int STACK = 4;

	private final int maximum;

	private final int share;

	private final Duration stuckAfter;

	private final ThreadFactory factory;

	private final Map<String, Share> shares = new HashMap<>();

	/** Shares with work that waits and with room for another thread, in turn. */
	private final Deque<Share> turns = new ArrayDeque<>();

	private final Set<Worker> workers = new HashSet<>();

	/** Threads that are not stuck. */
	private int threads;

	private int idle;

	private int stuck;

	/** Why the last thread could not be started, until the next look. */
	private @Nullable Throwable startFailure;

	private boolean closed;

	/**
	 * Create new workers. Threads are started when there is work.
	 * @param threads the number of threads
	 * @param stuckAfter the time after which a task is taken to be stuck
	 * @param factory makes threads
	 */
	WorkerThreads(int threads, Duration stuckAfter, ThreadFactory factory) {
		this.maximum = threads;
		this.share = Math.max(1, threads / 2);
		this.stuckAfter = stuckAfter;
		this.factory = factory;
	}

	/**
	 * Return the share of a plugin.
	 * @param plugin the id of the plugin
	 * @return an executor that never runs a task on the calling thread
	 */
	Executor of(String plugin) {
		return (task) -> execute(plugin, task);
	}

	private synchronized void execute(String plugin, Runnable task) {
		if (this.closed) {
			throw new RejectedExecutionException("the workers were closed");
		}
		Share of = this.shares.computeIfAbsent(plugin, Share::new);
		if (of.tasks.size() >= QUEUE) {
			throw new RejectedExecutionException("too much work of plugin '" + plugin + "' waits");
		}
		of.tasks.addLast(task);
		offer(of);
	}

	/** Let a share take its turn. */
	private void offer(Share of) {
		if (of.inTurn || of.tasks.isEmpty() || of.running >= this.share) {
			return;
		}
		of.inTurn = true;
		this.turns.addLast(of);
		wake();
	}

	/** See to it that a thread comes for the first in turn. */
	private void wake() {
		if (this.turns.isEmpty()) {
			return;
		}
		if (this.turns.size() <= this.idle) {
			// A thread that was woken before is idle still, and one of the turns its own.
			notify();
		}
		else if (this.threads < this.maximum) {
			startThread();
		}
	}

	/**
	 * If the machine has no thread to give, the work waits for a thread that is there or
	 * for the next look.
	 */
	private void startThread() {
		try {
			Worker worker = new Worker();
			worker.thread.start();
			this.workers.add(worker);
			this.threads++;
		}
		catch (Throwable ex) {
			this.startFailure = ex;
		}
	}

	/** Wait for a task, and return {@code false} if the thread is not needed any more. */
	private synchronized boolean next(Worker worker) {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KEEP_ALIVE_MILLIS);
		while (this.turns.isEmpty()) {
			long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
			if (left <= 0 || this.closed) {
				return false;
			}
			this.idle++;
			try {
				wait(left);
			}
			catch (InterruptedException ex) {
				// Nobody has the right to: whatever it was meant for is over.
			}
			finally {
				this.idle--;
			}
		}
		Share of = this.turns.removeFirst();
		of.inTurn = false;
		of.running++;
		worker.begin(of, of.tasks.removeFirst());
		offer(of);
		return true;
	}

	/** Take note of the end of a task, and return whether the thread goes on. */
	private boolean ended(Worker worker) {
		String plugin = worker.share.plugin;
		boolean wasStuck;
		boolean goesOn;
		synchronized (this) {
			wasStuck = worker.stuck;
			goesOn = release(worker);
		}
		if (wasStuck) {
			logger.info("A worker thread has returned from a task of plugin '{}'", plugin);
		}
		return goesOn;
	}

	private boolean release(Worker worker) {
		Share of = worker.share;
		worker.task = null;
		boolean goesOn = true;
		if (worker.stuck) {
			worker.stuck = false;
			this.stuck--;
			of.stuck--;
			goesOn = this.threads < this.maximum;
			this.threads += goesOn ? 1 : 0;
		}
		else {
			of.running--;
			offer(of);
		}
		if (of.running == 0 && of.stuck == 0 && of.tasks.isEmpty()) {
			this.shares.remove(of.plugin);
		}
		return goesOn;
	}

	/**
	 * Replace threads that have been in one task for too long, and start those that could
	 * not be started. To be called now and then.
	 */
	void replaceStuck() {
		List<Runnable> lines = new ArrayList<>();
		synchronized (this) {
			long now = System.nanoTime();
			for (Worker worker : Set.copyOf(this.workers)) {
				if (worker.task != null && !worker.stuck && now - worker.since >= this.stuckAfter.toNanos()) {
					replace(worker, lines);
				}
			}
			Throwable failure = this.startFailure;
			if (failure != null) {
				this.startFailure = null;
				lines.add(() -> logger.error("A worker thread could not be started; work of plugins waits", failure));
				wake();
			}
		}
		// Not under the lock that event loops need to submit work.
		lines.forEach(Runnable::run);
	}

	private void replace(Worker worker, List<Runnable> lines) {
		Share of = worker.share;
		long seconds = this.stuckAfter.toSeconds();
		if (of.stuck >= this.share || this.stuck >= this.maximum) {
			if (!worker.reported) {
				worker.reported = true;
				int already = this.stuck;
				lines.add(() -> logger.warn(
						"A worker thread has been in a task of plugin '{}' for {} s and is not replaced, since {}"
								+ " threads are stuck already; it is at {}",
						of.plugin, seconds, already, worker.where()));
			}
			return;
		}
		worker.stuck = true;
		this.stuck++;
		of.stuck++;
		of.running--;
		this.threads--;
		int replaced = this.stuck;
		lines.add(() -> logger.warn(
				"A worker thread has been in a task of plugin '{}' for {} s and is replaced ({} of at most {});"
						+ " it is at {}. Look for a function of the application that blocks",
				of.plugin, seconds, replaced, this.maximum, worker.where()));
		offer(of);
		// The others in turn have been waiting for this thread.
		wake();
	}

	synchronized boolean isInUse() {
		return !this.workers.isEmpty() || !this.turns.isEmpty();
	}

	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	private synchronized void gone(Worker worker, boolean counted) {
		this.workers.remove(worker);
		if (counted) {
			this.threads--;
		}
		// Something may have come after this thread had looked for the last time.
		wake();
	}

	/** What one plugin has. Guarded by the workers. */
	private static final class Share {

		private final String plugin;

		private final Deque<Runnable> tasks = new ArrayDeque<>();

		private int running;

		private int stuck;

		private boolean inTurn;

		private Share(String plugin) {
			this.plugin = plugin;
		}

	}

	/** A thread and what it does. Guarded by the workers. */
	private final class Worker implements Runnable {

		private final Thread thread = WorkerThreads.this.factory.newThread(this);

		@SuppressWarnings("NullAway.Init")
		private Share share;

		private @Nullable Runnable task;

		private long since;

		private boolean stuck;

		private boolean reported;

		private void begin(Share of, Runnable newTask) {
			this.share = of;
			this.task = newTask;
			this.since = System.nanoTime();
			this.reported = false;
		}

		private String where() {
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
				while (counted && next(this)) {
					work();
					counted = ended(this);
				}
			}
			finally {
				gone(this, counted);
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
				logger.error("Work on a worker thread failed", ex);
			}
		}

	}

}
