package io.gatewaywasm.test;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.UpstreamResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Bodies on their way through a filter.
 */
class BodyFilterTests {

	@RegisterExtension
	static FilterUnderTest filter = FilterUnderTest.of("classpath:filters/body_rust.wasm");

	@Test
	void chunksAreForwardedOneByOne() {
		Exchange exchange = filter.post("/").header("x-body", "upper").chunks("ab", "cd").send();
		assertThat(exchange).forwarded().hasBody("ABCD").isComplete();
		assertThat(exchange.forwarded().chunks()).hasSize(2);
	}

	@Test
	void endOfABodyIsNotItsLength() {
		filter.post("/").header("x-body", "count").body("abc").send();
		assertThat(filter.trace().calls("proxy_on_request_body")).satisfiesExactly(
				(call) -> assertThat(call.arguments()).contains("size=3", "end_of_stream=false"),
				(call) -> assertThat(call.arguments()).contains("size=0", "end_of_stream=true"));
	}

	@Test
	void lengthOfARewrittenBodyIsNotAnnounced() {
		Exchange exchange = filter.post("/").header("x-body", "append:def").body("abc").send();
		assertThat(exchange).forwarded().hasBody("abcdef").hasNoHeader("content-length");
	}

	@Test
	void bodyIsHeldUntilItIsComplete() {
		Exchange exchange = filter.get("/")
			.header("x-body-resp", "replace:new")
			.respond(UpstreamResponse.status(200).chunks("a", "b", "c"))
			.send();
		assertThat(exchange).answered().hasBody("new").isComplete();
		assertThat(exchange.answered().chunks()).hasSize(1);
	}

	@Test
	void bodyIsHeldUntilACallIsAnswered() {
		filter.upstream("scan");
		Exchange exchange = filter.post("/").header("x-body", "pause-call-end:scan").body("abc").send();
		assertThat(exchange).isPaused();
		filter.httpCalls().get(0).respond(HttpCallResponse.status(200));
		assertThat(exchange).isNotPaused().forwarded().hasBody("abc").isComplete();
	}

	@Test
	void headersAreHeldUntilTheBodyWasSeen() {
		filter.spec((spec) -> spec.headersStopIteration(true));
		Exchange exchange = filter.post("/")
			.header("x-body", "hold-headers,size-header:x-size")
			.chunks("abc", "def")
			.send();
		assertThat(exchange).forwarded().hasBody("abcdef").header("x-size").hasSize(1);
	}

	@Test
	void filterRepliesToABody() {
		Exchange exchange = filter.post("/").header("x-body", "local-end:400").chunks("abc", "def").send();
		assertThat(exchange).hasLocalResponse(400).answered().hasBody("local reply from body\n");
	}

	@Test
	void requestBodyThatDoesNotFitIsAFailureOfItsExchangeAlone() {
		limitBodies();
		filter.upstream("scan");
		Exchange other = filter.post("/").header("x-body", "pause-call-end:scan").body("abc").send();
		Exchange exchange = filter.post("/").header("x-body", "buffer").chunks("abc", "def").send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasLocalResponse(413))
			.withMessageContaining("Expected the filter to respond with 413 but it failed")
			.withMessageContaining("In this exchange the filter failed (body-buffer): it buffered more bytes of the"
					+ " request's body than `limits.body-buffer` allows. The host responded with 413");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(filter).hasNotFailed())
			.withMessageContaining("limits.body-buffer");
		assertThat(exchange).hasFailed("body-buffer").hasNoLocalResponse().wasNotForwarded().answered().hasStatus(413);
		assertThat(other).hasNotFailed().isPaused();
	}

	@Test
	void responseBodyThatDoesNotFitIsAFailure() {
		limitBodies();
		Exchange exchange = filter.get("/")
			.header("x-body-resp", "buffer")
			.respond(UpstreamResponse.status(200).chunks("abc", "def"))
			.send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasLocalResponse(500))
			.withMessageContaining("it buffered more bytes of the response's body than `limits.body-buffer` allows.");
		assertThat(exchange).hasFailed("body-buffer").hasNoLocalResponse().answered().hasStatus(500);
	}

	private static void limitBodies() {
		filter.spec((spec) -> spec.limits(PluginLimits.builder().streams((streams) -> streams.bodyBuffer(4)).build()));
	}

	@Test
	void trailersLetGoOfABodyThatIsHeld() {
		Exchange exchange = filter.get("/")
			.header("x-body-resp", "buffer")
			.respond(UpstreamResponse.status(200).chunks("abc", "def").trailer("x-checksum", "17"))
			.send();
		assertThat(exchange).answered().hasBody("abcdef").hasTrailer("x-checksum", "17");
	}

	@Test
	void trailersOfRequestsLetGoOfABodyThatIsHeld() {
		Exchange exchange = filter.post("/")
			.header("x-body", "buffer")
			.chunks("abc", "def")
			.trailer("x-checksum", "17")
			.send();
		assertThat(exchange).forwarded().hasBody("abcdef").hasTrailer("x-checksum", "17").isComplete();
		assertThat(filter.trace().calls("proxy_on_request_body"))
			.noneMatch((call) -> call.arguments().contains("end_of_stream=true"));
	}

	@Test
	void trailerIsAddedAtTheEndOfTheBodyOfARequest() {
		Exchange exchange = filter.post("/").header("x-body", "trailer:x-sum=1").chunks("abc", "def").send();
		assertThat(exchange).forwarded().hasBody("abcdef").hasTrailer("x-sum", "1").isComplete();
	}

	@Test
	void trailerIsAddedAtTheEndOfTheBody() {
		Exchange exchange = filter.get("/")
			.header("x-body-resp", "trailer:x-sum=1")
			.respond(UpstreamResponse.status(200).chunks("abc", "def"))
			.send();
		assertThat(exchange).answered().hasBody("abcdef").hasTrailer("x-sum", "1").isComplete();
	}

}
