package io.gatewaywasm.test;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.test.callout.GrpcCallResponse;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.ExchangeAssert;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.exchange.UpstreamResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Everything that the kit simulates, shown with a filter that runs the commands in a
 * header.
 */
class ProbeFilterTests {

	private static final String VERIFY_FIRST = "The filter failed. If the test expects this failure, verify it first:"
			+ " assertThat(%s).hasFailed(\"trap\")";

	private static final String VERIFY_EXCHANGE_FIRST = VERIFY_FIRST.formatted("exchange");

	private static final String VERIFY_FILTER_FIRST = VERIFY_FIRST.formatted("filter");

	@RegisterExtension
	static FilterUnderTest filter = FilterUnderTest.of("classpath:filters/probe_rust.wasm").rootId("probe");

	private static FilterRequest probe(String commands) {
		return filter.get("/").header("x-probe", commands);
	}

	@Test
	void headersOfTheRequestAreChanged() {
		Exchange exchange = probe("add:x-a=1,replace:x-b=2,remove:x-c,path:/other?q=1,authority:other.example")
			.header("x-b", "old")
			.header("x-b", "older")
			.header("x-c", "gone")
			.send();
		assertThat(exchange).forwarded()
			.hasPath("/other?q=1")
			.hasHeader(":authority", "other.example")
			.hasHeader("x-a", "1")
			.hasHeader("x-b", "2")
			.hasNoHeader("x-c");
	}

	@Test
	void headersOfTheResponseAreChanged() {
		Exchange exchange = filter.get("/")
			.header("x-probe-resp", "status:201,add:x-a=1,get:server")
			.respond(UpstreamResponse.status(200).header("server", "test").body("body"))
			.send();
		assertThat(exchange).answered()
			.hasStatus(201)
			.hasHeader("x-a", "1")
			.hasHeader("x-get", "server=test")
			.hasBody("body")
			.isComplete();
	}

	@Test
	void trailersOfTheRequestAreChanged() {
		Exchange exchange = filter.post("/")
			.header("x-probe-trailers", "trailer:x-a=1")
			.chunks("a", "b")
			.trailer("x-checksum", "17")
			.send();
		assertThat(exchange).forwarded()
			.hasBody("ab")
			.hasTrailer("x-checksum", "17")
			.hasTrailer("x-a", "1")
			.isComplete();
		assertThat(filter.trace().calls("proxy_on_request_trailers")).singleElement()
			.satisfies((call) -> assertThat(call.arguments()).contains("trailers=1"));
	}

	@Test
	void requestOfTrailersAloneHasNoBody() {
		Exchange exchange = probe("eos").trailer("x-checksum", "17").send();
		assertThat(exchange).forwarded()
			.hasHeader("x-eos", "false")
			.hasBody("")
			.hasTrailer("x-checksum", "17")
			.isComplete();
	}

	@Test
	void trailersOfTheResponseAreChanged() {
		Exchange exchange = filter.get("/")
			.header("x-probe-resp-trailers", "trailer:x-a=1")
			.respond(UpstreamResponse.status(200).chunks("a", "b").trailer("x-checksum", "17"))
			.send();
		assertThat(exchange).answered()
			.hasBody("ab")
			.hasTrailer("x-checksum", "17")
			.hasTrailer("x-a", "1")
			.isComplete();
	}

	@Test
	void propertiesAreGivenAndSet() {
		Exchange exchange = probe("prop:source.address,prop:request.url_path,set-prop:my.note=seen")
			.property("source.address", "10.0.0.1:1234")
			.send();
		assertThat(exchange).hasSetProperty("my.note", "seen")
			.forwarded()
			.header("x-prop")
			.contains("source.address=" + hex("10.0.0.1:1234"), "request.url_path=" + hex("/"));
	}

