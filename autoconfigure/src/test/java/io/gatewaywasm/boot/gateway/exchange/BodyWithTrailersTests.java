package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.body.BodyFilter;
import io.gatewaywasm.boot.gateway.body.BodyPipe;
import io.gatewaywasm.boot.gateway.body.FilteredBody;
import io.gatewaywasm.host.spi.Decision;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BodyWithTrailers}.
 */
class BodyWithTrailersTests {

	private static final BodyFilter PASSING = (chunk, endOfStream, decision) -> decision
		.accept(new Decision.Continue());

	private final Flux<DataBuffer> source = Flux.empty();

	@Test
	void unreadBodyIsTheSourceAheadOfAllFilters() {
		BodyWithTrailers body = new BodyWithTrailers(pipe(this.source), PASSING);
		assertThat(body.unread()).isSameAs(this.source);
		assertThat(FilteredBody.unread(pipe(body))).isSameAs(this.source);
	}

	@Test
	void bodyThatIsReadIsNotTakenFromItsFilters() {
		BodyWithTrailers body = new BodyWithTrailers(this.source, PASSING);
		body.blockLast();
		assertThat(body.unread()).isSameAs(body);
	}

	private BodyPipe pipe(Flux<DataBuffer> body) {
		return new BodyPipe(body, (bytes) -> false, PASSING, new DefaultDataBufferFactory());
	}

}
