package io.gatewaywasm.boot.gateway;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Framing} and {@link ExactBody}.
 */
class FramingTests {

	@ParameterizedTest
	@CsvSource({ "0, 0", "5, 5", "00005, 5", "999999999999999999, 999999999999999999" })
	void lengthOfDigitsIsKnown(String length, long known) {
		assertThat(Framing.declaredLength(List.of(length))).isEqualTo(MessageBody.of(known));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-1", "+5", "5,5", "5, 5", "0x5", "5.0", "5 ", "1e3", "\u0665", "five",
			"9999999999999999999" })
	void anyOtherLengthIsNotKnown(String length) {
		assertThat(Framing.declaredLength(List.of(length))).isEqualTo(MessageBody.UNKNOWN);
	}

	@Test
	void severalLengthsAreNone() {
		assertThat(Framing.declaredLength(List.of("5", "5"))).isEqualTo(MessageBody.UNKNOWN);
		assertThat(Framing.declaredLength(List.of())).isEqualTo(MessageBody.UNKNOWN);
	}

	@Test
	void requestWithoutFramingHasNoBody() {
		HttpHeaders headers = new HttpHeaders();
		assertThat(Framing.declared(headers)).isEqualTo(MessageBody.NONE);
		headers.add("content-length", "0");
		assertThat(Framing.declared(headers)).isEqualTo(MessageBody.EMPTY);
		headers.add("transfer-encoding", "gzip");
		assertThat(Framing.declared(headers)).isEqualTo(MessageBody.UNKNOWN);
	}

	@Test
	void outgoingHeadersHaveOneFraming() {
		HttpHeaders headers = new HttpHeaders();
		for (String name : new String[] { "Content-Length", "transfer-encoding", "Connection", "upgrade", "trailer",
				"keep-alive", "proxy-connection", "te" }) {
			headers.add(name, "whatever");
		}
		headers.add("x-kept", "1");
		headers.add("x-kept", "2");
		headers.add("TE", "trailers");
		assertThat(pairs(Framing.outgoing(headers, "POST", MessageBody.of(7)))).containsExactlyInAnyOrder("x-kept=1",
				"x-kept=2", "te=trailers", "content-length=7");
		assertThat(pairs(Framing.outgoing(headers, "GET", MessageBody.UNKNOWN))).contains("transfer-encoding=chunked")
			.noneMatch((pair) -> pair.startsWith("content-length"));
		assertThat(pairs(Framing.outgoing(headers, "GET", MessageBody.NONE)))
			.noneMatch((pair) -> pair.startsWith("content-length") || pair.startsWith("transfer"));
		assertThat(pairs(Framing.outgoing(headers, "POST", MessageBody.NONE))).contains("content-length=0");
		assertThat(pairs(Framing.outgoing(headers, "GET", MessageBody.EMPTY))).contains("content-length=0");
		assertThat(headers.getFirst("content-length")).isEqualTo("whatever");
	}

	private static List<String> pairs(HttpHeaders headers) {
		List<String> pairs = new java.util.ArrayList<>();
		PortableHeaders.forEach(headers, (name, value) -> pairs.add(name.toLowerCase() + "=" + value));
		return pairs;
	}

	@Test
	void framedBodyIsKnownBehindFiltersThatChangeHeaders() {
		MockServerHttpRequest request = MockServerHttpRequest.post("/").body("hello");
		FramedRequest framed = new FramedRequest(request, new FramedBody(request.getBody(), MessageBody.of(5)));
		assertThat(Framing.of(framed.mutate().header("content-length", "0").path("/other").build(), MessageBody.NONE))
			.isEqualTo(MessageBody.of(5));
	}

	@Test
	void bodyOfAnotherFilterIsWhatThatFilterSays() {
		MockServerHttpRequest request = MockServerHttpRequest.post("/").header("content-length", "3").body("abc");
		assertThat(Framing.of(request, MessageBody.of(5))).isEqualTo(MessageBody.of(3));
		assertThat(Framing.of(MockServerHttpRequest.post("/").build(), MessageBody.of(5)))
			.isEqualTo(MessageBody.UNKNOWN);
		assertThat(Framing.of(MockServerHttpRequest.get("/").build(), MessageBody.NONE)).isEqualTo(MessageBody.NONE);
	}

	@ParameterizedTest
	@ValueSource(longs = { 4, 6, 0 })
	void exactBodyFailsWithAnotherLength(long length) {
		StepVerifier.create(ExactBody.of(Flux.just(buffer("ab"), buffer("cde")), length))
			.expectNextCount(2)
			.verifyErrorMessage("The body was announced with " + length + " bytes and differs by " + (5 - length));
	}

	@Test
	void exactBodyPasses() {
		StepVerifier.create(ExactBody.of(Flux.just(buffer("ab"), buffer("cde")), 5))
			.expectNextCount(2)
			.verifyComplete();
	}

	private static DataBuffer buffer(String text) {
		return new DefaultDataBufferFactory().wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
	}

}
