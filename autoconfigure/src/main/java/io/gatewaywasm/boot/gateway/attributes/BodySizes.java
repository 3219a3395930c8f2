package io.gatewaywasm.boot.gateway.attributes;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * The bytes of the bodies of an exchange: those that have arrived from the client, ahead
 * of the first filter, and those that are sent to it, behind the last one. Written by the
 * event loop of the client, read by any thread.
 */
public final class BodySizes {

	private volatile long received;

	private volatile long sent;

	/** Returns the number of bytes of the request body that have arrived. */
	long received() {
		return this.received;
	}

	/** Returns the number of bytes of the response body that are sent. */
	long sent() {
		return this.sent;
	}

	/** Counts a part of the request body. */
	@SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time writes.
	public void received(DataBuffer part) {
		this.received += part.readableByteCount();
	}

	/** Counts bytes of the response body. */
	@SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time writes.
	public void sent(long bytes) {
		this.sent += bytes;
	}

	/** Counts the parts of a response body as they are sent. */
	public Publisher<? extends DataBuffer> sending(Publisher<? extends DataBuffer> body) {
		return (body instanceof Mono<? extends DataBuffer> single)
				? single.doOnNext((part) -> sent(part.readableByteCount()))
				: Flux.from(body).doOnNext((part) -> sent(part.readableByteCount()));
	}

}
