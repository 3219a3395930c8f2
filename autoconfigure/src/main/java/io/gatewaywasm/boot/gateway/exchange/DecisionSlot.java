package io.gatewaywasm.boot.gateway.exchange;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Receives the decision on one callback. The decision usually arrives while the callback
 * is still running, and then no reactive types are involved. After the decision on
 * response headers, more decisions can follow that concern the body.
 */
final class DecisionSlot implements Consumer<Decision> {

	private volatile @Nullable Decision decision;

	/** Receives the decisions after the first one, which concern the body. */
	private @Nullable Consumer<Decision> bodyReceiver;

	/** Decisions on the body that arrived before there was a receiver. */
	private @Nullable Queue<Decision> waitingForBody;

	/** Created only if the decision has to be waited for. */
	private volatile Sinks.@Nullable One<Decision> late;

	@Override
	public void accept(Decision decision) {
		if (this.decision != null) {
			decideOnBody(decision);
			return;
		}
		this.decision = decision;
		Sinks.One<Decision> waiting = this.late;
		if (waiting != null) {
			waiting.tryEmitValue(decision);
		}
	}

	private void decideOnBody(Decision decision) {
		Consumer<Decision> receiver;
		synchronized (this) {
			receiver = this.bodyReceiver;
			if (receiver == null) {
				Queue<Decision> waiting = (this.waitingForBody != null) ? this.waitingForBody : new ArrayDeque<>(2);
				this.waitingForBody = waiting;
				waiting.add(decision);
				return;
			}
		}
		receiver.accept(decision);
	}

	/**
	 * Sets the receiver of all decisions after the first one, including those that have
	 * already arrived.
	 */
	void onBodyDecisions(Consumer<Decision> receiver) {
		synchronized (this) {
			Queue<Decision> waiting = this.waitingForBody;
			if (waiting != null) {
				waiting.forEach(receiver);
				this.waitingForBody = null;
			}
			this.bodyReceiver = receiver;
		}
	}

	boolean isDecided() {
		return this.decision != null;
	}

	/** Continues with the decision, immediately on this thread if it has arrived. */
	Mono<Void> then(Function<Decision, Mono<Void>> next) {
		return then(next, () -> {
		});
	}

	/**
	 * Continues with the decision, immediately on this thread if it has arrived. {@code
	 * cancelled} runs instead if the wait is cancelled before the decision arrives.
	 */
	Mono<Void> then(Function<Decision, Mono<Void>> next, Runnable cancelled) {
		Decision known = this.decision;
		if (known != null) {
			return next.apply(known);
		}
		Sinks.One<Decision> waiting = Sinks.one();
		this.late = waiting;
		known = this.decision;
		if (known != null) {
			// The decision arrived between the two checks and may have missed the waiting
			// subscriber.
			waiting.tryEmitValue(known);
		}
		AtomicBoolean waits = new AtomicBoolean(true);
		return waiting.asMono().doOnCancel(() -> {
			if (waits.getAndSet(false)) {
				cancelled.run();
			}
		}).flatMap((late) -> waits.getAndSet(false) ? next.apply(late) : Mono.empty());
	}

}
