package io.gatewaywasm.boot.gateway;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Gets rid of a response's body that nobody will read. To ignore it would keep its
 * connection from returning to the pool.
 */
final class BodyDisposal {

	private BodyDisposal() {
	}

	/**
	 * Dispose of a body. One that comes from an upstream is cancelled, since it may be
	 * long; one that is made in this process is drained, since its buffers may exist
	 * already.
	 * @param exchange the exchange
	 * @param body the body
	 */
	static void dispose(ServerWebExchange exchange, Publisher<? extends DataBuffer> body) {
		if (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR) != null) {
			body.subscribe(new Cancelling());
		}
		else {
			Flux.from(body).subscribe(DataBufferUtils::release, (failure) -> {
			});
		}
	}

	/**
	 * Cancels at once. Of a body that was read in part already, or refused by a filter,
	 * there is nothing left to cancel: it answers by an error, which is nobody's. One of
	 * Reactor's own subscribers would log it, since it comes behind the cancellation.
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
			// Of a body that was read in part already there is nothing left to cancel.
		}

		@Override
		public void onComplete() {
			// That was all.
		}

	}

}
