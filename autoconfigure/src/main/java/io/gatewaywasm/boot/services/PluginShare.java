package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The tasks and threads of one plugin. Guarded by {@link WorkerThreads}.
 */
final class WorkerShare {

	private final String plugin;

	private final Deque<Runnable> tasks = new ArrayDeque<>();

	/** The number of threads that run tasks and are not stuck. */
	private int running;

	private int stuck;

	/** Whether the next idle thread can run a task of the plugin. */
	private boolean inTurn;

	WorkerShare(String plugin) {
		this.plugin = plugin;
	}

	String plugin() {
		return this.plugin;
	}

	Deque<Runnable> tasks() {
		return this.tasks;
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

	/** Takes the turn: the plugin occupies one more thread. */
	void begin() {
		this.inTurn = false;
		this.running++;
	}

	void end() {
		this.running--;
	}

	/** Records that the thread of a task does not count as running any more. */
	void becomeStuck() {
		this.running--;
		this.stuck++;
	}

	void endStuck() {
		this.stuck--;
	}

	boolean isUnused() {
		return this.running == 0 && this.stuck == 0 && this.tasks.isEmpty();
	}

}
