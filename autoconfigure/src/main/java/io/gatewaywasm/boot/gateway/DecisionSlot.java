package io.gatewaywasm.boot.gateway;

import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Where the answer to one question goes. Usually it is there before the question has been
 * asked to its end, and nothing reactive is involved.
 */
final class DecisionSlot implements Consumer<Decision> {

	private volatile @Nullable Decision decision;

	/** Made only for who has to wait. */
	private volatile Sinks.@Nullable One<Decision> late;

	@Override
	public void accept(Decision answer) {
		this.decision = answer;
		Sinks.One<Decision> waiting = this.late;
		if (waiting != null) {
			waiting.tryEmitValue(answer);
		}
	}

	/**
	 * Go on when the answer is there: on this thread if it already is.
	 * @param next what to do with the answer
	 * @return completes when that is done
	 */
	Mono<Void> then(Function<Decision, Mono<Void>> next) {
		Decision known = this.decision;
		if (known != null) {
			return next.apply(known);
		}
		Sinks.One<Decision> waiting = Sinks.one();
		this.late = waiting;
		known = this.decision;
		if (known != null) {
			// It came between the two looks, and perhaps did not see who waits.
			waiting.tryEmitValue(known);
		}
		return waiting.asMono().flatMap(next);
	}

}
