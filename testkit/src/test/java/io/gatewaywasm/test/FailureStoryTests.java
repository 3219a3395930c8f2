package io.gatewaywasm.test;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.Message;
import io.gatewaywasm.test.exchange.UpstreamResponse;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * A test cannot miss a failure of its filter, and gets to know its cause.
 */
@WasmFilterTest(value = "classpath:filters/probe_rust.wasm", rootId = "probe")
class FailureStoryTests {

	private static final String CALLS = "Calls between the filter and its host:\n";

	@Test
	void localResponseThatDoesNotFitIsAFailure(FilterUnderTest filter) {
		filter.spec((spec) -> spec.limits(PluginLimits.builder().sizes((sizes) -> sizes.localResponse(5)).build()));
		Exchange exchange = filter.get("/").header("x-probe", "local:403").send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasLocalResponse(500))
			.withMessageContaining("Expected the filter to respond with 500 but it failed")
			.withMessageContaining("its local response exceeds `limits.local-response`");
		assertThat(exchange).hasFailed("local-response-too-large").hasNoLocalResponse().answered().hasStatus(500);
	}

	@Test
	void changeOfHeadersThatTheBodyHasSentOnIsAFailure(FilterUnderTest filter) {
		filter.spec((spec) -> spec.headersStopIteration(true));
		Exchange exchange = filter.post("/")
			.header("x-probe", "pause")
			.header("x-probe-body", "add:x-late=1")
			.chunks("a", "b")
			.send();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasLocalResponse(503))
			.withMessageContaining("it changed headers that had waited and were already sent on.");
		assertThat(exchange).hasFailed("late-header-change").hasNoLocalResponse().answered().hasStatus(503);
	}

	@Test
	void pauseOfABodyThatLastsTooLongIsAFailureOfItsExchangeAlone(FilterUnderTest filter) {
		filter.spec((spec) -> spec.failStrategy(FailStrategy.OPEN));
		Exchange first = filter.post("/").header("x-probe-body", "pause").body("abc").respondLater().send();
		filter.advance(Duration.ofSeconds(30));
		Exchange second = filter.get("/").header("x-probe", "pause").send();
		filter.advance(Duration.ofSeconds(31));
		assertThat(first).hasFailed("pause-timeout").forwarded().hasBody("abc");
		assertThat(second).hasNotFailed().isPaused();
	}

	@Test
	void assertionsAboutListsShowTheCalls(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").header("x-probe", "add:x-a=1").send();
		shows(() -> assertThat(exchange).forwarded().header("x-a").containsExactly("2"), "header 'x-a'", CALLS);
		shows(() -> assertThat(exchange).forwarded().header("x-a").first().isEqualTo("2"), "header 'x-a'", CALLS);
		shows(() -> assertThat(filter).logs(LogLevel.WARN).contains("x"), "log lines at WARN", CALLS);
	}

	@Test
	void assertionsAboutListsShowTheFailure(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").header("x-probe", "trap").send();
		assertThat(exchange).hasFailed("trap");
		shows(() -> assertThat(exchange).answered().header("x-a").contains("2"),
				"In this exchange the filter trapped: proxy_on_request_headers");
	}

	@Test
	void assertionsAboutAPausedExchangeSayThatItIsPaused(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").header("x-probe", "pause").send();
		shows(() -> assertThat(exchange).forwarded(),
				"Expected the request to reach the upstream but it did not: the filter has paused the exchange\n");
		shows(() -> assertThat(exchange).answered(), "but there was none: the filter has paused the exchange\n");
		shows(() -> assertThat(exchange).hasLocalResponse(403), "it did not: the filter has paused the exchange\n");
	}

	@Test
	void assertionsListTheCalloutsWithoutAResponse(FilterUnderTest filter) {
		filter.upstream("auth");
		Exchange exchange = filter.get("/").header("x-probe", "pause-call:auth:/check").send();
		shows(() -> assertThat(exchange).forwarded(),
				"the filter has paused the exchange\n\nCallouts without a response:\n    GET /check to auth\n\n"
						+ CALLS);
		filter.httpCalls().get(0).respond(HttpCallResponse.status(200));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(exchange).forwarded().hasHeader("x-call-status", "403"))
			.withMessageNotContaining("Callouts without a response");
	}

	@Test
	void assertionsAboutAnExchangeWithoutAResponseNameTheReason(FilterUnderTest filter) {
		Exchange waits = filter.get("/").respondLater().send();
		shows(() -> assertThat(waits).answered(),
				"there was none: the upstream has not responded. Call respond(…) on the exchange\n");
		Exchange reset = filter.get("/").header("x-probe", "reset").send();
		shows(() -> assertThat(reset).answered(), "there was none: the connection was reset\n");
	}

	@Test
	void valueThatJsonDoesNotHaveIsReportedWithTheJson(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").respond(UpstreamResponse.status(200).body("{\"a\":{\"b\":null}}")).send();
		shows(() -> assertThat(exchange).answered().hasJson("$.a.c", 1),
				"'$.a.c' does not exist in {\"a\":{\"b\":null}}");
	}

	@Test
	void accessToTheMessageOfAFailedExchangeNamesTheFailure(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").header("x-probe", "trap").send();
		Message answered = exchange.answered();
		assertThat(answered.failure()).isEqualTo(exchange.failure());
		assertThatIllegalArgumentException().isThrownBy(() -> answered.json("$.a"))
			.withMessageStartingWith("The body is not JSON: at character 0, found the end")
			.withMessageContaining("In this exchange the filter trapped: proxy_on_request_headers");
		assertThatIllegalArgumentException().isThrownBy(answered::json)
			.withMessageContaining("In this exchange the filter trapped: proxy_on_request_headers");
		assertThat(exchange.toString()).contains("In this exchange the filter trapped: proxy_on_request_headers");
	}

	@Test
	void invalidExpectedJsonIsReported(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").respond(UpstreamResponse.status(200).body("{}")).send();
		assertThat(exchange.answered().failure()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> assertThat(exchange).answered().hasJsonBody("{a"))
			.withMessage("The expected JSON is invalid: at character 1, found 'a' in \"{a\"");
	}

	@Test
	void failureAtWhichNoAssertionHasLookedFailsTheTest() {
		List<String> messages = EngineTestKit.engine("junit-jupiter")
			.selectors(selectClass(Traps.class))
			.execute()
			.testEvents()
			.assertStatistics((statistics) -> statistics.succeeded(3).failed(3))
			.failed()
			.stream()
			.flatMap(FailureStoryTests::message)
			.sorted()
			.toList();
		assertThat(messages.get(2)).isEqualTo("another reason");
		assertThat(messages.subList(0, 2)).allSatisfy((message) -> assertThat(message)
			.startsWith("The filter failed, and no assertion of the test has looked at it. If the test expects this"
					+ " failure, verify it: assertThat(filter).hasFailed(\"trap\")\n\nIn this test the filter trapped: ")
			.contains(CALLS));
	}

	private static Stream<String> message(Event event) {
		return event.getPayload(TestExecutionResult.class)
			.flatMap((result) -> result.getThrowable())
			.map(Throwable::getMessage)
			.stream();
	}

	private static void shows(ThrowingCallable assertion, String... texts) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion)
			.satisfies((error) -> assertThat(error.getMessage()).contains(texts));
	}

	/** Run by {@link #failureAtWhichNoAssertionHasLookedFailsTheTest()} only. */
	@WasmFilterTest(value = "classpath:filters/probe_rust.wasm", rootId = "probe",
			configuration = "tick=1000 trap-tick")
	static class Traps {

		@Test
		void statusAlone(FilterUnderTest filter) {
			assertThat(trap(filter).answered().status()).isEqualTo(503);
		}

		@Test
		void tick(FilterUnderTest filter) {
			filter.tick();
		}

		@Test
		void failedForAnotherReason(FilterUnderTest filter) {
			trap(filter);
			throw new IllegalStateException("another reason");
		}

		@Test
		void expectedOfTheExchange(FilterUnderTest filter) {
			assertThat(trap(filter)).hasFailed("trap");
		}

		@Test
		void expectedOfTheFilter(FilterUnderTest filter) {
			trap(filter);
			assertThat(filter).hasFailed("trap");
		}

		@Test
		void read(FilterUnderTest filter) {
			assertThat(trap(filter).failure()).isNotNull();
		}

		private static Exchange trap(FilterUnderTest filter) {
			return filter.get("/").header("x-probe", "trap").send();
		}

	}

}
