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

	private final Sinks.One<Decision> late = Sinks.one();

	private volatile @Nullable Decision decision;

	@Override
	public void accept(Decision answer) {
		this.decision = answer;
		this.late.tryEmitValue(answer);
	}

	/**
	 * Go on when the answer is there: on this thread if it already is.
	 * @param next what to do with the answer
	 * @return completes when that is done
	 */
	Mono<Void> then(Function<Decision, Mono<Void>> next) {
		Decision known = this.decision;
		return (known != null) ? next.apply(known) : this.late.asMono().flatMap(next);
	}

}
