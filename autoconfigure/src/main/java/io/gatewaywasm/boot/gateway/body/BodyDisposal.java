package io.gatewaywasm.boot.gateway.body;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Disposes of a response body that is not going to be read. An ignored body would keep
 * its connection out of the pool.
 */
public final class BodyDisposal {

	private static final int MAX_DRAINED = 1024 * 1024;

	private static final Duration DRAINING = Duration.ofSeconds(1);

	private BodyDisposal() {
	}

	/**
	 * Disposes of the body. A body from an upstream is cancelled, since it may be long. A
	 * body produced in this process is drained, since its buffers may already exist, but
	 * not forever: an application can produce events without end.
	 */
	public static void dispose(ServerWebExchange exchange, Publisher<? extends DataBuffer> body) {
		if (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR) != null) {
			body.subscribe(new Cancelling());
		}
		else {
			AtomicLong bytes = new AtomicLong();
			Flux.from(body)
				.takeUntil((buffer) -> bytes.addAndGet(buffer.readableByteCount()) > MAX_DRAINED)
				.take(DRAINING)
				.subscribe(DataBufferUtils::release, (failure) -> {
				});
		}
	}

	/**
	 * Cancels immediately and ignores errors. A body that has been read in part or
	 * refused by a filter can no longer be cancelled and signals an error. Reactor's own
	 * subscribers would log that error, because it arrives after the cancellation.
	 */
	private static final class Cancelling implements CoreSubscriber<DataBuffer> {

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.cancel();
		}

		@Override
		public void onNext(DataBuffer buffer) {
			DataBufferUtils.release(buffer);
		}

		@Override
		public void onError(Throwable failure) {
			// The body has been read in part and can no longer be cancelled.
		}

		@Override
		public void onComplete() {
			// There is nothing to release.
		}

	}

}
