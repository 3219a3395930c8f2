package io.gatewaywasm.boot.gateway.body;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * A body whose length was announced in advance. If the number of bytes differs, it fails,
 * which closes the connection: the receiver must not take later bytes for the rest of the
 * body. Surplus bytes are not passed on.
 */
public final class ExactBody {

	private ExactBody() {
	}

	/** Returns the body, failing unless it has exactly {@code length} bytes. */
	public static Flux<DataBuffer> of(Publisher<? extends DataBuffer> body, long length) {
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
