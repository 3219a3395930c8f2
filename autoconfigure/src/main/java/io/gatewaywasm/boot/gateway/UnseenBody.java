package io.gatewaywasm.boot.gateway;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The body of a response that filters were told has none. It is read to its end, which
 * returns the upstream's connection to the pool. If there are bytes in it nevertheless,
 * they are dropped and the rest is cancelled, since no filter has seen them.
 */
final class UnseenBody {

	private UnseenBody() {
	}

	/**
	 * Return the body, which is empty.
	 * @param body the body as it comes
	 * @return no bytes
	 */
	static Flux<DataBuffer> of(Publisher<? extends DataBuffer> body) {
		return Flux.<DataBuffer>from(body).handle((buffer, sink) -> {
			boolean empty = buffer.readableByteCount() == 0;
			DataBufferUtils.release(buffer);
			if (!empty) {
				sink.complete();
			}
		});
	}

}