	@Test
	void timeStandsStillUntilItIsMoved() {
		filter.time(Instant.parse("2030-01-01T00:00:00Z"));
		assertThat(probe("time,wasi-time").send()).forwarded()
			.hasHeader("x-time", "1893456000000000000")
			.hasHeader("x-wasi-time", "1893456000000000000");
		filter.advance(Duration.ofMillis(1500));
		assertThat(probe("time").send()).forwarded().hasHeader("x-time", "1893456001500000000");
	}

	@Test
	void ticksComeWhenTimePasses() {
		filter.configuration("tick=1000").start();
		filter.advance(Duration.ofMillis(3500));
		assertThat(filter.trace().calls("proxy_on_tick")).hasSize(3);
		filter.tick();
		assertThat(filter.logs(LogLevel.DEBUG)).contains("probe tick 4 #1");
		assertThat(filter.sharedData().text("probe.ticks")).isNotNull();
	}

	@Test
	void filterWithoutATimerWaitsForNoTick() {
		assertThatIllegalStateException().isThrownBy(filter::tick).withMessage("The filter has not set a tick period");
	}

	@Test
	void streamPausedByATickContinuesAfterIt() {
		filter.configuration("tick=1000");
		Exchange exchange = probe("pause-tick").send();
		assertThat(exchange).isPaused();
		filter.tick();
		assertThat(exchange).isNotPaused().wasForwarded();
	}

	@Test
	void streamThatIsNeverResumedGetsTheFailStrategy() {
		Exchange exchange = probe("pause").send();
		filter.advance(Duration.ofSeconds(59));
		assertThat(exchange).isPaused();
		filter.advance(Duration.ofSeconds(1));
		assertThat(exchange).hasFailed("pause-timeout").answered().hasStatus(503);
	}

	@Test
	void environmentIsSeen() {
		filter.environment("REGION", "eu");
		assertThat(probe("env:REGION,env:OTHER").send()).forwarded().hasHeader("x-env", "REGION=eu", "OTHER=absent");
	}

	@Test
	void sharedDataIsSeededAndRead() {
		filter.sharedData().put("greeting", "hello");
		assertThat(probe("shared-get:greeting,shared-set:answer=42").send()).forwarded()
			.hasHeader("x-shared", "greeting=hello", "answer=ok");
		assertThat(filter).hasSharedData("answer", "42");
	}

	@Test
	void queuesAreFilledAndEmptied() {
		filter.configuration("queue=jobs").start();
		filter.sharedData().enqueue("jobs", "first".getBytes(StandardCharsets.UTF_8));
		assertThat(filter.logs()).extracting((line) -> line.text())
			.anyMatch((text) -> text.startsWith("probe queue jobs #1: first"));
		assertThat(filter.sharedData().dequeue("jobs")).isNull();
	}

	@Test
	void metricsAreKept() {
		probe("counter:hits=2,counter:hits,gauge:level=7,histogram:sizes=3,histogram:sizes=5").send();
		assertThat(filter).hasMetric("hits", 3).hasMetric("level", 7);
		assertThat(filter.metrics().get("sizes").recorded()).containsExactly(3L, 5L);
	}

	@Test
	void logLinesKeepTheirLevel() {
		probe("log").send();
		assertThat(filter).hasLogged(LogLevel.CRITICAL, "probe at Critical")
			.hasLogged(LogLevel.TRACE, "probe at Trace");
		filter.logLevel(LogLevel.WARN);
		assertThat(probe("log-level").send()).forwarded().hasHeader("x-log-level", "3");
	}

	@Test
	void foreignFunctionsAreCalled() {
		filter.foreignFunction("upper", (call, arguments) -> new String(arguments, StandardCharsets.UTF_8).toUpperCase()
			.getBytes(StandardCharsets.UTF_8));
		filter.foreignFunction("missing", (call, arguments) -> {
			throw StatusException.of(Status.NOT_FOUND);
		});
		assertThat(probe("foreign:upper=abc,foreign:missing=x").send()).forwarded()
			.hasHeader("x-foreign", "upper=ABC", "missing=!NotFound");
	}

