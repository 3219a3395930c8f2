package io.gatewaywasm.boot.gateway;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Shows the body of a response to a filter, and the trailers behind it. If there are
 * trailers, no part of the body is the end of the stream.
 *
 * @param stream the stream of the filter
 * @param trailers the trailers of the response
 */
record ResponseBodyFilter(ExchangeStream stream, ResponseTrailers trailers) implements BodyPipe.Filter {

	@Override
	public void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.stream.responseBody(chunk, endOfStream, decision);
	}

	@Override
	public boolean trailers(Consumer<Decision> decision) {
		boolean present = this.trailers.arePresent();
		if (present) {
			this.stream.responseTrailers(decision);
		}
		return present;
	}

	/**
	 * Show only the trailers, to a filter that does not want to see the body.
	 * @param body the body, which stays as it is
	 * @return the body, which ends when the filter has seen the trailers
	 */
	Publisher<DataBuffer> behind(Publisher<? extends DataBuffer> body) {
		return Flux.<DataBuffer>from(body).concatWith(Mono.defer(() -> {
			DecisionSlot slot = new DecisionSlot();
			return trailers(slot) ? slot.then(this::decided).then(Mono.empty()) : Mono.empty();
		}));
	}

	private Mono<Void> decided(Decision decision) {
		return (decision instanceof Decision.Reply || decision instanceof Decision.Reset)
				? Mono.error(new BodyRefusedException(this.stream, decision)) : Mono.empty();
	}

}
