package io.gatewaywasm.boot.gateway.body;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Headers that wait for their body, and what follows when they are released. The first
 * subscription starts the body, and completes with what follows. A later one, for example
 * by a filter of the application that repeats a part of the chain, runs only what
 * follows. A cancellation reaches the body until it has a receiver, since nothing else
 * cancels it.
 */
final class WaitingHeaders extends Mono<Void> implements CoreSubscriber<Void>, Subscription {

	private static final AtomicReferenceFieldUpdater<WaitingHeaders, @Nullable Subscription> REST = AtomicReferenceFieldUpdater
		.newUpdater(WaitingHeaders.class, Subscription.class, "rest");

	private final BodyPipe body;

	private final boolean toTheEnd;

	private final Function<Decision, Mono<Void>> next;

	/** Set after it has received the subscription. */
	private volatile @Nullable CoreSubscriber<? super Void> actual;

	/** Set when the headers no longer wait, unless the body has failed. */
	private @Nullable Decision decision;

	private @Nullable Throwable failure;

	private boolean delivered;

	/** The subscription to what follows. */
	@SuppressWarnings("UnusedVariable") // Used by REST
	private volatile @Nullable Subscription rest;

	/**
	 * Creates headers that wait until the filter has released some of the body, or, if
	 * {@code toTheEnd} is set, all of it.
	 */
	WaitingHeaders(BodyPipe body, boolean toTheEnd, Function<Decision, Mono<Void>> next) {
		this.body = body;
		this.toTheEnd = toTheEnd;
		this.next = next;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> subscriber) {
		if (this.actual != null) {
			repeated().subscribe(subscriber);
			return;
		}
		subscriber.onSubscribe(this);
		this.actual = subscriber;
		this.body.start();
	}

	private Mono<Void> repeated() {
		Decision known = this.decision;
		if (known != null) {
			return following(known);
		}
		return Mono.error((this.failure != null) ? this.failure
				: new IllegalStateException("The headers are still waiting for their body"));
	}

	boolean areWaiting() {
		return this.decision == null && this.failure == null;
	}

	boolean areWaitingForTheEnd() {
		return areWaiting() && this.toTheEnd;
	}

	/** Releases the headers with a decision, which can replace the message. */
	void release(Decision with) {
		if (areWaiting()) {
			this.decision = with;
		}
	}

	/** Records that the body has failed. */
	void fail(Throwable error) {
		if (areWaiting()) {
			this.failure = error;
		}
	}

	/** Continues with what follows, once, if the headers have been released. */
	void deliver() {
		CoreSubscriber<? super Void> subscriber = this.actual;
		if (subscriber == null || this.delivered) {
			return;
		}
		if (this.failure != null) {
			this.delivered = true;
			subscriber.onError(this.failure);
		}
		else if (this.decision != null) {
			this.delivered = true;
			following(this.decision).subscribe(this);
		}
	}

	private Mono<Void> following(Decision decision) {
		try {
			return this.next.apply(decision);
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
		Operators.terminate(REST, this);
		this.body.cancelled();
	}

	@Override
	public Context currentContext() {
		return subscriber().currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		if (Operators.setOnce(REST, this, subscription)) {
			subscription.request(Long.MAX_VALUE);
		}
	}

	@Override
	public void onNext(Void nothing) {
		// What follows emits no elements.
	}

	@Override
	public void onComplete() {
		subscriber().onComplete();
	}

	@Override
	public void onError(Throwable error) {
		subscriber().onError(error);
	}

	private CoreSubscriber<? super Void> subscriber() {
		return Objects.requireNonNull(this.actual, "Nothing follows before the subscription");
	}

}
