package io.gatewaywasm.boot.gateway.body;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks from any thread one after the other, without locks. The thread that finds no
 * task running runs its own task and those added in the meantime. A task that adds a task
 * does not recurse.
 */
final class SerialTasks {

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger pending = new AtomicInteger();

	void run(Runnable task) {
		if (this.pending.compareAndSet(0, 1)) {
			// No task is waiting, so this one bypasses the queue.
			task.run();
		}
		else {
			this.tasks.add(task);
			if (this.pending.getAndIncrement() != 0) {
				return;
			}
			runNext();
		}
		while (this.pending.decrementAndGet() != 0) {
			runNext();
		}
	}

	private void runNext() {
		Runnable next = this.tasks.poll();
		if (next != null) {
			next.run();
		}
	}

}
