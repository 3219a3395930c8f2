package io.gatewaywasm.boot.gateway.body;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.concurrent.FirstFailure;
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
		FirstFailure.rethrow(failure);
	}

	private static @Nullable Throwable run(@Nullable Runnable task, @Nullable Throwable earlier) {
		return (task != null) ? FirstFailure.accept(Runnable::run, task, earlier) : earlier;
	}

}
