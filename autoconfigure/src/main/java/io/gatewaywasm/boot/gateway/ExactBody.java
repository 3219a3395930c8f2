package io.gatewaywasm.boot.gateway;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * A body whose length has been announced before it comes. If another number of bytes
 * comes it fails, which closes the connection: the receiver must not take what follows
 * for the rest.
 */
final class ExactBody {

	private ExactBody() {
	}

	/**
	 * Return the body, which fails unless it has the announced length.
	 * @param body the body
	 * @param length the length in bytes
	 * @return the same bytes
	 */
	static Flux<DataBuffer> of(Publisher<? extends DataBuffer> body, long length) {
		return Flux.defer(() -> {
			long[] missing = { length };
			return Flux.<DataBuffer>from(body)
				.doOnNext((buffer) -> missing[0] -= buffer.readableByteCount())
				.concatWith(Mono.defer(() -> (missing[0] == 0) ? Mono.empty() : Mono.error(new IllegalStateException(
						"The body was announced with " + length + " bytes and differs by " + -missing[0]))));
		});
	}

}
