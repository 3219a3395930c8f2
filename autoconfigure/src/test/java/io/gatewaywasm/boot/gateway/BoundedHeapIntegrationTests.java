package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.gatewaywasm.boot.fixture.SmallGateway;
import io.gatewaywasm.boot.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for bodies that are larger than the gateway's heap and have a slow
 * receiver.
 */
@Tag("slow")
@Timeout(300)
class BoundedHeapIntegrationTests {

	private static final int SIZE = 112_000_000;

	private static final Upstream upstream = new Upstream();

	private static final Sinks.Empty<Void> reading = Sinks.empty();

	private static final AtomicLong received = new AtomicLong();

	private static final AtomicLong changed = new AtomicLong();

	private static DisposableServer slow;

	private static SmallGateway gateway;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@BeforeAll
	static void start(@TempDir Path cache) {
		slow = HttpServer.create()
			.host("localhost")
			.port(0)
			.handle((request, response) -> reading.asMono()
				.thenMany(request.receive().asByteArray())
				.doOnNext(BoundedHeapIntegrationTests::count)
				.then(Mono.defer(() -> response.sendString(Mono.just("read")).then())))
			.bindNow();
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("server.port", "0");
		properties.put("gateway.wasm.cache.directory", cache.toString());
		properties.put("gateway.wasm.plugins.body.url", "classpath:filters/body_rust.wasm");
		properties.put("gateway.wasm.plugins.body.vms", "1");
		route(properties, 0, "response", upstream.port());
		route(properties, 1, "request", slow.port());
		gateway = SmallGateway.start(properties, "-Xmx96m", "-XX:MaxDirectMemorySize=32m", "-XX:+UseSerialGC");
	}

	private static void route(Map<String, String> properties, int index, String id, int port) {
		String prefix = "spring.cloud.gateway.server.webflux.routes[" + index + "].";
		properties.put(prefix + "id", id);
		properties.put(prefix + "uri", "http://localhost:" + port);
		properties.put(prefix + "predicates[0]", "Path=/" + id + "/**");
		properties.put(prefix + "filters[0]", "StripPrefix=1");
		properties.put(prefix + "filters[1]", "Wasm=body");
	}

	private static void count(byte[] bytes) {
		received.addAndGet(bytes.length);
		changed.addAndGet(capitals(bytes, bytes.length));
	}

	/** Returns the number of bytes that are not the lower-case letters that were sent. */
	private static long capitals(byte[] bytes, int length) {
		long capitals = 0;
		for (int i = 0; i < length; i++) {
			capitals += (bytes[i] == 'X') ? 1 : 0;
		}
		return capitals;
	}

	@AfterAll
	static void stop() {
		if (gateway != null) {
			gateway.close();
		}
		slow.disposeNow();
		upstream.close();
	}

	@Test
	void responseLargerThanTheHeapWaitsForItsReader() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/response/length/" + SIZE))
			.header("x-body-resp", "upper")
			.build();
		HttpResponse<InputStream> response = this.client.send(request, BodyHandlers.ofInputStream());
		assertThat(response.statusCode()).isEqualTo(200);
		long total = 0;
		try (InputStream body = response.body()) {
			awaitStandstill(upstream::generatedBytes);
			byte[] buffer = new byte[1 << 16];
			for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
				assertThat(buffer[0]).isIn(capitalDigits());
				total += read;
			}
		}
		assertThat(total).isEqualTo(SIZE);
		assertUnharmed();
	}

	private static Object[] capitalDigits() {
		return "0123456789ABCDEF".chars().mapToObj((digit) -> (byte) digit).toArray();
	}

	@Test
	void requestLargerThanTheHeapWaitsForItsReader() throws Exception {
		AtomicLong sent = new AtomicLong();
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/request/x"))
			.header("x-body", "upper")
			.POST(BodyPublishers.ofInputStream(() -> new LetterStream(sent)))
			.build();
		CompletableFuture<HttpResponse<String>> response = this.client.sendAsync(request, BodyHandlers.ofString());
		awaitStandstill(sent::get);
		assertThat(received).hasValue(0);
		reading.tryEmitEmpty();
		assertThat(response.get(150, TimeUnit.SECONDS).body()).isEqualTo("read");
		assertThat(received).hasValue(SIZE);
		assertThat(changed).hasValue(SIZE);
		assertUnharmed();
	}

	@Test
	void heapThatIsTooSmallForTheMemoryOfFiltersIsReportedOnce() {
		assertThat(gateway.output().split("The Java heap is too small for 'gateway.wasm.max-memory'", -1)).hasSize(2);
	}

	/** Waits until the buffers on the way are full and nothing more is read. */
	private static void awaitStandstill(LongSupplier taken) {
		AtomicLong last = new AtomicLong(-1);
		await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(500)).until(() -> {
			long now = taken.getAsLong();
			return now > 0 && last.getAndSet(now) == now;
		});
		assertThat(last.get()).isLessThan(SIZE);
	}

	private static void assertUnharmed() {
		assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
		assertThat(gateway.output()).doesNotContain("java.lang.OutOfMemoryError").doesNotContain("OutOfDirectMemory");
	}

	/** A long stream of lower-case letters that counts how many have been read. */
	private static final class LetterStream extends InputStream {

		private final AtomicLong taken;

		private LetterStream(AtomicLong taken) {
			this.taken = taken;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0];
		}

		@Override
		public int read(byte[] buffer, int offset, int length) {
			int part = (int) Math.min(length, SIZE - this.taken.get());
			if (part <= 0) {
				return -1;
			}
			Arrays.fill(buffer, offset, offset + part, (byte) 'x');
			this.taken.addAndGet(part);
			return part;
		}

	}

}
