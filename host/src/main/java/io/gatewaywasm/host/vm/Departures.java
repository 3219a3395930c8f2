package io.gatewaywasm.host.vm;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.HttpStream;

/**
 * What a stream has decided and leaves its VM by the executor of the exchange. The order
 * is made here, inside the VM: outside, the threads that have left may overtake each
 * other on their way to the executor.
 */
final class Departures {

	private final Mailbox mailbox;

	private final HttpStream exchange;

	private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();

	/** How many of them nothing inline may overtake. */
	private final AtomicInteger unasked = new AtomicInteger();

	Departures(Mailbox mailbox, HttpStream exchange) {
		this.mailbox = mailbox;
		this.exchange = exchange;
	}

	/**
	 * Return whether something is on its way that could be overtaken.
	 * @return whether it is
	 */
	boolean hasUnasked() {
		return this.unasked.get() != 0;
	}

	/**
	 * Let something leave that may be overtaken, since a question waits for it or nothing
	 * depends on its place.
	 * @param action the delivery
	 */
	void add(Runnable action) {
		this.queue.add(action);
		this.mailbox.afterRelease(new Effect(this.exchange.executor(), this::next));
	}

	/**
	 * Let something leave that no question waits for.
	 * @param action the delivery
	 */
	void addUnasked(Runnable action) {
		this.unasked.incrementAndGet();
		add(() -> {
			try {
				action.run();
			}
			finally {
				this.unasked.decrementAndGet();
			}
		});
	}

	private void next() {
		Runnable first = this.queue.poll();
		if (first != null) {
			first.run();
		}
	}

}
