package io.gatewaywasm.host.vm.stream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one stream on the executor of its exchange, in the order in which
 * they were made. Used only inside the VM.
 */
final class DeliveryQueue {

	private final Mailbox mailbox;

	private final HttpStream httpStream;

	private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

	/**
	 * The number of pending unsolicited deliveries, which a requested decision must not
	 * overtake.
	 */
	private @Nullable AtomicInteger unasked;

	DeliveryQueue(Mailbox mailbox, HttpStream httpStream) {
		this.mailbox = mailbox;
		this.httpStream = httpStream;
	}

	void add(Runnable action) {
		// This queue keeps the order, because threads that have left the VM may overtake
		// each other
		this.waiting.add(action);
		this.mailbox.afterRelease(new Delivery(this.httpStream.executor(), this::runFirst));
	}

	/** Adds an unsolicited delivery, which later deliveries must not overtake. */
	void addUnasked(Runnable action) {
		AtomicInteger count = this.unasked;
		if (count == null) {
			count = new AtomicInteger();
			this.unasked = count;
		}
		AtomicInteger counter = count;
		counter.incrementAndGet();
		add(() -> {
			try {
				action.run();
			}
			finally {
				counter.decrementAndGet();
			}
		});
	}

	/** Returns whether an unsolicited delivery is pending. */
	boolean hasUnasked() {
		return this.unasked != null && this.unasked.get() > 0;
	}

	private void runFirst() {
		Runnable first = this.waiting.poll();
		if (first != null) {
			first.run();
		}
	}

}
