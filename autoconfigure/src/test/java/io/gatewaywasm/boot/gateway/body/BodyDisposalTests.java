package io.gatewaywasm.boot.gateway.body;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link BodyDisposal}.
 */
class BodyDisposalTests {

	private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicBoolean cancelled = new AtomicBoolean();

	@Test
	void bodyOfTheApplicationIsDrained() {
		BodyDisposal.dispose(this.exchange, Flux.range(0, 100).map((i) -> buffer(10)));
		assertThat(this.sent).hasValue(100);
	}

	@Test
	void eventsWithoutEndAreCancelled() {
		Flux<DataBuffer> events = Flux.interval(Duration.ofMillis(10)).map((i) -> buffer(10));
		BodyDisposal.dispose(this.exchange, events.doOnCancel(() -> this.cancelled.set(true)));
		await().atMost(Duration.ofSeconds(30)).untilTrue(this.cancelled);
	}

	@Test
	void bytesWithoutEndAreCancelled() {
		Flux<DataBuffer> bytes = Flux.range(0, Integer.MAX_VALUE).map((i) -> buffer(1024));
		BodyDisposal.dispose(this.exchange, bytes.doOnCancel(() -> this.cancelled.set(true)));
		assertThat(this.cancelled).isTrue();
		assertThat(this.sent).hasValueLessThan(2000);
	}

	private DataBuffer buffer(int size) {
		this.sent.incrementAndGet();
		return DefaultDataBufferFactory.sharedInstance.wrap(new byte[size]);
	}

}
