package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The tasks of one plugin in {@link FairTurns}. Not thread-safe.
 *
 * @param <T> the type of the tasks
 */
final class PluginShare<T> {

	private final String plugin;

	private final Deque<T> waiting = new ArrayDeque<>();

	/** The number of tasks that run and are not stuck. */
	private int running;

	private int stuck;

	/** Whether the share waits in the queue of turns. */
	private boolean inTurn;

	PluginShare(String plugin) {
		this.plugin = plugin;
	}

	String plugin() {
		return this.plugin;
	}

	/** Returns the tasks that do not run yet. */
	Deque<T> waiting() {
		return this.waiting;
	}

	int running() {
		return this.running;
	}

	int stuck() {
		return this.stuck;
	}

	boolean isInTurn() {
		return this.inTurn;
	}

	void enterTurn() {
		this.inTurn = true;
	}

	void leaveTurn() {
		this.inTurn = false;
	}

	/** Takes the turn: one more task of the plugin runs. */
	void begin() {
		leaveTurn();
		this.running++;
	}

	void end() {
		this.running--;
	}

	/**
	 * Records that a task does not count as running any more, because it does not end.
	 */
	void becomeStuck() {
		this.running--;
		this.stuck++;
	}

	void endStuck() {
		this.stuck--;
	}

	boolean isUnused() {
		return this.running == 0 && this.stuck == 0 && this.waiting.isEmpty();
	}

}
