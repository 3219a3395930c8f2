package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result that leaves a VM after the VM was released, because its receiver must not run
 * inside. Deliveries are a chain in their order.
 */
public final class Delivery {

	private static final Logger logger = LoggerFactory.getLogger(Delivery.class);

	private final @Nullable Executor executor;

	private final Runnable action;

	private @Nullable Delivery next;

	/**
	 * Creates a new delivery.
	 * @param executor where it runs, or {@code null} for the thread that is inside the VM
	 * now, if that thread waits for it
	 * @param action the delivery
	 */
	public Delivery(@Nullable Executor executor, Runnable action) {
		this.executor = executor;
		this.action = action;
	}

	void next(Delivery delivery) {
		this.next = delivery;
	}

	/**
	 * Runs a chain of deliveries.
	 * @param first the first of them, or {@code null} if there is none
	 */
	public static void run(@Nullable Delivery first) {
		for (Delivery delivery = first; delivery != null; delivery = delivery.next) {
			if (delivery.executor == null) {
				run(delivery.action);
			}
			else {
				execute(delivery.executor, delivery.action);
			}
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

	/**
	 * Logs that a receiver failed. Other receivers still get their deliveries.
	 * @param thrown what the receiver threw
	 */
	public static void failed(Throwable thrown) {
		logger.error("A decision of a filter could not be delivered", thrown);
	}

	static void execute(Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The executor is shutting down; the work still has to be done.
			run(task);
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

}
