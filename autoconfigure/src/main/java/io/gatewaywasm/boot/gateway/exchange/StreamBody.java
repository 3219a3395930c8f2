package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.body.BodyFilter;
import io.gatewaywasm.boot.gateway.body.BodyRefusedException;
import io.gatewaywasm.host.spi.Decision;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Passes a body and its trailers to a filter. If there are trailers, no chunk of the body
 * carries the end of the stream.
 */
sealed interface StreamBody extends BodyFilter permits RequestBodyFilter, ResponseBodyFilter {

	/**
	 * Passes only the trailers to a filter that does not see the body. The returned body
	 * is unchanged and ends when the filter has decided on the trailers.
	 */
	default Flux<DataBuffer> behind(Publisher<? extends DataBuffer> body) {
		return Flux.<DataBuffer>from(body).concatWith(Mono.defer(() -> {
			DecisionSlot slot = new DecisionSlot();
			return trailers(slot) ? slot.then(this::trailersDecided).then(Mono.empty()) : Mono.empty();
		}));
	}

	private Mono<Void> trailersDecided(Decision decision) {
		return (decision instanceof Decision.Respond || decision instanceof Decision.Reset)
				? Mono.error(new BodyRefusedException(this, decision)) : Mono.empty();
	}

}
