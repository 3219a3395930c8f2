package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.attributes.BodySizes;
import io.gatewaywasm.boot.gateway.body.FramedBody;
import io.gatewaywasm.boot.gateway.message.ClientConnections;
import io.gatewaywasm.boot.gateway.message.ConnectionOptions;
import io.gatewaywasm.boot.gateway.message.FramedRequest;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.message.RequestDecoding;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The request as the client sends it, before any filter changes it.
 */
final class ReceivedRequest {

	private final ServerWebExchange exchange;

	private final BodySizes sizes;

	private final MessageFacts facts;

	private final @Nullable RequestTrailers trailers;

	/** Whether the request has been read to its end. */
	private volatile boolean read;

	/** Whether a part of a body of unknown length has been read or dropped. */
	private volatile boolean consumed;

	/**
	 * Creates the request. {@code earlier} is the same request in an earlier run of the
	 * chain, or {@code null}.
	 */
	ReceivedRequest(ServerWebExchange exchange, BodySizes sizes, @Nullable ReceivedRequest earlier) {
		this.exchange = exchange;
		this.consumed = earlier != null && earlier.consumed;
		this.sizes = sizes;
		this.facts = MessageFacts.ofRequest(exchange.getRequest());
		boolean hasBody = this.facts.body().present();
		this.trailers = hasBody ? RequestTrailers.of(exchange) : null;
		if (hasBody) {
			RequestDecoding.watch(exchange);
		}
		this.read = !hasBody && !this.facts.isHandshake();
	}

	MessageFacts facts() {
		return this.facts;
	}

	/** Returns the trailers, or {@code null} if the request has no body. */
	@Nullable RequestTrailers trailers() {
		return this.trailers;
	}

	/** Forgets what filters did to the trailers, because the filters run once more. */
	void resetTrailers() {
		if (this.trailers != null) {
			this.trailers.reset();
		}
	}

	/** Returns the request for the filters, with its known framing. */
	ServerHttpRequest framed() {
		ServerHttpRequest request = this.exchange.getRequest();
		Flux<DataBuffer> received = request.getBody();
		RequestTrailers end = this.trailers;
		FramedBody body = (end != null) ? FramedBody.received(watched(received), this.facts.body(), end::endedWith)
				: new FramedBody(received, this.facts.body());
		HttpHeaders headers = changedHeaders(request);
		return (headers != null) ? new FramedRequest(request, request.getMethod(), headers, body)
				: new FramedRequest(request, body);
	}

	/**
	 * Returns the headers without those that the filters do not see, or {@code null} if
	 * there are none. Without {@code upgrade}, Spring does not upgrade a request that is
	 * not a handshake for the filters.
	 */
	private @Nullable HttpHeaders changedHeaders(ServerHttpRequest request) {
		HttpHeaders headers = ConnectionOptions.withoutNamed(request.getHeaders());
		if (!this.facts.hasHeadersOfHandshake()) {
			return headers;
		}
		HttpHeaders ordinary = (headers != null) ? headers : PortableHeaders.copy(request.getHeaders());
		PortableHeaders.remove(ordinary, HttpHeaders.UPGRADE);
		return ordinary;
	}

	/**
	 * Records the end of the request at its last byte: an upstream that has received it
	 * may respond before the end is signalled here. Of a body that has been read before,
	 * Reactor Netty signals only the end, which must not pass as an empty body.
	 */
	private Flux<DataBuffer> watched(Flux<DataBuffer> received) {
		long length = this.facts.body().length();
		if (length < 0) {
			return watchedToTheEnd(RequestDecoding.failing(received, this.exchange));
		}
		long[] remaining = { length };
		return received.doOnNext((buffer) -> {
			this.sizes.received(buffer);
			remaining[0] -= buffer.readableByteCount();
			if (remaining[0] <= 0) {
				this.read = true;
			}
		}).doOnComplete(() -> {
			if (remaining[0] > 0) {
				throw consumed();
			}
			remaining[0] = length;
		});
	}

	private Flux<DataBuffer> watchedToTheEnd(Flux<DataBuffer> received) {
		long[] arrived = { 0 };
		return received.doOnNext((buffer) -> {
			this.sizes.received(buffer);
			arrived[0] += buffer.readableByteCount();
		}).doOnCancel(() -> this.consumed = true).doOnComplete(() -> {
			if (this.consumed && arrived[0] == 0) {
				throw consumed();
			}
			this.consumed = arrived[0] > 0;
			arrived[0] = 0;
			this.read = true;
		});
	}

	private static IllegalStateException consumed() {
		return new IllegalStateException("The body of the request has been read and cannot be read again."
				+ " Repeat only requests without a body, or cache the body ahead of the filter that repeats them.");
	}

	/**
	 * Reads the part of the request that has arrived while a filter paused it, if nothing
	 * else reads it. If that is the whole request, the connection can be kept. A client
	 * that waits for "100 Continue" is not asked to send the body.
	 */
	void readArrived() {
		if (!this.read && this.facts.body().present()
				&& !PortableHeaders.contains(this.exchange.getRequest().getHeaders(), HttpHeaders.EXPECT)) {
			watched(this.exchange.getRequest().getBody()).subscribe(DataBufferUtils::release, (failure) -> {
			});
		}
	}

	/** Decides whether the client's connection is kept after the response. */
	void setPersistence(Connection connection, ServerHttpResponse response) {
		ClientConnections.setPersistence(connection, this.facts, this.read, response);
	}

}
