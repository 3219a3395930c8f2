package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result that is delivered after the VM was released, because its receiver must not run
 * inside the VM. Deliveries form a linked list in the order in which they were made.
 */
public final class Delivery {

	private static final Logger logger = LoggerFactory.getLogger(Delivery.class);

	private final @Nullable Executor executor;

	private final Runnable action;

	private @Nullable Delivery next;

	private Delivery(Runnable action, @Nullable Executor executor) {
		this.executor = executor;
		this.action = action;
	}

	/** Creates a delivery that runs on an executor. */
	public Delivery(Executor executor, Runnable action) {
		this(action, executor);
	}

	/**
	 * Creates a delivery that runs on the thread that is inside the VM now, because that
	 * thread waits for it.
	 */
	public static Delivery onHolder(Runnable action) {
		return new Delivery(action, null);
	}

	void next(Delivery delivery) {
		this.next = delivery;
	}

	/** Runs a list of deliveries, given its first element. */
	public static void run(@Nullable Delivery first) {
		for (Delivery delivery = first; delivery != null; delivery = delivery.next) {
			if (delivery.executor == null) {
				run(delivery.action);
			}
			else {
				deliver(delivery.executor, delivery.action);
			}
		}
	}

	private static void deliver(Executor executor, Runnable action) {
		try {
			executor.execute(action);
		}
		catch (RejectedExecutionException ex) {
			// The executor is shutting down, but the receiver still needs the result
			run(action);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	private static void run(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	/** Logs that a receiver failed. Other receivers still get their deliveries. */
	public static void failed(Throwable thrown) {
		logger.error("A decision of a filter could not be delivered", thrown);
	}

	/**
	 * Runs a task of a plugin on an executor, or on this thread if the executor rejects
	 * it. Returns {@code false} if the executor failed, in which case the task may not
	 * run.
	 */
	static boolean execute(String plugin, Executor executor, Runnable task) {
		try {
			executor.execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			// The executor is shutting down, but the work still has to be done
			try {
				task.run();
			}
			catch (Throwable failure) {
				logger.error("A task of Wasm plugin '{}' failed. Report this with the stack trace.", plugin, failure);
			}
			return true;
		}
		catch (Throwable ex) {
			logger.error(
					"A task of Wasm plugin '{}' could not be handed to its threads. Check the threads and the memory"
							+ " of the application, and the bean 'HostScheduler' if the application has one.",
					plugin, ex);
			return false;
		}
	}

}
