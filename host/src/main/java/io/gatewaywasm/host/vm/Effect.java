package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that leaves a VM after it was released, because it must not run inside.
 * Effects are a chain in their order.
 */
final class Effect {

	private static final Logger logger = LoggerFactory.getLogger(Effect.class);

	private static final String NOT_DELIVERED = "What a filter decided could not be delivered";

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
				deliver(effect.action);
			}
			else {
				execute(effect.executor, effect.action);
			}
		}
	}

	/**
	 * Deliver something on this thread. Should the receiver fail, others still get
	 * theirs.
	 * @param action the delivery
	 */
	static void deliver(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger.error(NOT_DELIVERED, ex);
		}
	}

	/**
	 * Deliver the decision that nearly every visit ends with, without making an object of
	 * it first.
	 * @param owner who gets it
	 * @param direction what it is about
	 * @param decision the decision
	 */
	static void deliver(StreamOwner owner, StreamType direction, Decision decision) {
		try {
			owner.decided(direction, decision);
		}
		catch (Throwable ex) {
			logger.error(NOT_DELIVERED, ex);
		}
	}

	/**
	 * Has a task run by an executor, or runs it here if the executor takes no more.
	 * @param executor the executor
	 * @param task the task
	 * @return {@code false} if the executor failed, and may not run the task
	 */
	static boolean execute(Executor executor, Runnable task) {
		try {
			executor.execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			// The executor is shutting down; the work still has to be done by somebody.
			deliver(task);
			return true;
		}
		catch (Throwable ex) {
			logger.error(NOT_DELIVERED, ex);
			return false;
		}
	}

}
