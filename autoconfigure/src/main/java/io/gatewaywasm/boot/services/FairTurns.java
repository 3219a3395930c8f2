package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The waiting tasks of all plugins. Plugins with waiting tasks take turns; a plugin that
 * runs its maximum of tasks gets no turn. Not thread-safe.
 *
 * @param <T> the type of the tasks
 */
final class FairTurns<T> {

	private final int maximum;

	private final int maximumWaiting;

	private final Map<String, PluginShare<T>> shares = new HashMap<>();

	/** The shares with waiting tasks that may run, in the order of their turns. */
	private final Deque<PluginShare<T>> turns = new ArrayDeque<>();

	/**
	 * Creates the turns. {@code maximum} is the maximum number of tasks of each plugin
	 * that run at a time, {@code maximumWaiting} that of waiting ones.
	 */
	FairTurns(int maximum, int maximumWaiting) {
		this.maximum = maximum;
		this.maximumWaiting = maximumWaiting;
	}

	/** Returns the number of shares that may run their next task. */
	int size() {
		return this.turns.size();
	}

	boolean isEmpty() {
		return this.turns.isEmpty();
	}

	/** Returns whether no plugin has tasks. */
	boolean isUnused() {
		return this.shares.isEmpty();
	}

	/** Returns whether one more task of a plugin may wait. */
	boolean mayAdd(String plugin) {
		PluginShare<T> share = share(plugin);
		return share == null || share.waiting().size() < this.maximumWaiting;
	}

	/** Adds a task. Returns whether the plugin got a turn that it did not have before. */
	boolean add(String plugin, T task) {
		PluginShare<T> share = this.shares.computeIfAbsent(plugin, PluginShare::new);
		share.waiting().addLast(task);
		return offer(share);
	}

	/**
	 * Gives a share a turn if it may run one more task. Returns whether it got a turn
	 * that it did not have before.
	 */
	boolean offer(PluginShare<T> share) {
		boolean added = !share.isInTurn() && !share.waiting().isEmpty() && share.running() < this.maximum;
		if (added) {
			share.enterTurn();
			this.turns.addLast(share);
		}
		return added;
	}

	/** Removes and returns the next share, whose first task runs from now on. */
	PluginShare<T> take() {
		PluginShare<T> share = this.turns.removeFirst();
		share.begin();
		return share;
	}

	/** Returns the share of a plugin, or {@code null} if the plugin has no tasks. */
	@Nullable PluginShare<T> share(String plugin) {
		return this.shares.get(plugin);
	}

	/** Removes a waiting task, and the turn of its share if no other task is waiting. */
	void withdraw(PluginShare<T> share, T task) {
		share.waiting().remove(task);
		if (share.waiting().isEmpty() && share.isInTurn()) {
			share.leaveTurn();
			this.turns.remove(share);
		}
	}

	/** Forgets a share that has no tasks. */
	void removeIfUnused(PluginShare<T> share) {
		if (share.isUnused()) {
			this.shares.remove(share.plugin());
		}
	}

}
