package io.gatewaywasm.boot.gateway.exchange;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.body.BodyRefusedException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Writes a response through the filters, from the subscription on. One publisher takes
 * the place of the operators that each phase would need, since every response of a
 * filtered route passes through it.
 */
final class FilteredWrite extends Mono<Void> {

	private final Supplier<@Nullable Phases> phases;

	private final Supplier<Mono<Void>> unfiltered;

	/**
	 * Creates the write. If {@code phases} returns {@code null}, the response does not
	 * pass through the filters, and {@code unfiltered} writes it.
	 */
	FilteredWrite(Supplier<@Nullable Phases> phases, Supplier<Mono<Void>> unfiltered) {
		this.phases = phases;
		this.unfiltered = unfiltered;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		Phases taken;
		Mono<Void> written;
		try {
			taken = this.phases.get();
			written = (taken != null) ? taken.start() : this.unfiltered.get();
		}
		catch (Throwable ex) {
			Operators.error(actual, Operators.onOperatorError(ex, actual.currentContext()));
			return;
		}
		if (taken == null) {
			written.subscribe(actual);
			return;
		}
		Run run = new Run(taken, actual);
		actual.onSubscribe(run);
		written.subscribe(run);
	}

	/** The phases of a response that is written. */
	interface Phases {

		/** Runs the response through the filters and writes it. */
		Mono<Void> start();

		/** Handles a filter that refuses the body after it has started. */
		Mono<Void> refused(BodyRefusedException refusal);

		/** Runs when the response is written or has failed. */
		void done();

	}

	/** One response on its way through its phases. */
	private static final class Run implements CoreSubscriber<Void>, Subscription {

		private static final AtomicReferenceFieldUpdater<Run, @Nullable Subscription> CURRENT = AtomicReferenceFieldUpdater
			.newUpdater(Run.class, Subscription.class, "current");

		private final Phases phases;

		private final CoreSubscriber<? super Void> actual;

		/** The subscription to the response, or to the one that replaces it. */
		@SuppressWarnings("UnusedVariable") // Used by CURRENT
		private volatile @Nullable Subscription current;

		private Run(Phases phases, CoreSubscriber<? super Void> actual) {
			this.phases = phases;
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (Operators.replace(CURRENT, this, subscription)) {
				subscription.request(Long.MAX_VALUE);
			}
		}

		@Override
		public void onNext(Void nothing) {
			// A response emits no elements.
		}

		@Override
		public void onComplete() {
			try {
				this.phases.done();
			}
			catch (RuntimeException | Error ex) {
				this.actual.onError(ex);
				return;
			}
			this.actual.onComplete();
		}

		@Override
		public void onError(Throwable error) {
			if (error instanceof BodyRefusedException refusal) {
				replacement(refusal).subscribe(this);
				return;
			}
			try {
				this.phases.done();
			}
			catch (RuntimeException | Error ex) {
				error.addSuppressed(ex);
			}
			this.actual.onError(error);
		}

		/**
		 * Returns the response that replaces one whose filter has refused the body.
		 */
		private Mono<Void> replacement(BodyRefusedException refusal) {
			try {
				return this.phases.refused(refusal);
			}
			catch (Throwable ex) {
				return Mono.error(Operators.onOperatorError(ex, currentContext()));
			}
		}

		@Override
		public void request(long count) {
			// Nothing is emitted, so demand has no effect.
		}

		@Override
		public void cancel() {
			Operators.terminate(CURRENT, this);
		}

	}

}
