package io.gatewaywasm.boot.gateway.body;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The body of a response that filters saw as a response without a body. Reading it to its
 * end returns the upstream's connection to the pool. If it contains bytes after all, they
 * are dropped and the rest is cancelled, because no filter has seen them.
 */
public final class UnseenBody {

	private UnseenBody() {
	}

	/** Returns a body that completes without emitting anything. */
	public static Flux<DataBuffer> of(Publisher<? extends DataBuffer> body) {
		return Flux.<DataBuffer>from(body).handle((buffer, sink) -> {
			boolean empty = buffer.readableByteCount() == 0;
			DataBufferUtils.release(buffer);
			if (!empty) {
				sink.complete();
			}
		});
	}

}
