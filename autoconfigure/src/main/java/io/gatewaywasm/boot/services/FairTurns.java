package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * The waiting tasks of all plugins. Plugins with waiting tasks take turns; a plugin has
 * no turn while it occupies its maximum number of threads. Guarded by
 * {@link WorkerThreads}.
 */
final class WorkerTurns {

	/**
	 * The maximum number of waiting tasks of a plugin. Each VM has one, and each of its
	 * timers.
	 */
	private static final int QUEUE = 10_000;

	private final int maximum;

	private final Map<String, WorkerShare> shares = new HashMap<>();

	/**
	 * The shares with waiting tasks that may use another thread, in the order of their
	 * turns.
	 */
	private final Deque<WorkerShare> turns = new ArrayDeque<>();

	/** Creates the turns. {@code maximum} is the number of threads of each plugin. */
	WorkerTurns(int maximum) {
		this.maximum = maximum;
	}

	int size() {
		return this.turns.size();
	}

	boolean isEmpty() {
		return this.turns.isEmpty();
	}

	/** Adds a task. Returns whether its plugin got a turn that it did not have before. */
	boolean add(String plugin, Runnable task) {
		WorkerShare share = this.shares.computeIfAbsent(plugin, WorkerShare::new);
		if (share.tasks().size() >= QUEUE) {
			throw new RejectedExecutionException("Too many tasks of plugin '" + plugin + "' are waiting");
		}
		share.tasks().addLast(task);
		return offer(share);
	}

	/**
	 * Gives a share a turn if it may use another thread. Returns whether it got a turn
	 * that it did not have before.
	 */
	boolean offer(WorkerShare share) {
		boolean added = !share.isInTurn() && !share.tasks().isEmpty() && share.running() < this.maximum;
		if (added) {
			share.enterTurn();
			this.turns.addLast(share);
		}
		return added;
	}

	/** Removes and returns the next share, which occupies a thread from now on. */
	WorkerShare take() {
		WorkerShare share = this.turns.removeFirst();
		share.begin();
		return share;
	}

	/** Forgets a share that has no tasks and no threads. */
	void removeIfUnused(WorkerShare share) {
		if (share.isUnused()) {
			this.shares.remove(share.plugin());
		}
	}

}
