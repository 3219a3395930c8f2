package io.gatewaywasm.boot.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for bodies that pass through filters.
 */
@Timeout(180)
@Tag("slow")
class BodyIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(SmallReceiveBuffer.class)
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.type", "fixed")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", "2")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.acquire-timeout", "30000")
			.plugin("rust", "body_rust")
			.plugin("go", "body_go")
			.plugin("small", "body_rust", "limits.body-buffer", "1KB")
			.plugin("holding", "body_rust", "allow-on-headers-stop-iteration", "true")
			.property("gateway.wasm.plugins.none.url", SmallFilters.file(SmallFilters.HEADERS_ONLY))
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.route("rust", "Wasm=rust")
			.route("go", "Wasm=go")
			.route("both", "Wasm=rust", "Wasm=go")
			.route("small", "Wasm=small")
			.route("holding", "Wasm=holding")
			.plugin("plain", "body_rust", "remove-accept-encoding", "true")
			.route("none", "Wasm=none")
			.route("plain", "Wasm=plain")
			.route("retry-before")
			.filter(1, "Retry", "retries", "3", "methods", "POST", "backoff.firstBackoff", "10ms")
			.filter(2, "Wasm", "plugin", "rust")
			.route("retry-after")
			.filter(1, "Wasm", "plugin", "rust")
			.filter(2, "Retry", "retries", "3", "methods", "POST", "backoff.firstBackoff", "10ms")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : new String[] { "rust", "go", "small", "holding" }) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "rust", "go" })
	void requestBodyIsChanged(String route) {
		assertThat(gateway.post("/" + route + "/x", "hello", "x-body", "upper").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("HELLO");
		gateway.post("/" + route + "/x", "hello", "x-body", "prepend:<<,append:>>");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("<<hello>>");
		gateway.post("/" + route + "/x", "hello", "x-body", "replace:something much longer");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("something much longer");
		gateway.post("/" + route + "/x", "hello", "x-body", "clear");
		assertThat(gateway.upstream().lastRequest().body()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "rust", "go" })
	void responseBodyIsChanged(String route) {
		assertThat(gateway.get("/" + route + "/text/hello", "x-body-resp", "upper").body()).isEqualTo("HELLO");
		assertThat(gateway.get("/" + route + "/text/hello", "x-body-resp", "prepend:<<,append:>>").body())
			.isEqualTo("<<hello>>");
		assertThat(gateway.get("/" + route + "/text/hello", "x-body-resp", "replace:something much longer").body())
			.isEqualTo("something much longer");
		assertThat(gateway.get("/" + route + "/text/hello", "x-body-resp", "clear").body()).isEmpty();
		assertThat(gateway.get("/" + route + "/text/hello", "x-body-resp", "buffer").body()).isEqualTo("hello");
	}

	@Test
	void smallBodiesKeepKnownLength() {
		gateway.post("/rust/x", "hello", "x-body", "append:>>");
		assertThat(gateway.upstream().lastRequest().header("content-length")).isEqualTo("7");
		HttpResponse<String> response = gateway.get("/rust/text/hello", "x-body-resp", "append:>>");
		assertThat(response.headers().firstValue("content-length")).hasValue("7");
	}

	@Test
	void largeBodiesAreChunked() {
		HttpResponse<String> response = gateway.get("/rust/length/1000000", "x-body-resp", "append:>>");
		assertThat(response.body()).hasSize(1_000_002).endsWith(">>");
		assertThat(response.headers().firstValue("content-length")).isEmpty();
		assertThat(response.headers().firstValue("connection")).isEmpty();
		String body = "x".repeat(1_000_000);
		gateway.post("/rust/x", body, "x-body", "append:>>");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo(body + ">>");
		assertThat(gateway.upstream().lastRequest().header("transfer-encoding")).isEqualTo("chunked");
	}

	@Test
	void responseGoesThroughFiltersInReverse() {
		String body = gateway.get("/both/text/x", "x-body-resp", "append:1").body();
		assertThat(body).isEqualTo("x11");
		gateway.post("/both/x", "x", "x-body", "append:1");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("x11");
	}

	@Test
	void upstreamIsNotAskedToCompress() {
		gateway.get("/rust/x", "accept-encoding", "gzip");
		assertThat(gateway.upstream().lastRequest().header("accept-encoding")).isEqualTo("gzip");
		gateway.get("/plain/x", "accept-encoding", "gzip");
		assertThat(gateway.upstream().lastRequest().header("accept-encoding")).isNull();
		gateway.post("/plain/x", "hello", "accept-encoding", "gzip", "x-body", "upper");
		assertThat(gateway.upstream().lastRequest().header("accept-encoding")).isNull();
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("HELLO");
	}

	@Test
	void headHasNoBodyToChange() {
		HttpResponse<String> response = gateway.send("HEAD", "/rust/length/100", null, "x-body-resp", "append:x");
		assertThat(response.headers().firstValue("content-length")).hasValue("100");
		assertThat(gateway.get("/rust/status/204", "x-body-resp", "append:x").body()).isEmpty();
	}

	@Test
	void pausedBodyContinuesWhenCallIsAnswered() {
		gateway.post("/rust/x", "hello", "x-body", "pause-call:auth:/check,append:>>");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("hello>>");
		assertThat(gateway.get("/rust/text/hello", "x-body-resp", "pause-call:auth:/check,append:>>").body())
			.isEqualTo("hello>>");
		assertThat(gateway.get("/rust/length/1000000", "x-body-resp", "pause-call-end:auth:/check").body())
			.hasSize(1_000_000);
	}

	@Test
	void bufferHasLimit() {
		assertThat(gateway.post("/small/x", "x".repeat(300_000), "x-body", "buffer").statusCode()).isEqualTo(413);
		assertThat(gateway.get("/small/length/100000", "x-body-resp", "buffer").statusCode()).isEqualTo(500);
		assertThat(gateway.post("/small/x", "x".repeat(1000), "x-body", "buffer").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "/small/length/1000000, buffer, 500", "/small/length/50000, buffer, 500",
			"/rust/length/1000000, local:502, 502", "/holding/length/300000, 'hold-headers,local-end:502', 502" })
	void refusedResponseBodyLeavesNoErrorInTheLog(String path, String commands, int status) {
		Logger logger = (Logger) LoggerFactory.getLogger("reactor.core.publisher.Operators");
		ListAppender<ILoggingEvent> dropped = new ListAppender<>();
		dropped.start();
		logger.addAppender(dropped);
		try {
			assertThat(gateway.get(path, "x-body-resp", commands).statusCode()).isEqualTo(status);
			streamsHaveEnded();
		}
		finally {
			logger.detachAppender(dropped);
		}
		assertThat(List.copyOf(dropped.list)).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
	}

	@Test
	void filterRepliesFromRequestBody() {
		for (int size : new int[] { 5, 3_000_000 }) {
			HttpResponse<String> response = gateway.post("/rust/x", "x".repeat(size), "x-body", "local:403");
			assertThat(response.statusCode()).isEqualTo(403);
			assertThat(response.body()).isEqualTo("local reply from body\n");
		}
	}

	@Test
	void filterRepliesFromResponseBodyAndReleasesConnection() {
		for (int i = 0; i < 100; i++) {
			HttpResponse<String> response = gateway.get("/rust/length/16000000", "x-body-resp", "local:502");
			assertThat(response.statusCode()).isEqualTo(502);
			assertThat(response.body()).isEqualTo("local reply from body\n");
		}
	}

	@Test
	void headersAreHeldUntilBodyWasSeen() {
		HttpResponse<String> response = gateway.get("/holding/length/300000", "x-body-resp",
				"hold-headers,size-header:x-size");
		assertThat(response.headers().firstValue("x-size")).hasValue("300000");
		assertThat(response.headers().firstValue("content-length")).hasValue("300000");
		assertThat(response.body()).hasSize(300_000);
		gateway.post("/holding/x", "x".repeat(300_000), "x-body", "hold-headers,size-header:x-size");
		assertThat(gateway.upstream().lastRequest().header("x-size")).isEqualTo("300000");
		assertThat(gateway.upstream().lastRequest().header("content-length")).isEqualTo("300000");
		assertThat(gateway.upstream().lastRequest().body()).hasSize(300_000);
	}

	@Test
	void filterRepliesWhileHeadersAreHeld() {
		assertThat(gateway.post("/holding/x", "x".repeat(300_000), "x-body", "hold-headers,local-end:403").statusCode())
			.isEqualTo(403);
		assertThat(gateway.get("/holding/length/300000", "x-body-resp", "hold-headers,local-end:502").statusCode())
			.isEqualTo(502);
	}

	@Test
	void eventsAreNotHeldUp() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/rust/sse")).header("x-body-resp", "upper").build();
		HttpResponse<InputStream> response = gateway.client().send(request, BodyHandlers.ofInputStream());
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
			assertThat(reader.readLine()).isEqualTo("DATA: 0");
			gateway.upstream().sendLastEvents();
			assertThat(reader.lines().filter((line) -> line.startsWith("DATA"))).hasSize(2);
		}
	}

	@Test
	void retryBeforeFilterRunsItAgain() {
		assertThat(gateway.post("/retry-before/flaky/before", "hello", "x-body", "append:>>").statusCode())
			.isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("hello>>");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/flaky/before");
	}

	@ParameterizedTest
	@ValueSource(ints = { 5, 200_000 })
	void retryAfterFilterSendsSameBodyAgain(int size) {
		String body = "x".repeat(size);
		assertThat(gateway.post("/retry-after/flaky/after" + size, body, "x-body", "append:>>").statusCode())
			.isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo(body + ">>");
	}

	@Test
	void moduleWithoutBodyCallbacksLeavesFramingAlone() {
		assertThat(gateway.get("/none/length/1000000").headers().firstValue("content-length")).hasValue("1000000");
	}

	@Test
	void largeBodyStreamsThroughWithBackpressure() throws Exception {
		long before = gateway.upstream().generatedBytes();
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/rust/length/64000000"))
			.header("x-body-resp", "upper")
			.build();
		HttpResponse<InputStream> response = gateway.client().send(request, BodyHandlers.ofInputStream());
		long total = 0;
		try (InputStream body = response.body()) {
			// When the reader stops, all senders stop as soon as the buffers between them
			// are full. Linux can grow the receive buffer of a fast reader beyond the
			// size of this body; SmallReceiveBuffer prevents that.
			AtomicLong last = new AtomicLong(-1);
			await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(500)).until(() -> {
				long now = gateway.upstream().generatedBytes() - before;
				return now > 0 && last.getAndSet(now) == now;
			});
			assertThat(last.get()).isLessThan(40_000_000);
			byte[] buffer = new byte[1 << 20];
			int read;
			while ((read = body.read(buffer)) >= 0) {
				total += read;
			}
		}
		assertThat(total).isEqualTo(64_000_000);
	}

	@Test
	void largeRequestStreamsThrough() throws Exception {
		byte[] part = "abcdefgh".repeat(8192).getBytes(StandardCharsets.US_ASCII);
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/rust/count"))
			.header("x-body", "upper")
			.POST(BodyPublishers.ofInputStream(() -> new RepeatingStream(part, 32_000_000)))
			.build();
		HttpResponse<String> response = gateway.client().send(request, BodyHandlers.ofString());
		assertThat(response.body()).isEqualTo("32000000");
	}

	/** Prevents the connection to the upstream from buffering a large part of a body. */
	@Configuration(proxyBeanMethods = false)
	static class SmallReceiveBuffer {

		@Bean
		HttpClientCustomizer smallReceiveBuffer() {
			return (client) -> client.option(ChannelOption.SO_RCVBUF, 1 << 18);
		}

	}

	/** A stream that repeats a sequence of bytes. */
	private static final class RepeatingStream extends InputStream {

		private final byte[] part;

		private final long length;

		private long position;

		private RepeatingStream(byte[] part, long length) {
			this.part = part;
			this.length = length;
		}

		@Override
		public int read() throws IOException {
			return (this.position < this.length) ? this.part[(int) (this.position++ % this.part.length)] : -1;
		}

	}

}
