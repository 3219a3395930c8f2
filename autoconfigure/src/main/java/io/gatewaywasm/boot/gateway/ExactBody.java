package io.gatewaywasm.boot.gateway;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * A body whose length has been announced before it comes. If another number of bytes
 * comes it fails, which closes the connection: the receiver must not take what follows
 * for the rest. Surplus bytes are not passed on.
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
			return Flux.<DataBuffer>from(body).<DataBuffer>handle((buffer, sink) -> {
				missing[0] -= buffer.readableByteCount();
				if (missing[0] >= 0) {
					sink.next(buffer);
				}
				else {
					DataBufferUtils.release(buffer);
					sink.error(failure(length, "is longer"));
				}
			})
				.concatWith(Mono.defer(() -> (missing[0] == 0) ? Mono.empty()
						: Mono.error(failure(length, "ends " + missing[0] + " bytes early"))));
		});
	}

	private static IllegalStateException failure(long length, String difference) {
		return new IllegalStateException("The body was announced with " + length + " bytes and " + difference);
	}

}
