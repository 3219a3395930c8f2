package io.gatewaywasm.host.vm.stream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of one stream on their way out of its VM: all of them leave after the VM
 * was released, in the order in which they were made. If the stream's own thread is
 * inside the VM and nothing is under way, decisions leave on that thread, the first of
 * them without an object of its own. All others leave on the exchange's executor.
 */
final class DeliveryQueue {

	private final Vm vm;

	private final FilterStream stream;

	/** The direction that the thread inside the VM asks for a decision about. */
	private @Nullable StreamDirection inline;

	private @Nullable Consumer<Decision> receiver;

	private @Nullable Decision decision;

	/** Made for the first delivery by the executor: hardly any stream has one. */
	private @Nullable Queue<Runnable> queue;

	/**
	 * Deliveries on their way that no question waits for: an answer could overtake them.
	 */
	private @Nullable AtomicInteger unasked;

	DeliveryQueue(Vm vm, FilterStream stream) {
		this.vm = vm;
		this.stream = stream;
	}

	/** The thread that asks for a decision has entered the VM. */
	void begin(StreamDirection direction) {
		this.inline = direction;
	}

	/** The thread that asks for a decision is about to leave the VM. */
	void end() {
		this.inline = null;
		this.receiver = null;
		this.decision = null;
	}

	/** Returns the receiver of the decision that needs no delivery of its own. */
	@Nullable Consumer<Decision> receiver() {
		return this.receiver;
	}

	/** Returns the decision that needs no delivery of its own. */
	@Nullable Decision decision() {
		return this.decision;
	}

	/**
	 * Adds the decision that a question waits for.
	 * @param direction the direction that it is about
	 * @param target the receiver
	 * @param made the decision
	 */
	void add(StreamDirection direction, Consumer<Decision> target, Decision made) {
		if (isInline(direction) && !this.vm.hasDeliveries() && this.receiver == null) {
			this.receiver = target;
			this.decision = made;
		}
		else {
			add(direction, () -> this.stream.give(target, made));
		}
	}

	/**
	 * Adds a delivery that a question waits for.
	 * @param direction the direction that it is about
	 * @param action the delivery
	 */
	void add(StreamDirection direction, Runnable action) {
		if (isInline(direction)) {
			this.vm.afterRelease(new Delivery(null, action));
		}
		else {
			enqueue(action);
		}
	}

	/**
	 * Adds a delivery that no question waits for, and that no later one may overtake.
	 * @param direction the direction that it is about
	 * @param action the delivery
	 */
	void addUnasked(StreamDirection direction, Runnable action) {
		if (isInline(direction)) {
			this.vm.afterRelease(new Delivery(null, action));
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

	/**
	 * Adds a delivery by the executor.
	 * @param action the delivery
	 */
	void enqueue(Runnable action) {
		Queue<Runnable> open = this.queue;
		if (open == null) {
			open = new ConcurrentLinkedQueue<>();
			this.queue = open;
		}
		// The order is made here: threads that have left may overtake each other.
		Queue<Runnable> waiting = open;
		waiting.add(action);
		this.vm.afterRelease(new Delivery(this.stream.httpStream().executor(), () -> {
			Runnable first = waiting.poll();
			if (first != null) {
				first.run();
			}
		}));
	}

	private boolean isInline(StreamDirection direction) {
		return this.inline == direction && (this.unasked == null || this.unasked.get() == 0);
	}

}
