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
 * Worker threads for guests. Each plugin has a share: it can occupy at most half of the
 * threads, and plugins with waiting tasks take turns. A task that does not end is in a
 * host function, or in code that cannot be interrupted. Its thread is then replaced, up
 * to a maximum per plugin and for all plugins.
 */
final class WorkerThreads {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThreads.class);

	/**
	 * The maximum number of waiting tasks of a plugin. Each VM has one, and each of its
	 * timers.
	 */
	private static final int QUEUE = 10_000;

	private static final long KEEP_ALIVE_MILLIS = 30_000;

	private static final int STACK = 4;

	private final int maximum;

	private final int share;

	private final Duration stuckAfter;

	private final ThreadFactory factory;

	private final Map<String, Share> shares = new HashMap<>();

	/** The shares with waiting tasks that may use another thread, in turn. */
	private final Deque<Share> turns = new ArrayDeque<>();

	private final Set<Worker> workers = new HashSet<>();

	/** The number of threads that are not stuck. */
	private int threads;

	private int idle;

	private int stuck;

	/** Why the last thread could not be started. Reported by the next check. */
	private @Nullable Throwable startFailure;

	private boolean closed;

	/**
	 * Creates workers. Threads are started when there are tasks.
	 * @param threads the number of threads
	 * @param stuckAfter the time after which a task counts as stuck
	 * @param factory creates threads
	 */
	WorkerThreads(int threads, Duration stuckAfter, ThreadFactory factory) {
		this.maximum = threads;
		this.share = Math.max(1, threads / 2);
		this.stuckAfter = stuckAfter;
		this.factory = factory;
	}

	/**
	 * Returns the executor of a plugin, which never runs a task on the calling thread.
	 */
	Executor of(String plugin) {
		return (task) -> execute(plugin, task);
	}

	private synchronized void execute(String plugin, Runnable task) {
		if (this.closed) {
			throw new RejectedExecutionException("The workers are closed");
		}
		Share owner = this.shares.computeIfAbsent(plugin, Share::new);
		if (owner.tasks.size() >= QUEUE) {
			throw new RejectedExecutionException("Too many tasks of plugin '" + plugin + "' are waiting");
		}
		owner.tasks.addLast(task);
		offer(owner);
	}

	/** Adds a share to the turns. */
	private void offer(Share owner) {
		if (owner.inTurn || owner.tasks.isEmpty() || owner.running >= this.share) {
			return;
		}
		owner.inTurn = true;
		this.turns.addLast(owner);
		wake();
	}

	/** Provides a thread for the first share in turn. */
	private void wake() {
		if (this.turns.isEmpty()) {
			return;
		}
		if (this.turns.size() <= this.idle) {
			// A thread that was woken earlier is still idle, and will take one of the
			// turns.
			notify();
		}
		else if (this.threads < this.maximum) {
			startThread();
		}
	}

	/**
	 * If the system cannot start a thread, tasks wait for an existing thread or for the
	 * next check.
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

	/** Waits for a task. Returns {@code false} if the thread is no longer needed. */
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
				// Interrupts are not used here. An interrupt was meant for a task that
				// has ended.
			}
			finally {
				this.idle--;
			}
		}
		Share owner = this.turns.removeFirst();
		owner.inTurn = false;
		owner.running++;
		worker.begin(owner, owner.tasks.removeFirst());
		offer(owner);
		return true;
	}

	/** Records the end of a task. Returns whether the thread continues. */
	private boolean ended(Worker worker) {
		String plugin = worker.share.plugin;
		boolean wasStuck;
		boolean goesOn;
		synchronized (this) {
			wasStuck = worker.stuck;
			goesOn = release(worker);
		}
		if (wasStuck) {
			logger.info("A stuck worker thread has returned from a task of Wasm plugin '{}'", plugin);
		}
		return goesOn;
	}

	private boolean release(Worker worker) {
		Share owner = worker.share;
		worker.task = null;
		boolean goesOn = true;
		if (worker.stuck) {
			worker.stuck = false;
			this.stuck--;
			owner.stuck--;
			goesOn = this.threads < this.maximum;
			this.threads += goesOn ? 1 : 0;
		}
		else {
			owner.running--;
			offer(owner);
		}
		if (owner.running == 0 && owner.stuck == 0 && owner.tasks.isEmpty()) {
			this.shares.remove(owner.plugin);
		}
		return goesOn;
	}

	/**
	 * Replaces threads that are stuck, and starts threads that could not be started
	 * before. Called periodically.
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
				lines.add(() -> logger.error("A worker thread could not be started. Tasks of Wasm plugins are waiting.",
						failure));
				wake();
			}
		}
		// Log outside the lock, which event loops need to submit tasks.
		lines.forEach(Runnable::run);
	}

	private void replace(Worker worker, List<Runnable> lines) {
		Share owner = worker.share;
		long seconds = this.stuckAfter.toSeconds();
		if (owner.stuck >= this.share || this.stuck >= this.maximum) {
			if (!worker.reported) {
				worker.reported = true;
				int already = this.stuck;
				lines.add(() -> logger.warn(
						"A worker thread has run a task of Wasm plugin '{}' for {} s. It is not replaced, because {}"
								+ " threads are already stuck. It is at {}",
						owner.plugin, seconds, already, worker.where()));
			}
			return;
		}
		worker.stuck = true;
		this.stuck++;
		owner.stuck++;
		owner.running--;
		this.threads--;
		int replaced = this.stuck;
		lines.add(() -> logger.warn(
				"A worker thread has run a task of Wasm plugin '{}' for {} s and is replaced ({} of at most {})."
						+ " It is at {}. Look for a function of the application that blocks.",
				owner.plugin, seconds, replaced, this.maximum, worker.where()));
		offer(owner);
		// Other shares may have been waiting for this thread.
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
		// A task may have arrived after this thread looked for one.
		wake();
	}

	/** The tasks and threads of one plugin. Guarded by the workers. */
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

	/** A thread and its task. Guarded by the workers. */
	private final class Worker implements Runnable {

		private final Thread thread = WorkerThreads.this.factory.newThread(this);

		@SuppressWarnings("NullAway.Init")
		private Share share;

		private @Nullable Runnable task;

		private long since;

		private boolean stuck;

		private boolean reported;

		private void begin(Share owner, Runnable newTask) {
			this.share = owner;
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
				logger.error("A task on a worker thread failed", ex);
			}
		}

	}

}
