package io.gatewaywasm.boot.gateway;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks from any thread one after the other, without locks: who finds it idle runs
 * his task and those that come meanwhile. A task that adds a task does not recurse.
 */
final class SerialTasks {

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger pending = new AtomicInteger();

	void run(Runnable task) {
		this.tasks.add(task);
		if (this.pending.getAndIncrement() != 0) {
			return;
		}
		do {
			Runnable next = this.tasks.poll();
			if (next != null) {
				next.run();
			}
		}
		while (this.pending.decrementAndGet() != 0);
	}

}
