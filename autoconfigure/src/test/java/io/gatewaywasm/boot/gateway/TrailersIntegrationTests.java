package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RawAnswer;
import io.gatewaywasm.boot.fixture.SmallFilters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for response trailers in HTTP/1.1.
 */
@Timeout(180)
@DisabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3",
		disabledReason = "Spring Cloud Gateway 4 has no trailers: NoTrailersIntegrationTests")
@Tag("slow")
class TrailersIntegrationTests {

	/** Sees no bodies. Adds one trailer, replaces another and removes a third. */
	private static final String TRAILERS_ONLY = """
			(module
				(import "env" "proxy_add_header_map_value"
					(func $add (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_replace_header_map_value"
					(func $replace (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_remove_header_map_value" (func $remove (param i32 i32 i32) (result i32)))
				(memory (export "memory") 1)
				(data (i32.const 0) "x-watx-statex-checksum")
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_response_trailers") (param i32 i32) (result i32)
					(drop (call $add (i32.const 3) (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 5)))
					(drop (call $replace (i32.const 3) (i32.const 12) (i32.const 10) (i32.const 0) (i32.const 5)))
					(drop (call $remove (i32.const 3) (i32.const 5) (i32.const 7)))
					(i32.const 0)))
			""";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.plugin("probe", "probe_rust")
			.plugin("open", "probe_rust", "fail-strategy", "open")
			.plugin("rust", "body_rust")
			.plugin("go", "body_go")
			.property("gateway.wasm.plugins.wat.url", SmallFilters.file(TRAILERS_ONLY))
			.plugin("hello", "hello_world")
			.route("none")
			.route("probe", "Wasm=probe")
			.route("open", "Wasm=open")
			.route("rust", "Wasm=rust")
			.route("go", "Wasm=go")
			.route("wat", "Wasm=wat")
			.route("hello", "Wasm=hello")
			.route("probe-wat", "Wasm=probe", "Wasm=wat")
			.route("wat-probe", "Wasm=wat", "Wasm=probe")
			.route("probe-rust", "Wasm=probe", "Wasm=rust")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : List.of("probe", "open", "rust", "go", "wat", "hello")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "hello", "rust", "go", "probe" })
	void trailersOfUpstreamReachClient(String route) throws IOException {
		RawAnswer answer = get("/" + route + "/trailers/hello/world");
		assertThat(answer.body()).isEqualTo("helloworld");
		assertThat(answer.trailers()).containsExactly("x-checksum: 17", "x-state: fine");
	}

	@Test
	void trailersAreReadAndAdded() throws IOException {
		RawAnswer answer = get("/probe/trailers/hello", "x-probe-resp-trailers: trailer-get:x-checksum,count,"
				+ "trailer:x-new=a,trailer:x-new=b,trailer-get:x-none");
		assertThat(answer.body()).isEqualTo("hello");
		assertThat(answer.trailers()).containsExactlyInAnyOrder("x-checksum: 17", "x-state: fine",
				"x-trailer-get: x-checksum=17", "x-count: 2", "x-new: a", "x-new: b", "x-trailer-get: x-none=absent");
	}

	@Test
	void bodyBeforeTrailersIsNotEndOfStream() throws IOException {
		// The filter runs body commands only at the end of the stream, which here is in
		// the trailers.
		RawAnswer answer = get("/probe/trailers/hello", "x-probe-resp-body: local:500");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("hello");
		assertThat(answer.trailers()).contains("x-checksum: 17");
	}

	@ParameterizedTest
	@ValueSource(strings = { "rust", "go" })
	void trailersLetGoOfBodyThatIsHeld(String route) throws IOException {
		RawAnswer answer = get("/" + route + "/trailers/hello/world", "x-body-resp: buffer");
		assertThat(answer.body()).isEqualTo("helloworld");
		assertThat(answer.trailers()).containsExactly("x-checksum: 17", "x-state: fine");
	}

	@Test
	void moduleWithoutBodyCallbacksChangesTrailers() throws IOException {
		RawAnswer answer = get("/wat/trailers/hello");
		assertThat(answer.body()).isEqualTo("hello");
		assertThat(answer.trailers()).containsExactlyInAnyOrder("x-checksum: x-wat", "x-wat: x-wat");
		assertThat(get("/wat/text/hello").body()).isEqualTo("hello");
		assertThat(get("/wat/chunks/100000").trailers()).isEmpty();
	}

	@Test
	void trailersPassFiltersInReverse() throws IOException {
		String read = "x-probe-resp-trailers: trailer-get:x-wat,trailer-get:x-state";
		assertThat(get("/probe-wat/trailers/hello", read).trailers()).contains("x-trailer-get: x-wat=x-wat",
				"x-trailer-get: x-state=absent");
		assertThat(get("/wat-probe/trailers/hello", read).trailers()).contains("x-trailer-get: x-wat=absent",
				"x-trailer-get: x-state=fine");
	}

	@Test
	void responseWithoutTrailersHasNoCallback() throws IOException {
		for (String path : List.of("text/hello", "chunks/100000", "status/204")) {
			RawAnswer answer = get("/probe/" + path, "x-probe-resp-trailers: trailer:x-new=1");
			assertThat(answer.trailers()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "rust", "go" })
	void filterAddsTrailersAtEndOfBody(String route) throws IOException {
		for (String path : List.of("chunks/100000", "length/100000", "text/hello")) {
			RawAnswer answer = get("/" + route + "/" + path, "x-body-resp: trailer:x-sum=1,trailer:x-more=2");
			assertThat(answer.body()).hasSize(path.startsWith("text") ? 5 : 100_000);
			assertThat(answer.headers()).doesNotContainIgnoringCase("content-length").containsIgnoringCase("chunked");
			assertThat(answer.trailers()).containsExactly("x-sum: 1", "x-more: 2");
		}
	}

	@Test
	void trailersThatFilterAddsAreShownToFiltersBefore() throws IOException {
		RawAnswer answer = get("/probe-rust/text/hello", "x-body-resp: trailer:x-sum=1", "x-probe-resp-body: local:500",
				"x-probe-resp-trailers: trailer-get:x-sum");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("hello");
		assertThat(answer.trailers()).containsExactly("x-sum: 1", "x-trailer-get: x-sum=1");
	}

	@Test
	void whatHttpForbidsInTrailersIsLeftOut() throws IOException {
		RawAnswer answer = get("/probe/trailers/hello",
				"x-probe-resp-trailers: trailer:content-length=5,trailer:transfer-encoding=chunked,trailer:x-new=1");
		assertThat(answer.trailers()).containsExactly("x-checksum: 17", "x-state: fine", "x-new: 1");
	}

	@Test
	void replyInsteadOfResponseHasNoTrailers() throws IOException {
		RawAnswer answer = get("/probe/trailers/hello", "x-probe-resp: local:502",
				"x-probe-resp-trailers: trailer:x-new=1");
		assertThat(answer.status()).isEqualTo(502);
		assertThat(answer.body()).isEqualTo("local reply\n");
		assertThat(answer.trailers()).isEmpty();
	}

	@Test
	void replyFromTrailersOfResponseThatIsOnItsWayCutsIt() throws IOException {
		RawAnswer answer = get("/probe/trailers/hello", "x-probe-resp-trailers: local:500");
		assertThat(answer.complete()).isFalse();
	}

	@Test
	void replyFromTrailersOfResponseWithoutBodyReplacesIt() throws IOException {
		RawAnswer answer = get("/probe/trailers", "x-probe-resp-trailers: local:500");
		assertThat(answer.status()).isEqualTo(500);
		assertThat(answer.body()).isEqualTo("local reply\n");
	}

	@Test
	void trapAtTrailersGetsFailurePolicy() throws IOException {
		assertThat(get("/probe/trailers/hello", "x-probe-resp-trailers: trap").complete()).isFalse();
		RawAnswer answer = get("/open/trailers/hello", "x-probe-resp-trailers: trailer:x-new=1,trap");
		assertThat(answer.complete()).isTrue();
		assertThat(answer.body()).isEqualTo("hello");
		assertThat(answer.trailers()).containsExactly("x-checksum: 17", "x-state: fine", "x-new: 1");
	}

	@Test
	void trailersAreProperties() throws IOException {
		RawAnswer answer = get("/probe/trailers/hello", "x-probe-resp: prop:response.trailers",
				"x-probe-resp-trailers: prop:response.trailers.x-checksum");
		assertThat(answer.headers()).contains("x-prop: response.trailers=00000000");
		assertThat(answer.trailers())
			.contains("x-prop: response.trailers.x-checksum=" + HexFormat.of().formatHex("17".getBytes()));
	}

	@Test
	void trailersAreReadInLog() throws IOException {
		Logger logger = (Logger) LoggerFactory.getLogger("gateway.wasm.plugin.probe");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			get("/probe/trailers/hello", "x-probe-log: trailer-get:x-checksum");
			await().atMost(Duration.ofSeconds(30))
				.until(() -> List.copyOf(lines.list)
					.stream()
					.anyMatch((line) -> line.getFormattedMessage().endsWith("x-trailer-get: x-checksum=17")));
		}
		finally {
			logger.detachAppender(lines);
		}
	}

	private static RawAnswer get(String path, String... headers) throws IOException {
		return RawAnswer.get(gateway, path, headers);
	}

}