	@Test
	void httpCallHasBodyTrailersAndFailures() {
		filter.upstream("one", HttpCallResponse.status(204).body("fine").trailer("x-end", "1"))
			.upstream("two", HttpCallResponse.failure("connection refused"));
		Exchange answered = probe("call-method:PUT,call-body:abc,pause-call:one:/a").send();
		assertThat(answered).forwarded()
			.hasHeader("x-call-status", "204")
			.hasHeader("x-call-body", "fine")
			.hasHeader("x-call-trailer", "x-end=1");
		assertThat(filter.httpCalls().get(0).body()).isEqualTo("abc");
		Exchange failed = probe("pause-call:two:/b").send();
		assertThat(failed).forwarded()
			.hasHeader("x-call-status", "503")
			.header("x-call-body")
			.first()
			.asString()
			.contains("connection refused");
	}

	@Test
	void grpcCallIsAnswered() {
		filter.grpcUpstream("orders", GrpcCallResponse.ok(new byte[] { 1, 2 }).trailingMetadata("x-end", "1"));
		assertThat(probe("grpc-call:orders:shop.Orders/Get:0x0a01").send()).forwarded()
			.hasHeader("x-grpc-status", "0")
			.hasHeader("x-grpc-body", "0102");
		assertThat(filter.grpcCalls()).singleElement().satisfies((call) -> {
			assertThat(call).hasToString("shop.Orders/Get to orders");
			assertThat(call.messages()).containsExactly(new byte[] { 10, 1 });
		});
	}

	@Test
	void grpcStreamIsAnsweredByTheTest() {
		filter.grpcUpstream("orders");
		Exchange exchange = probe("grpc-stream:orders:shop.Orders/Watch:a:3").send();
		assertThat(exchange).isPaused();
		assertThat(filter.grpcCalls().get(0).messages()).hasSize(3);
		filter.grpcCalls().get(0).send("b".getBytes(StandardCharsets.UTF_8));
		filter.grpcCalls().get(0).respond(GrpcCallResponse.failure(5, "no such order"));
		assertThat(exchange).forwarded()
			.hasHeader("x-grpc-status", "5")
			.hasHeader("x-grpc-message", "no such order")
			.hasHeader("x-grpc-body", "62");
	}

	@Test
	void localResponseTakesTheWayOfAResponse() {
		Exchange exchange = probe("local:418").header("x-probe-resp", "add:x-late=1").send();
		assertThat(exchange).hasLocalResponse(418)
			.answered()
			.hasStatus(418)
			.hasHeader("x-local", "probe")
			.hasHeader("x-late", "1")
			.hasBody("local reply\n");
	}

	@Test
	void localResponseInTheResponseReplacesIt() {
		Exchange exchange = filter.get("/")
			.header("x-probe-resp", "local:502")
			.respond(UpstreamResponse.status(200).header("server", "test").body("from upstream"))
			.send();
		assertThat(exchange).wasForwarded()
			.hasLocalResponse(502)
			.answered()
			.hasStatus(502)
			.hasNoHeader("server")
			.hasBody("local reply\n");
	}

	@Test
	void connectionIsCut() {
		assertThat(probe("reset").send()).wasReset().wasNotForwarded();
	}

	@Test
	void responseComesWhenTheTestSaysSo() {
		Exchange exchange = probe("ctx").respondLater().send();
		assertThat(exchange).isNotPaused().wasForwarded().wasNotAnswered();
		exchange.respond(UpstreamResponse.status(204));
		assertThat(exchange).answered().hasStatus(204);
		assertThatIllegalStateException().isThrownBy(() -> exchange.respond(UpstreamResponse.status(200)));
	}

