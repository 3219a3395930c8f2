package io.gatewaywasm.demo;

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.MultipartHttpMessageReader;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * Reads multipart forms of a limited size into memory. The limit is checked before
 * Spring's reader, which releases network buffers twice when its own limit is reached.
 */
final class UploadForm {

	private static final ResolvableType FORM = ResolvableType.forClassWithGenerics(MultiValueMap.class, String.class,
			Part.class);

	private static final int MAX_PARTS = 32;

	private final int largest;

	private final MultipartHttpMessageReader reader;

	/** Creates a reader. {@code largest} is the maximum number of bytes of a form. */
	UploadForm(int largest) {
		this.largest = largest;
		DefaultPartHttpMessageReader parts = new DefaultPartHttpMessageReader();
		parts.setMaxInMemorySize(largest);
		parts.setMaxParts(MAX_PARTS);
		this.reader = new MultipartHttpMessageReader(parts);
	}

	/**
	 * Reads the form of a request. Returns the parts, none without a form; a
	 * {@link DataBufferLimitException} if the form is too large.
	 */
	Mono<MultiValueMap<String, Part>> read(ServerHttpRequest request) {
		MediaType type = request.getHeaders().getContentType();
		if (type == null || !type.isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
			return Mono.just(new LinkedMultiValueMap<>());
		}
		if (request.getHeaders().getContentLength() > this.largest) {
			return Mono.error(new DataBufferLimitException("The form is too large"));
		}
		return DataBufferUtils.join(request.getBody(), this.largest)
			.map(UploadForm::bytes)
			.defaultIfEmpty(new byte[0])
			.flatMap((bytes) -> this.reader.readMono(FORM, new ReadRequest(request, bytes), Map.of()));
	}

	static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	/** A request whose body has been read. */
	private static final class ReadRequest extends ServerHttpRequestDecorator {

		private final byte[] body;

		ReadRequest(ServerHttpRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(this.body));
		}

	}

}
