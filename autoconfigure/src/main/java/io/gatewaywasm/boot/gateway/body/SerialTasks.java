package io.gatewaywasm.boot.gateway.body;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Runs tasks from any thread one after the other, without locks. The thread that finds no
 * task running runs its own task and those added in the meantime. A task that adds a task
 * does not recurse. If a task fails, those behind it run all the same, because one of
 * them may be the cancellation. The first failure is then thrown.
 */
final class SerialTasks {

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger pending = new AtomicInteger();

	void run(Runnable task) {
		if (this.pending.compareAndSet(0, 1)) {
			// No task is waiting, so this one bypasses the queue.
			runAll(task);
			return;
		}
		this.tasks.add(task);
		if (this.pending.getAndIncrement() == 0) {
			runAll(this.tasks.poll());
		}
	}

	private void runAll(@Nullable Runnable first) {
		Throwable failure = run(first, null);
		while (this.pending.decrementAndGet() != 0) {
			failure = run(this.tasks.poll(), failure);
		}
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure != null) {
			throw (RuntimeException) failure;
		}
	}

	private static @Nullable Throwable run(@Nullable Runnable task, @Nullable Throwable earlier) {
		try {
			if (task != null) {
				task.run();
			}
			return earlier;
		}
		catch (RuntimeException | Error ex) {
			return (earlier != null) ? earlier : ex;
		}
	}

}
