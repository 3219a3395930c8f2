package io.gatewaywasm.test;

import java.nio.file.Path;
import java.time.Duration;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.callout.HttpCallout;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.exchange.UpstreamResponse;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The example filters, tested as their authors would.
 */
class ExampleFilterTests {

	@Nested
	@WasmFilterTest("classpath:filters/hello_world.wasm")
	class HelloWorld {

		@Test
		void greetsTheUpstreamByAuthority(FilterUnderTest filter) {
			Exchange exchange = filter.get("/headers").authority("localhost:8080").send();
			assertThat(exchange).forwarded().hasHeader("x-hello", "Hello world from localhost:8080");
			assertThat(exchange).answered().hasStatus(200).isComplete();
			assertThat(filter).hasLogged(LogLevel.INFO, "Got 4 HTTP headers in #2.").hasNotFailed();
		}

	}

	@Nested
	@WasmFilterTest(value = "classpath:filters/feature_targeting.wasm", configuration = """
			{ "features-header": "x-features", "target-header": "x-target",
			  "rules": [ { "features": ["beta", "eu"], "target": "beta-eu" },
			             { "features": ["beta"], "target": "beta" } ],
			  "default": "stable" }
			""")
	class FeatureTargeting {

		@Test
		void firstRuleThatFitsDecides(FilterUnderTest filter) {
			assertThat(filter.get("/").header("x-features", "eu, beta").send()).forwarded()
				.hasHeader("x-target", "beta-eu");
			assertThat(filter.get("/").header("x-features", "beta").send()).forwarded().hasHeader("x-target", "beta");
			assertThat(filter.get("/").send()).forwarded().hasHeader("x-target", "stable");
		}

		@Test
		void listMayBeSpreadOverSeveralHeaders(FilterUnderTest filter) {
			assertThat(filter.get("/").header("x-features", "beta").header("X-Features", "eu").send()).forwarded()
				.hasHeader("x-target", "beta-eu");
		}

		@Test
		void clientCannotChooseTheTarget(FilterUnderTest filter) {
			assertThat(filter.get("/").header("x-target", "admin").send()).forwarded().hasHeader("x-target", "stable");
		}

		@Test
		void invalidConfigurationIsRefused(FilterUnderTest filter) {
			filter.configuration("{");
			assertThatExceptionOfType(FilterStartException.class).isThrownBy(filter::start)
				.withMessageContaining("proxy_on_configure returned false")
				.withMessageContaining("and the filter's log lines.\n  The filter's last lines:\n    ERROR ");
		}

	}

	@Test
	void fileThatIsMissingIsNamed() {
		assertThatExceptionOfType(FilterStartException.class)
			.isThrownBy(() -> FilterUnderTest.of(Path.of("target/none.wasm")).start())
			.withMessageContaining("target/none.wasm does not exist")
			.withMessageContaining(Path.of("").toAbsolutePath().toString());
		assertThatExceptionOfType(FilterStartException.class)
			.isThrownBy(() -> FilterUnderTest.of("classpath:filters/none.wasm").start())
			.withMessageContaining("classpath:filters/none.wasm cannot be read")
			.withMessageContaining("src/test/resources");
		assertThatExceptionOfType(FilterStartException.class)
			.isThrownBy(() -> FilterUnderTest.of("filters/body_rewrite.wasm").start())
			.withMessageContaining("Did you mean 'classpath:filters/body_rewrite.wasm'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:", "file://" })
	void fileCanBeWrittenAsInTheGateway(String scheme) {
		Path file = Path.of("../filters/dist/hello_world.wasm").toAbsolutePath();
		assertThatNoException().isThrownBy(() -> FilterUnderTest.of(scheme + file).start());
	}

	@Nested
	@WasmFilterTest(value = "classpath:filters/body_rewrite.wasm", configuration = "4111 1111 1111 1111 => ****")
	class BodyRewrite {

		@Test
		void textIsReplacedAcrossChunks(FilterUnderTest filter) {
			UpstreamResponse response = UpstreamResponse.status(200)
				.header("content-type", "text/plain")
				.chunks("card 4111 1111 ", "1111 1111 is fine");
			Exchange exchange = filter.get("/card").respond(response).send();
			assertThat(exchange).answered().hasBody("card **** is fine").isComplete();
		}

