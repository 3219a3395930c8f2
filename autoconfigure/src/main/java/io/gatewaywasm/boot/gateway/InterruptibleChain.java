package io.gatewaywasm.boot.gateway;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/**
 * A part of the filter chain whose place something else can take while it runs. It is
 * what {@code takeUntilOther}, {@code then} and {@code doFinally} are together, with a
 * few objects in place of a dozen: every request with a filter goes through it.
 *
 * <pre>
 *   RUNNING ──interrupt: the chain is cancelled──&gt; INTERRUPTED: the other runs
 *      └──completes, fails, is cancelled──&gt; OVER &lt;──────────────┘
 * </pre>
 */
final class InterruptibleChain extends Mono<Void> {

	private final Mono<Void> chain;

	private final Supplier<Mono<Void>> other;

	private final Consumer<SignalType> left;

	private volatile boolean interrupted;

	private volatile @Nullable Run run;

	/**
	 * Create a new part of the chain.
	 * @param chain runs the filters
	 * @param other what takes its place when it is interrupted
	 * @param left called when whatever runs has ended, after the receiver was told
	 */
	InterruptibleChain(Mono<Void> chain, Supplier<Mono<Void>> other, Consumer<SignalType> left) {
		this.chain = chain;
		this.other = other;
		this.left = left;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		Run next = new Run(actual);
		actual.onSubscribe(next);
		this.run = next;
		if (this.interrupted) {
			next.interrupt();
		}
		else {
			this.chain.subscribe(next.first);
		}
	}

	/**
	 * Let the other take the place of the chain. Does nothing if the chain is over.
	 */
	void interrupt() {
		this.interrupted = true;
		Run current = this.run;
		if (current != null) {
			current.interrupt();
		}
	}

	/** One subscription. */
	private final class Run implements Subscription {

		private static final AtomicReferenceFieldUpdater<Run, @Nullable Stage> CURRENT = AtomicReferenceFieldUpdater
			.newUpdater(Run.class, Stage.class, "current");

		private final CoreSubscriber<? super Void> actual;

		/** Asked for by many inside, and found only by a walk through all outside. */
		private final Context context;

		private final Stage first = new Stage(this);

		/** What runs, or {@code null} if it is over: whoever ends it takes it away. */
		@SuppressWarnings("UnusedVariable") // Used by CURRENT
		private volatile @Nullable Stage current = this.first;

		/** What ran when the receiver went away. */
		private volatile @Nullable Stage abandoned;

		private Run(CoreSubscriber<? super Void> actual) {
			this.actual = actual;
			this.context = actual.currentContext();
		}

		private void interrupt() {
			Stage next = new Stage(this);
			if (CURRENT.compareAndSet(this, this.first, next)) {
				this.first.cancel();
				Mono.defer(InterruptibleChain.this.other).subscribe(next);
			}
		}

		private void completed(Stage stage) {
			if (CURRENT.compareAndSet(this, stage, null)) {
				try {
					this.actual.onComplete();
				}
				finally {
					InterruptibleChain.this.left.accept(SignalType.ON_COMPLETE);
				}
			}
		}

		private void failed(Stage stage, Throwable error) {
			if (!CURRENT.compareAndSet(this, stage, null)) {
				if (stage == this.abandoned) {
					// The client has gone, and writing to it fails: who is outside knows
					// what that is worth. Of a chain that was interrupted, the other has
					// told all there is.
					this.actual.onError(error);
				}
				return;
			}
			try {
				this.actual.onError(error);
			}
			finally {
				InterruptibleChain.this.left.accept(SignalType.ON_ERROR);
			}
		}

		@Override
		public void request(long count) {
			// Nothing is emitted that could be asked for.
		}

		@Override
		public void cancel() {
			Stage stage = CURRENT.getAndSet(this, null);
			if (stage != null) {
				this.abandoned = stage;
				stage.cancel();
				InterruptibleChain.this.left.accept(SignalType.CANCEL);
			}
		}

	}

	/** The chain or what takes its place. */
	private static final class Stage implements CoreSubscriber<Void> {

		private static final AtomicReferenceFieldUpdater<Stage, @Nullable Subscription> UPSTREAM = AtomicReferenceFieldUpdater
			.newUpdater(Stage.class, Subscription.class, "upstream");

		private final Run run;

		@SuppressWarnings("UnusedVariable") // Used by UPSTREAM
		private volatile @Nullable Subscription upstream;

		private Stage(Run run) {
			this.run = run;
		}

		private void cancel() {
			Operators.terminate(UPSTREAM, this);
		}

		@Override
		public Context currentContext() {
			return this.run.context;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (Operators.setOnce(UPSTREAM, this, subscription)) {
				subscription.request(Long.MAX_VALUE);
			}
		}

		@Override
		public void onNext(Void nothing) {
			// There is none.
		}

		@Override
		public void onComplete() {
			this.run.completed(this);
		}

		@Override
		public void onError(Throwable error) {
			this.run.failed(this, error);
		}

	}

}
