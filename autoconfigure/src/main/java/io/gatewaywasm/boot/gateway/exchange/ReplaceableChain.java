package io.gatewaywasm.boot.gateway.exchange;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/**
 * A part of the filter chain that another publisher can replace while it runs. It does
 * the work of {@code contextWrite}, {@code takeUntilOther}, {@code then} and {@code
 * doFinally} with a few objects instead of a dozen, because every request with a filter
 * passes through it. A subscriber that subscribes once more gets another publisher. <pre>
 *   RUNNING ──replaced: the chain is cancelled──&gt; REPLACED: {@code other} runs
 *      │ └────fails: {@code errors} has a response──&gt; FAILED: the response runs
 *      └──completes, fails, is cancelled──&gt; OVER &lt;──────────────┘
 * </pre>
 */
final class ReplaceableChain extends Mono<Void> {

	private final Mono<Void> chain;

	private final UnaryOperator<Context> context;

	private final Supplier<Mono<Void>> other;

	private final Function<Throwable, @Nullable Mono<Void>> errors;

	private final Consumer<SignalType> left;

	private final Supplier<Mono<Void>> again;

	private volatile boolean replaced;

	private volatile @Nullable Run run;

	/**
	 * Creates a part of the chain. It runs in the subscriber's context, to which {@code
	 * context} adds. If {@link #replace} is called, {@code other} replaces it. If it
	 * fails, {@code errors} replaces it; if that returns {@code null} or throws, the
	 * subscriber receives the error. {@code left} is called at the end, after the
	 * subscriber has been notified. {@code again} runs for each further subscription.
	 */
	ReplaceableChain(Mono<Void> chain, UnaryOperator<Context> context, Supplier<Mono<Void>> other,
			Function<Throwable, @Nullable Mono<Void>> errors, Consumer<SignalType> left, Supplier<Mono<Void>> again) {
		this.chain = chain;
		this.context = context;
		this.other = other;
		this.errors = errors;
		this.left = left;
		this.again = again;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		if (this.run != null) {
			Mono<Void> next = isOver() ? Mono.defer(this.again)
					: Mono.error(new IllegalStateException("The filter chain is still running"));
			next.subscribe(actual);
			return;
		}
		Run next = new Run(actual);
		actual.onSubscribe(next);
		this.run = next;
		if (this.replaced) {
			next.replace();
		}
		else {
			this.chain.subscribe(next.first);
		}
	}

	/**
	 * Replaces the chain with {@code other}. Returns {@code false}, and does nothing, if
	 * the chain is over or has been replaced before.
	 */
	boolean replace() {
		this.replaced = true;
		Run current = this.run;
		return current == null || current.replace();
	}

	/** Returns whether the chain has completed, failed, or been cancelled. */
	boolean isOver() {
		Run current = this.run;
		return current != null && current.current == null;
	}

	/** The subscription to the chain. */
	private final class Run implements Subscription {

		private static final AtomicReferenceFieldUpdater<Run, @Nullable Stage> CURRENT = AtomicReferenceFieldUpdater
			.newUpdater(Run.class, Stage.class, "current");

		private final CoreSubscriber<? super Void> actual;

		/**
		 * Kept here because inner subscribers read it often and each lookup would pass
		 * through all outer subscribers.
		 */
		private final Context context;

		private final Stage first = new Stage(this);

		/**
		 * The running stage, or {@code null} at the end. The thread that clears it
		 * signals the end.
		 */
		@SuppressWarnings("UnusedVariable") // Used by CURRENT
		private volatile @Nullable Stage current = this.first;

		/** The stage that ran when the subscriber cancelled. */
		private volatile @Nullable Stage abandoned;

		private Run(CoreSubscriber<? super Void> actual) {
			this.actual = actual;
			this.context = ReplaceableChain.this.context.apply(actual.currentContext());
		}

		private boolean replace() {
			Stage next = new Stage(this);
			if (!CURRENT.compareAndSet(this, this.first, next)) {
				return false;
			}
			this.first.cancel();
			Mono.defer(ReplaceableChain.this.other).subscribe(next);
			return true;
		}

		private void completed(Stage stage) {
			if (CURRENT.compareAndSet(this, stage, null)) {
				try {
					this.actual.onComplete();
				}
				finally {
					ReplaceableChain.this.left.accept(SignalType.ON_COMPLETE);
				}
			}
		}

		private void failed(Stage stage, Throwable error) {
			Mono<Void> response = (stage == this.first) ? response(error) : null;
			if (response != null) {
				Stage next = new Stage(this);
				if (CURRENT.compareAndSet(this, stage, next)) {
					response.subscribe(next);
					return;
				}
			}
			if (!CURRENT.compareAndSet(this, stage, null)) {
				if (stage == this.abandoned) {
					// The subscriber has cancelled because the client disconnected.
					// Errors of writing to that client go to the outer subscriber, which
					// decides whether they matter. Errors of a replaced chain are
					// ignored, since the replacement has reported the outcome.
					this.actual.onError(error);
				}
				return;
			}
			try {
				this.actual.onError(error);
			}
			finally {
				ReplaceableChain.this.left.accept(SignalType.ON_ERROR);
			}
		}

		/**
		 * If the error cannot be turned into a response, the subscriber still receives
		 * the error.
		 */
		private @Nullable Mono<Void> response(Throwable error) {
			try {
				return ReplaceableChain.this.errors.apply(error);
			}
			catch (Throwable ex) {
				if (ex != error) {
					error.addSuppressed(ex);
				}
				return null;
			}
		}

		@Override
		public void request(long count) {
			// Nothing is emitted, so demand has no effect.
		}

		@Override
		public void cancel() {
			Stage stage = CURRENT.getAndSet(this, null);
			if (stage != null) {
				this.abandoned = stage;
				stage.cancel();
				ReplaceableChain.this.left.accept(SignalType.CANCEL);
			}
		}

	}

	/** The chain or its replacement. */
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
			// The chain emits no elements.
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