		@Test
		void imageIsLeftAlone(FilterUnderTest filter) {
			UpstreamResponse response = UpstreamResponse.status(200)
				.header("content-type", "image/png")
				.body("4111 1111 1111 1111");
			Exchange exchange = filter.get("/card").respond(response).send();
			assertThat(exchange).answered().hasBody("4111 1111 1111 1111");
		}

	}

	@Nested
	@WasmFilterTest(value = "classpath:filters/ext_auth.wasm", configuration = """
			{ "upstream": "auth", "path": "/check", "timeout-ms": 1000,
			  "send-headers": ["authorization"], "accept-headers": ["x-user"] }
			""")
	class ExternalAuth {

		private final HttpCallResponse alice = HttpCallResponse.status(200).header("x-user", "alice");

		@Test
		void requestContinuesWithTheResultOfTheCall(FilterUnderTest filter) {
			filter.upstream("auth", this.alice);
			Exchange exchange = filter.get("/orders").header("authorization", "Bearer 1").send();
			assertThat(exchange).forwarded().hasHeader("x-user", "alice");
			HttpCallout call = filter.httpCalls().get(0);
			assertThat(call).hasToString("GET /check to auth");
			assertThat(call.header("authorization")).isEqualTo("Bearer 1");
			assertThat(call.header("x-original-path")).isEqualTo("/orders");
			assertThat(call.timeout()).isEqualTo(Duration.ofSeconds(1));
		}

		@Test
		void requestWaitsForTheAnswer(FilterUnderTest filter) {
			filter.upstream("auth");
			Exchange exchange = filter.get("/orders").send();
			assertThat(exchange).isPaused().wasNotForwarded();
			assertThat(filter).hasCalled("auth");
			filter.httpCalls().get(0).respond(this.alice);
			assertThat(exchange).isNotPaused().forwarded().hasHeader("x-user", "alice");
		}

		@Test
		void upstreamThatDoesNotAnswerInTimeIsARefusal(FilterUnderTest filter) {
			filter.upstream("auth");
			Exchange exchange = filter.get("/orders").send();
			filter.advance(Duration.ofMillis(999));
			assertThat(exchange).isPaused();
			filter.advance(Duration.ofMillis(1));
			assertThat(exchange).hasLocalResponse(403).answered().hasStatus(403).hasBody("Access denied\n");
		}

		@Test
		void refusalOfTheUpstreamIsARefusal(FilterUnderTest filter) {
			filter.upstream("auth",
					(call) -> HttpCallResponse.status("/orders".equals(call.header("x-original-path")) ? 401 : 200));
			assertThat(filter.get("/orders").send()).hasLocalResponse(403);
			assertThat(filter.get("/other").send()).wasForwarded();
			assertThat(filter).hasCalled("auth", "auth");
		}

		@Test
		void upstreamThatWasNotDeclaredCannotBeCalled(FilterUnderTest filter) {
			assertThat(filter.get("/orders").send()).hasLocalResponse(403);
			assertThat(filter).hasCalled();
			assertThat(filter.trace().calls("proxy_http_call")).singleElement()
				.satisfies((call) -> assertThat(call.result()).isEqualTo("BAD_ARGUMENT"));
		}

	}

	@Nested
	@WasmFilterTest(value = "classpath:filters/rate_limit.wasm", configuration = """
			{ "requests": 2, "period-ms": 60000 }
			""")
	class RateLimit {

		@Test
		void requestsOfAPeriodAreCounted(FilterUnderTest filter) {
			FilterRequest request = filter.get("/");
			assertThat(request.send()).answered().hasStatus(200).hasHeader("x-ratelimit-remaining", "1");
			assertThat(request.send()).answered().hasStatus(200).hasHeader("x-ratelimit-remaining", "0");
			assertThat(request.send()).hasLocalResponse(429).answered().hasHeader("retry-after", "60");
			filter.tick();
			assertThat(request.send()).answered().hasStatus(200);
		}

		@Test
		void periodEndsWhenItsTimeIsUp(FilterUnderTest filter) {
			FilterRequest request = filter.get("/");
			request.send();
			request.send();
			filter.advance(Duration.ofSeconds(59));
			assertThat(request.send()).hasLocalResponse(429).answered().hasHeader("retry-after", "60");
			filter.advance(Duration.ofSeconds(1));
			assertThat(request.send()).hasNoLocalResponse();
		}

	}

}
