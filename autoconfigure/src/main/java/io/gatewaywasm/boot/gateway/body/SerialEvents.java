package io.gatewaywasm.boot.gateway.body;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.gatewaywasm.boot.concurrent.FirstFailure;
import org.jspecify.annotations.Nullable;

/**
 * Applies events from any thread to an object, one after the other and without locks.
 * After an event, the object acts on its new state.
 * <h2>Nested events</h2> An event that arises in an event or an action, on the same
 * thread, is applied immediately. The object then acts once more when its action returns,
 * so that actions are not nested.
 * <h2>Other threads</h2> An event from another thread waits in a queue for the thread
 * that applies events, as do all events after it.
 * <h2>Failures</h2> If an event or an action fails, the events behind it are applied all
 * the same, because one of them may be the cancellation. The first failure is then
 * thrown.
 *
 * @param <T> the type of the object
 */
final class SerialEvents<T extends SerialEvents.Target> {

	@SuppressWarnings("rawtypes")
	private static final AtomicReferenceFieldUpdater<SerialEvents, @Nullable Thread> THREAD = AtomicReferenceFieldUpdater
		.newUpdater(SerialEvents.class, Thread.class, "thread");

	private final T target;

	/** The thread that applies events, or {@code null}. */
	private volatile @Nullable Thread thread;

	/** The events of other threads. Created for the first of them. */
	private volatile @Nullable Queue<Event<T, ?>> waiting;

	/** Whether an event has been applied since the last action began. */
	private boolean changed;

	private @Nullable Throwable failure;

	SerialEvents(T target) {
		this.target = target;
	}

	/** Applies an event, or leaves it to the thread that applies events. */
	void apply(Consumer<? super T> event) {
		apply((to, consumer) -> consumer.accept(to), event);
	}

	/**
	 * Applies an event with an argument. If the event does not refer to other variables,
	 * nothing is allocated for it.
	 */
	<A> void apply(BiConsumer<? super T, ? super A> event, A argument) {
		boolean next = !isAnyWaiting();
		if (next && this.thread == Thread.currentThread()) {
			change(event, argument);
		}
		else if (next && enter()) {
			change(event, argument);
			leave();
		}
		else {
			waiting().add(new Event<>(event, argument));
			if (enter()) {
				leave();
			}
		}
	}

	private boolean enter() {
		return THREAD.compareAndSet(this, null, Thread.currentThread());
	}

	/** Acts and applies the waiting events. */
	private void leave() {
		Throwable first = null;
		do {
			act();
			for (Event<T, ?> event = poll(); event != null; event = poll()) {
				event.apply(this);
				act();
			}
			first = (first != null) ? first : this.failure;
			this.failure = null;
			this.thread = null;
			// An event that was added after the last poll may have found this thread
		}
		while (isAnyWaiting() && enter());
		FirstFailure.rethrow(first);
	}

	private void act() {
		while (this.changed) {
			this.changed = false;
			try {
				this.target.act();
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
		}
	}

	private <A> void change(BiConsumer<? super T, ? super A> event, A argument) {
		this.changed = true;
		try {
			event.accept(this.target, argument);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void failed(Throwable ex) {
		this.changed = true;
		if (this.failure == null) {
			this.failure = ex;
		}
		try {
			this.target.failed(ex);
		}
		catch (RuntimeException | Error second) {
			if (second != ex) {
				ex.addSuppressed(second);
			}
		}
	}

	private boolean isAnyWaiting() {
		Queue<Event<T, ?>> events = this.waiting;
		return events != null && !events.isEmpty();
	}

	private @Nullable Event<T, ?> poll() {
		Queue<Event<T, ?>> events = this.waiting;
		return (events != null) ? events.poll() : null;
	}

	private Queue<Event<T, ?>> waiting() {
		Queue<Event<T, ?>> events = this.waiting;
		if (events == null) {
			synchronized (this) {
				events = this.waiting;
				if (events == null) {
					events = new ConcurrentLinkedQueue<>();
					this.waiting = events;
				}
			}
		}
		return events;
	}

	/** An object that events change. One thread at a time calls its methods. */
	interface Target {

		/** Acts on the state that events have left, until it has to wait. */
		void act();

		/** Records that an event or an action has failed. */
		void failed(Throwable failure);

	}

	/** An event that waits, from another thread. */
	private record Event<T extends Target, A>(BiConsumer<? super T, ? super A> event, A argument) {

		private void apply(SerialEvents<T> events) {
			events.change(this.event, this.argument);
		}

	}

}
