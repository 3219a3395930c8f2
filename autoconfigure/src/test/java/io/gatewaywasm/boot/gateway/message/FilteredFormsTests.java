package io.gatewaywasm.boot.gateway.message;

import java.nio.file.NoSuchFileException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.Part;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FilteredForms}.
 */
class FilteredFormsTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	@Test
	void filesOfAllAttemptsAreDeleted() {
		Part first = parse();
		Part second = parse();
		assertThat(isDeleted(first)).isFalse();
		assertThat(isDeleted(second)).isFalse();
		FilteredForms.deleteFiles(this.exchange.getAttributes());
		await().atMost(LIMIT).until(() -> isDeleted(second));
		await().atMost(LIMIT).until(() -> isDeleted(first));
	}

	/** Parses a part that is too large for the memory. */
	private Part parse() {
		MockServerHttpRequest request = MockServerHttpRequest.post("/")
			.contentType(MediaType.parseMediaType("multipart/form-data; boundary=b"))
			.body("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + "x".repeat(300_000)
					+ "\r\n--b--\r\n");
		return new FilteredForms(this.exchange, request).multipartData().block(LIMIT).getFirst("file");
	}

	private static boolean isDeleted(Part part) {
		return Boolean.TRUE.equals(DataBufferUtils.join(part.content())
			.map((buffer) -> !DataBufferUtils.release(buffer) && false)
			.onErrorReturn(NoSuchFileException.class, true)
			.block(LIMIT));
	}

}