	@Test
	void clientThatGoesAwayEndsTheStream() {
		Exchange exchange = probe("pause").send();
		exchange.cancel();
		assertThat(filter.trace().calls("proxy_on_done")).hasSize(1);
		assertThat(filter.status().counters().activeStreams()).isZero();
	}

	@Test
	void trapGetsTheFailurePolicyAndTheNextRequestAFreshVm() {
		assertThat(probe("trap").send()).hasFailed("trap")
			.hasNoLocalResponse()
			.wasNotForwarded()
			.answered()
			.hasStatus(503);
		assertThat(filter.status().counters().failures()).isEqualTo(1);
		assertThat(probe("ctx").send()).forwarded().hasHeader("x-ctx", "2");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(filter).hasNotFailed())
			.withMessageContaining("proxy_on_request_headers trapped");
	}

	@ParameterizedTest
	@MethodSource
	void noAssertionAboutAnExchangeHoldsAfterAFailureThatTheTestDoesNotExpect(String assertion,
			Supplier<Exchange> failed, Consumer<ExchangeAssert> call) {
		Exchange exchange = failed.get();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> call.accept(assertThat(exchange)))
			.withMessageContaining(VERIFY_EXCHANGE_FIRST)
			.withMessageContaining("In this exchange the filter trapped: proxy_on_");
		// Without the rule, the assertion would have held.
		assertThat(exchange).hasFailed("trap");
		call.accept(assertThat(exchange));
	}

	static Stream<Arguments> noAssertionAboutAnExchangeHoldsAfterAFailureThatTheTestDoesNotExpect() {
		Supplier<Exchange> closed = () -> probe("set-prop:my.note=seen,trap").send();
		Supplier<Exchange> open = () -> {
			filter.spec((spec) -> spec.failStrategy(FailStrategy.OPEN));
			return probe("trap").respondLater().send();
		};
		Supplier<Exchange> local = () -> probe("local:418").header("x-probe-resp", "trap").send();
		Supplier<Exchange> cut = () -> probe("ctx").header("x-probe-resp-body", "trap")
			.respond(UpstreamResponse.status(200).body("from upstream"))
			.send();
		return Stream.of(ofExchange("answered", closed, ExchangeAssert::answered),
				ofExchange("wasNotForwarded", closed, ExchangeAssert::wasNotForwarded),
				ofExchange("hasNoLocalResponse", closed, ExchangeAssert::hasNoLocalResponse),
				ofExchange("isNotPaused", closed, ExchangeAssert::isNotPaused),
				ofExchange("hasSetProperty", closed, (exchange) -> exchange.hasSetProperty("my.note", "seen")),
				ofExchange("forwarded", open, ExchangeAssert::forwarded),
				ofExchange("wasForwarded", open, ExchangeAssert::wasForwarded),
				ofExchange("wasNotAnswered", open, ExchangeAssert::wasNotAnswered),
				ofExchange("hasLocalResponse", local, (exchange) -> exchange.hasLocalResponse(418)),
				ofExchange("wasReset", cut, ExchangeAssert::wasReset));
	}

	private static Arguments ofExchange(String assertion, Supplier<Exchange> failed, Consumer<ExchangeAssert> call) {
		return Arguments.of(assertion, failed, call);
	}

	@ParameterizedTest
	@MethodSource
	void noAssertionAboutAFilterHoldsAfterAFailureThatTheTestDoesNotExpect(String assertion,
			Consumer<FilterAssert> call) {
		probe("counter:hits=2,shared-set:answer=42,log,trap").send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> call.accept(assertThat(filter)))
			.withMessageContaining(VERIFY_FILTER_FIRST)
			.withMessageContaining("In this test the filter trapped: proxy_on_request_headers: ");
		// Without the rule, the assertion would have held.
		call.accept(assertThat(filter).hasFailed("trap"));
	}

	static Stream<Arguments> noAssertionAboutAFilterHoldsAfterAFailureThatTheTestDoesNotExpect() {
		return Stream.of(ofFilter("hasLogged", (it) -> it.hasLogged(LogLevel.CRITICAL, "probe at Critical")),
				ofFilter("logs", (it) -> it.logs(LogLevel.CRITICAL)),
				ofFilter("hasMetric", (it) -> it.hasMetric("hits", 2)),
				ofFilter("hasSharedData", (it) -> it.hasSharedData("answer", "42")),
				ofFilter("hasCalled", FilterAssert::hasCalled));
	}

	private static Arguments ofFilter(String assertion, Consumer<FilterAssert> call) {
		return Arguments.of(assertion, call);
	}

	@Test
	void silenceOfAFilterIsNotShownAfterAFailureThatTheTestDoesNotExpect() {
		probe("trap").send();
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(filter).hasLoggedNothingAt(LogLevel.CRITICAL))
			.withMessageContaining(VERIFY_FILTER_FIRST);
		assertThat(filter).hasFailed("trap").hasLoggedNothingAt(LogLevel.CRITICAL);
	}

	/**
	 * The rule has a test for all assertions but {@code isPaused}, which a failure itself
	 * makes false.
	 */
	@Test
	void allAssertionsHaveATestOfTheRule() {
		assertThat(assertions(ExchangeAssert.class)).containsExactlyInAnyOrderElementsOf(
				names(noAssertionAboutAnExchangeHoldsAfterAFailureThatTheTestDoesNotExpect(), "isPaused"));
		assertThat(assertions(FilterAssert.class)).containsExactlyInAnyOrderElementsOf(
				names(noAssertionAboutAFilterHoldsAfterAFailureThatTheTestDoesNotExpect(), "hasLoggedNothingAt"));
	}

	private static List<String> names(Stream<Arguments> tested, String other) {
		return Stream.concat(tested.map((arguments) -> (String) arguments.get()[0]), Stream.of(other)).toList();
	}

	private static List<String> assertions(Class<?> type) {
		return Stream.of(type.getDeclaredMethods())
			.filter((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
			.map(Method::getName)
			.filter((name) -> !Set.of("hasFailed", "hasNotFailed").contains(name))
			.toList();
	}

	@Test
	void failureThatIsExpectedOfTheFilterIsNotExpectedOfAnExchange() {
		Exchange meant = probe("trap").send();
		Exchange accident = probe("trap").send();
		assertThat(filter).hasFailed("trap").hasCalled();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(accident).wasNotForwarded())
			.withMessageContaining("In this exchange the filter trapped: proxy_on_request_headers: ");
		assertThat(meant).hasFailed("trap").wasNotForwarded();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(accident).wasNotForwarded())
			.withMessageContaining(VERIFY_EXCHANGE_FIRST);
	}

	@Test
	void expectedFailureLetsLaterAssertionsDescribeItsEffects() {
		Exchange exchange = probe("trap").send();
		assertThat(exchange).hasFailed("trap");
		assertThat(exchange).wasNotForwarded().hasNoLocalResponse().isNotPaused().answered().hasStatus(503);
		assertThat(filter).hasCalled().hasLoggedNothingAt(LogLevel.CRITICAL);
	}

	@Test
	void failureOutsideAnExchangeIsExpectedFromTheFilter() {
		filter.configuration("tick=1000 trap-tick").start();
		filter.tick();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(filter).hasCalled())
			.withMessageContaining("In this test the filter trapped: proxy_on_tick: ");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(filter).hasFailed("timeout"))
			.withMessageContaining("Expected the filter to fail with 'timeout' but it did not");
		assertThat(filter).hasFailed("trap").hasCalled();
	}

	@Test
	void unknownReasonOfAFailureIsRefused() {
		Exchange exchange = probe("trap").send();
		assertThatIllegalArgumentException().isThrownBy(() -> assertThat(exchange).hasFailed("trapp"))
			.withMessageContaining("'trapp' is not a reason of a failure.")
			.withMessageContaining("timeout, trap, unavailable");
		assertThat(exchange).hasFailed("trap");
	}

	@Test
	void trapWithOpenStrategyLetsTheRequestThrough() {
		filter.spec((spec) -> spec.failStrategy(FailStrategy.OPEN));
		assertThat(probe("trap").send()).hasFailed("trap").hasNoLocalResponse().wasForwarded();
	}

	@Test
	void failedAssertionShowsStackAndLastLinesOfATrap() {
		Exchange exchange = probe("log:info=before,trap").send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasLocalResponse(503))
			.withMessageContaining("Expected the filter to respond with 503 but it failed")
			.withMessageContaining("In this exchange the filter trapped: proxy_on_request_headers: ")
			.withMessageContaining("\n    at ")
			.withMessageContaining("Its last log lines:\n");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).answered().hasStatus(200))
			.withMessageContaining("In this exchange the filter trapped");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasNotFailed());
	}

	@Test
	void localResponseIsNotAFailure() {
		Exchange exchange = probe("local:418").send();
		assertThat(exchange).hasNotFailed().hasLocalResponse(418);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasFailed("trap"))
			.withMessageContaining("but it did not fail");
	}

	@Test
	void pauseThatLastsTooLongIsAFailureOfItsExchangeAlone() {
		Exchange first = probe("pause").send();
		filter.advance(Duration.ofSeconds(30));
		Exchange second = probe("pause").send();
		filter.advance(Duration.ofSeconds(31));
		assertThat(first).hasFailed("pause-timeout").hasNoLocalResponse();
		assertThat(second).hasNotFailed().isPaused();
	}

	@Test
	void bodyIsReadAsJson() {
		Exchange exchange = filter.get("/")
			.respond(UpstreamResponse.status(200)
				.body("{ \"items\": [ { \"name\": \"a\\u0041\\n\", \"price\": 1.50 } ], \"n\": 3, \"none\": null }"))
			.send();
		assertThat(exchange).answered()
			.hasJson("$.items[0].name", "aA\n")
			.hasJson("$.items[0].price", 1.5)
			.hasJson("n", 3)
			.hasJson("none", null)
			.hasJsonBody("{\"n\":3,\"none\":null,\"items\":[{\"price\":1.5,\"name\":\"aA\\n\"}]}");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(exchange).answered().hasJson("$.items[1].name", "b"))
			.withMessageContaining("'$.items[1].name' does not exist in { \"items\": [");
		Exchange text = filter.get("/").respond(UpstreamResponse.status(200).body("[1,]")).send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(text).answered().hasJsonBody("[1]"))
			.withMessageContaining("The body is not JSON: at character 3, found ']'");
	}

	@Test
	void loopIsStoppedAlthoughTimeStandsStill() {
		assertThat(probe("loop").send()).hasFailed("timeout");
		assertThat(filter.status().lastError()).contains("used more than");
	}

	@Test
	void eachTestHasAVmOfItsOwn() {
		assertThat(probe("ctx").send()).forwarded().hasHeader("x-ctx", "2");
		assertThat(probe("ctx").send()).forwarded().hasHeader("x-ctx", "3");
	}

	@Test
	void settingsAfterTheFirstRequestAreRefused() {
		probe("ctx").send();
		assertThatIllegalStateException().isThrownBy(() -> filter.configuration("late"))
			.withMessageContaining("before its first request");
	}

	@Test
	void exchangeTakesLessThanASecond() {
		for (int i = 0; i < 200; i++) {
			probe("add:x-a=1").send();
		}
		long start = System.nanoTime();
		for (int i = 0; i < 100; i++) {
			probe("add:x-a=1").send();
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
	}

	private static String hex(String text) {
		StringBuilder hex = new StringBuilder();
		for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
			hex.append("%02x".formatted(value));
		}
		return hex.toString();
	}

}
