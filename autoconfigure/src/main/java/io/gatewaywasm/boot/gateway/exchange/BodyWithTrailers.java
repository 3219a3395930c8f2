package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.body.BodyFilter;
import io.gatewaywasm.boot.gateway.body.BodyRefusedException;
import io.gatewaywasm.boot.gateway.body.FilteredBody;
import io.gatewaywasm.host.spi.Decision;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * A body whose trailers pass through a filter that does not see the body. The body is
 * unchanged and ends when the filter has decided on the trailers.
 */
final class BodyWithTrailers extends Flux<DataBuffer> implements FilteredBody {

	private final Publisher<? extends DataBuffer> body;

	private final BodyFilter filter;

	private volatile boolean started;

	BodyWithTrailers(Publisher<? extends DataBuffer> body, BodyFilter filter) {
		this.body = body;
		this.filter = filter;
	}

	@Override
	public Publisher<? extends DataBuffer> unread() {
		return this.started ? this : FilteredBody.unread(this.body);
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.started = true;
		Flux.<DataBuffer>from(this.body).concatWith(Mono.defer(this::trailers)).subscribe(actual);
	}

	private Mono<DataBuffer> trailers() {
		DecisionSlot slot = new DecisionSlot();
		return this.filter.trailers(slot) ? slot.then(this::decided).then(Mono.empty()) : Mono.empty();
	}

	private Mono<Void> decided(Decision decision) {
		return (decision instanceof Decision.Respond || decision instanceof Decision.Reset)
				? Mono.error(new BodyRefusedException(this.filter, decision)) : Mono.empty();
	}

}
