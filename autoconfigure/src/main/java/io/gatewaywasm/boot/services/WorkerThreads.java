package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Worker threads for guests. Each plugin has a share: it can occupy at most half of the
 * threads, and plugins with waiting tasks take turns. A task that does not end is in a
 * host function, or in code that cannot be interrupted. Its thread is then replaced, up
 * to a maximum per plugin and for all plugins.
 */
final class WorkerThreads {

	private static final long KEEP_ALIVE_MILLIS = 30_000;

	/**
	 * The maximum number of waiting tasks of a plugin. Each VM has one, and each of its
	 * timers.
	 */
	private static final int QUEUE = 10_000;

	private final int maximum;

	private final int share;

	private final Duration stuckAfter;

	private final ThreadFactory factory;

	private final FairTurns<Runnable> turns;

	private final Set<WorkerThread> workers = new HashSet<>();

	/** The number of threads that are not stuck. */
	private int threads;

	private int idle;

	private int stuck;

	/** Why the last thread could not be started. Reported by the next check. */
	private @Nullable Throwable startFailure;

	private boolean closed;

	/**
	 * Creates workers. Threads are started when there are tasks. {@code stuckAfter} is
	 * the time after which a task counts as stuck, {@code factory} creates threads.
	 */
	WorkerThreads(int threads, Duration stuckAfter, ThreadFactory factory) {
		this.maximum = threads;
		this.share = Math.max(1, threads / 2);
		this.turns = new FairTurns<>(this.share, QUEUE);
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
		if (!this.turns.mayAdd(plugin)) {
			throw new RejectedExecutionException("Too many tasks of plugin '" + plugin + "' are waiting");
		}
		if (this.turns.add(plugin, task)) {
			wake();
		}
	}

	private void offer(PluginShare<Runnable> owner) {
		if (this.turns.offer(owner)) {
			wake();
		}
	}

	/** Provides a thread for the first share in the queue. */
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
			WorkerThread worker = new WorkerThread(this, this.factory);
			worker.start();
			this.workers.add(worker);
			this.threads++;
		}
		catch (Throwable ex) {
			this.startFailure = ex;
		}
	}

	/** Waits for a task. Returns {@code false} if the thread is no longer needed. */
	synchronized boolean next(WorkerThread worker) {
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
		PluginShare<Runnable> owner = this.turns.take();
		worker.begin(owner, owner.waiting().removeFirst());
		offer(owner);
		return true;
	}

	/** Records the end of a task. Returns whether the thread continues. */
	boolean ended(WorkerThread worker) {
		boolean wasStuck;
		boolean continues;
		synchronized (this) {
			wasStuck = worker.isStuck();
			continues = release(worker);
		}
		if (wasStuck) {
			WorkerLog.returned(worker.share().plugin());
		}
		return continues;
	}

	private boolean release(WorkerThread worker) {
		PluginShare<Runnable> owner = worker.share();
		boolean continues = true;
		if (worker.isStuck()) {
			this.stuck--;
			owner.endStuck();
			continues = this.threads < this.maximum;
			this.threads += continues ? 1 : 0;
		}
		else {
			owner.end();
			offer(owner);
		}
		worker.end();
		this.turns.removeIfUnused(owner);
		return continues;
	}

	/**
	 * Replaces threads that are stuck, and starts threads that could not be started
	 * before. Called periodically.
	 */
	void replaceStuck() {
		WorkerLog log = new WorkerLog(this.stuckAfter);
		synchronized (this) {
			long now = System.nanoTime();
			for (WorkerThread worker : Set.copyOf(this.workers)) {
				if (worker.hasRun(this.stuckAfter, now)) {
					replace(worker, log);
				}
			}
			Throwable failure = this.startFailure;
			if (failure != null) {
				this.startFailure = null;
				log.startFailed(failure);
				wake();
			}
		}
		// Outside the lock, which event loops need to submit tasks.
		log.write();
	}

	private void replace(WorkerThread worker, WorkerLog log) {
		PluginShare<Runnable> owner = worker.share();
		if (owner.stuck() >= this.share || this.stuck >= this.maximum) {
			if (worker.report()) {
				log.notReplaced(worker, this.stuck);
			}
			return;
		}
		worker.becomeStuck();
		owner.becomeStuck();
		this.stuck++;
		this.threads--;
		log.replaced(worker, this.stuck, this.maximum);
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

	/**
	 * Removes a thread that has ended. {@code counted} says whether it still counts as a
	 * thread that is not stuck.
	 */
	synchronized void threadEnded(WorkerThread worker, boolean counted) {
		this.workers.remove(worker);
		if (counted) {
			this.threads--;
		}
		// A task may have arrived after this thread looked for one.
		wake();
	}

}
