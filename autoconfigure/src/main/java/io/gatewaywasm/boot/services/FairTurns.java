package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The waiting work of all plugins. Plugins with waiting work take turns; a plugin has no
 * turn while as much of its work runs as it may. Not thread-safe.
 *
 * @param <T> the type of the work
 */
final class FairTurns<T> {

	private final int maximum;

	private final int maximumWaiting;

	private final Map<String, PluginShare<T>> shares = new HashMap<>();

	/** The shares with waiting work that may run, in the order of their turns. */
	private final Deque<PluginShare<T>> turns = new ArrayDeque<>();

	/**
	 * Creates the turns. {@code maximum} is how much work of each plugin may run at a
	 * time, {@code maximumWaiting} how much of it may wait.
	 */
	FairTurns(int maximum, int maximumWaiting) {
		this.maximum = maximum;
		this.maximumWaiting = maximumWaiting;
	}

	/** Returns the number of shares that may run their next work. */
	int size() {
		return this.turns.size();
	}

	boolean isEmpty() {
		return this.turns.isEmpty();
	}

	/** Returns whether no plugin has work. */
	boolean isUnused() {
		return this.shares.isEmpty();
	}

	/** Adds work. Returns {@code false} if too much work of its plugin is waiting. */
	boolean add(String plugin, T work) {
		PluginShare<T> share = this.shares.computeIfAbsent(plugin, PluginShare::new);
		if (share.waiting().size() >= this.maximumWaiting) {
			return false;
		}
		share.waiting().addLast(work);
		offer(share);
		return true;
	}

	/**
	 * Gives a share a turn if it may run more work. Returns whether it got a turn that it
	 * did not have before.
	 */
	boolean offer(PluginShare<T> share) {
		boolean added = !share.isInTurn() && !share.waiting().isEmpty() && share.running() < this.maximum;
		if (added) {
			share.enterTurn();
			this.turns.addLast(share);
		}
		return added;
	}

	/** Removes and returns the next share, whose first work runs from now on. */
	PluginShare<T> take() {
		PluginShare<T> share = this.turns.removeFirst();
		share.begin();
		return share;
	}

	/** Returns the share of a plugin, or {@code null} if the plugin has no work. */
	@Nullable PluginShare<T> share(String plugin) {
		return this.shares.get(plugin);
	}

	/** Removes waiting work, and the turn of its share if no other work is waiting. */
	void withdraw(PluginShare<T> share, T work) {
		share.waiting().remove(work);
		if (share.waiting().isEmpty() && share.isInTurn()) {
			share.leaveTurn();
			this.turns.remove(share);
		}
	}

	/** Forgets a share that has no work. */
	void removeIfUnused(PluginShare<T> share) {
		if (share.isUnused()) {
			this.shares.remove(share.plugin());
		}
	}

}
