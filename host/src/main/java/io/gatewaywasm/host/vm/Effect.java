package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Something that leaves a VM after it was released, because it must not run inside.
 * Effects are a chain in their order.
 */
final class Effect {

	private final @Nullable Executor executor;

	private final Runnable action;

	private @Nullable Effect next;

	/**
	 * Create a new effect.
	 * @param executor where it is delivered, or {@code null} for the thread that is
	 * inside the VM now, when that waits for it
	 * @param action the delivery
	 */
	Effect(@Nullable Executor executor, Runnable action) {
		this.executor = executor;
		this.action = action;
	}

	void next(Effect effect) {
		this.next = effect;
	}

	/**
	 * Deliver a chain of effects.
	 * @param first the first of them, or {@code null} if there is none
	 */
	static void deliver(@Nullable Effect first) {
		for (Effect effect = first; effect != null; effect = effect.next) {
			if (effect.executor == null) {
				effect.action.run();
			}
			else {
				execute(effect.executor, effect.action);
			}
		}
	}

	static void execute(Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The executor is shutting down; the work still has to be done by somebody.
			task.run();
		}
	}

}
