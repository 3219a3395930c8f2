package io.gatewaywasm.host.vm.stream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the decisions of one stream in the order in which they were made, after the VM
 * was released. If the stream's own thread is inside the VM and no delivery is pending,
 * decisions are delivered on that thread, and the first of them needs no object for its
 * delivery. All other decisions are delivered on the exchange's executor.
 */
final class DeliveryQueue {

	private final Mailbox mailbox;

	private final ExchangeStream stream;

	/** The message about which the thread inside the VM requests a decision. */
	private @Nullable MessageKind inline;

	private @Nullable Consumer<Decision> receiver;

	private @Nullable Decision decision;

	/** Created for the first delivery on the executor, which few streams need. */
	private @Nullable Queue<Runnable> queue;

	/**
	 * The number of pending unsolicited deliveries, which a requested decision must not
	 * overtake.
	 */
	private @Nullable AtomicInteger unasked;

	DeliveryQueue(Mailbox mailbox, ExchangeStream stream) {
		this.mailbox = mailbox;
		this.stream = stream;
	}

	/** Called when the thread that requests a decision has entered the VM. */
	void begin(MessageKind message) {
		this.inline = message;
	}

	/** Called when the thread that requests a decision is about to leave the VM. */
	void end() {
		this.inline = null;
		this.receiver = null;
		this.decision = null;
	}

	/**
	 * Called when the thread that requested a decision does not return. Its decision is
	 * delivered on the executor.
	 */
	void holderLost() {
		Consumer<Decision> target = this.receiver;
		Decision made = this.decision;
		end();
		if (target != null && made != null) {
			enqueue(() -> this.stream.give(target, made));
		}
	}

	/**
	 * Returns the receiver of the decision that is delivered without an object of its
	 * own.
	 */
	@Nullable Consumer<Decision> receiver() {
		return this.receiver;
	}

	/** Returns the decision that is delivered without an object for it. */
	@Nullable Decision decision() {
		return this.decision;
	}

	/** Adds the requested decision about a message. */
	void add(MessageKind message, Consumer<Decision> target, Decision made) {
		if (isInline(message) && !this.mailbox.hasDeliveries() && this.receiver == null) {
			this.receiver = target;
			this.decision = made;
		}
		else {
			add(message, () -> this.stream.give(target, made));
		}
	}

	/** Adds the delivery of a requested decision about a message. */
	void add(MessageKind message, Runnable action) {
		if (isInline(message)) {
			this.mailbox.afterRelease(new Delivery(null, action));
		}
		else {
			enqueue(action);
		}
	}

	/** Adds an unsolicited delivery, which later deliveries must not overtake. */
	void addUnasked(MessageKind message, Runnable action) {
		if (isInline(message)) {
			this.mailbox.afterRelease(new Delivery(null, action));
			return;
		}
		AtomicInteger count = this.unasked;
		if (count == null) {
			count = new AtomicInteger();
			this.unasked = count;
		}
		AtomicInteger counter = count;
		counter.incrementAndGet();
		enqueue(() -> {
			try {
				action.run();
			}
			finally {
				counter.decrementAndGet();
			}
		});
	}

	/** Adds a delivery on the executor. */
	void enqueue(Runnable action) {
		Queue<Runnable> open = this.queue;
		if (open == null) {
			open = new ConcurrentLinkedQueue<>();
			this.queue = open;
		}
		// This queue keeps the order, because threads that have left the VM may overtake
		// each other
		Queue<Runnable> waiting = open;
		waiting.add(action);
		this.mailbox.afterRelease(new Delivery(this.stream.httpStream().executor(), () -> {
			Runnable first = waiting.poll();
			if (first != null) {
				first.run();
			}
		}));
	}

	private boolean isInline(MessageKind message) {
		return this.inline == message && (this.unasked == null || this.unasked.get() == 0);
	}

}
