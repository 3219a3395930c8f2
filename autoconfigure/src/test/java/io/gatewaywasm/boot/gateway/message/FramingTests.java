package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import io.gatewaywasm.boot.gateway.body.ExactBody;
import io.gatewaywasm.boot.gateway.body.FramedBody;
import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.boot.gateway.body.UnseenBody;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Framing}, {@link ExactBody} and {@link UnseenBody}.
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

	@ParameterizedTest
	@CsvSource({ "GET, -1, x-a, true", "GET, -1, te, false", "GET, -1, Connection, false", "POST, -1, x-a, false",
			"POST, 5, Content-Length, true", "POST, 5, x-a, false", "POST, 6, content-length, false",
			"POST, 5, transfer-encoding, false", "GET, 0, content-length, false" })
	void requestIsCopiedUnlessItIsFramedAsItLeaves(String method, long length, String name, boolean framed) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("accept", "5");
		headers.add(name, "5");
		MessageBody body = (length < 0) ? MessageBody.NONE : MessageBody.of(length);
		assertThat(Framing.isOutgoing(headers, method, body)).isEqualTo(framed);
		assertThat(Framing.outgoing(headers, method, body).equals(headers)).isEqualTo(framed);
	}

	@ParameterizedTest
	@ValueSource(strings = { "05", "5,5", "+5", "5 " })
	void requestIsCopiedIfItsLengthIsWrittenInAnotherWay(String value) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("content-length", value);
		assertThat(Framing.isOutgoing(headers, "POST", MessageBody.of(5))).isFalse();
		headers.set("content-length", "5");
		headers.add("content-length", "5");
		assertThat(Framing.isOutgoing(headers, "POST", MessageBody.of(5))).isFalse();
		assertThat(Framing.isOutgoing(headers, "POST", MessageBody.UNKNOWN)).isFalse();
	}

	@Test
	void requestWithoutFramingHasNoBody() {
		HttpHeaders headers = new HttpHeaders();
		assertThat(Framing.declared(headers)).isEqualTo(MessageBody.NONE);
		headers.add("content-length", "0");
		assertThat(Framing.declared(headers)).isEqualTo(MessageBody.of(0));
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
		assertThat(pairs(Framing.outgoing(headers, "GET", MessageBody.of(0)))).contains("content-length=0");
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
	void bodyOfAnotherFilterKeepsOnlyTheLengthThatCame() {
		MockServerHttpRequest request = MockServerHttpRequest.post("/").header("content-length", "3").body("abc");
		for (MessageBody received : List.of(MessageBody.of(5), MessageBody.of(2), MessageBody.UNKNOWN,
				MessageBody.of(0), MessageBody.NONE)) {
			assertThat(Framing.of(request, received)).as("%s", received).isEqualTo(MessageBody.UNKNOWN);
		}
		assertThat(Framing.of(request, MessageBody.of(3))).isEqualTo(MessageBody.of(3));
		MockServerHttpRequest zero = MockServerHttpRequest.post("/").header("content-length", "0").build();
		assertThat(Framing.of(zero, MessageBody.of(5))).isEqualTo(MessageBody.UNKNOWN);
		assertThat(Framing.of(zero, MessageBody.NONE)).isEqualTo(MessageBody.of(0));
		assertThat(Framing.of(MockServerHttpRequest.post("/").build(), MessageBody.of(5)))
			.isEqualTo(MessageBody.UNKNOWN);
		assertThat(Framing.of(MockServerHttpRequest.get("/").build(), MessageBody.NONE)).isEqualTo(MessageBody.NONE);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0, is longer", "1, 0, is longer", "2, 1, is longer", "4, 1, is longer", "6, 2, ends 1 bytes early",
			"5000, 2, ends 4995 bytes early" })
	void exactBodyFailsWithAnotherLengthBeforeSurplusIsPassedOn(long length, long passed, String difference) {
		StepVerifier.create(ExactBody.of(Flux.just(buffer("ab"), buffer("cde")), length))
			.expectNextCount(passed)
			.verifyErrorMessage("The body was announced with " + length + " bytes and " + difference);
	}

	@Test
	void exactBodyReleasesSurplus() {
		NettyDataBufferFactory factory = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
		NettyDataBuffer surplus = factory.allocateBuffer(8);
		surplus.write(new byte[5]);
		StepVerifier.create(ExactBody.of(Flux.just(surplus), 4)).verifyError(IllegalStateException.class);
		assertThat(surplus.getNativeBuffer().refCnt()).isZero();
	}

	@Test
	void unseenBodyPassesNothingOn() {
		NettyDataBufferFactory factory = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
		NettyDataBuffer unseen = factory.allocateBuffer(8);
		unseen.write(new byte[5]);
		StepVerifier.create(UnseenBody.of(Flux.just(buffer(""), unseen).concatWith(Flux.never()))).verifyComplete();
		assertThat(unseen.getNativeBuffer().refCnt()).isZero();
		StepVerifier.create(UnseenBody.of(Flux.empty())).verifyComplete();
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
