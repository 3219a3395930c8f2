package io.gatewaywasm.boot.reliability;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import com.sun.management.OperatingSystemMXBean;
import io.gatewaywasm.boot.fixture.ChatUpstream;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/**
 * Measures event streams through a gateway with filters and without: the delay, the rate,
 * the CPU time, and the heap with a thousand open streams. Upstream, gateway and clients
 * share one process; the difference is the cost of the filters. {@code benchmarks/ai.sh}
 * runs it.
 */
final class EventStreams {

	private static final int MIB = 1 << 20;

	private final GatewayFixture gateway;

	private final ConnectionProvider connections = ConnectionProvider.builder("streams")
		.maxConnections(5000)
		.pendingAcquireMaxCount(5000)
		.build();

	private final LongAdder events = new LongAdder();

	private final AtomicInteger broken = new AtomicInteger();

	private EventStreams(GatewayFixture gateway) {
		this.gateway = gateway;
	}

	public static void main(String[] arguments) throws Exception {
		int seconds = Integer.parseInt(arguments[0]);
		int held = Integer.parseInt(arguments[1]);
		DisposableServer upstream = upstream();
		String uri = "http://localhost:" + upstream.port();
		GatewayFixture gateway = GatewayFixture.builder()
			.plugin("token-usage", "token_usage")
			.plugin("replace-phrase", "replace_phrase", "configuration",
					"{\"replacements\": [{\"phrase\": \"project Aurora\", \"with\": \"the project\"}]}")
			.routeTo("plain", uri)
			.routeTo("filtered", uri, "Wasm=token-usage", "Wasm=replace-phrase")
			.start();
		EventStreams measurement = new EventStreams(gateway);
		measurement.run("warm-up", "filtered", 50, 0, 20);
		measurement.run("warm-up", "plain", 50, 0, 10);
		for (int round = 1; round <= 2; round++) {
			for (String route : List.of("plain", "filtered")) {
				measurement.delays(route, 50, 10);
				measurement.run("as fast as it goes", route, 50, 0, 10);
			}
		}
		boolean flat = measurement.hold(held, seconds);
		gateway.close();
		upstream.disposeNow();
		System.exit((flat && measurement.broken.get() == 0) ? 0 : 1);
	}

	/** An event is the time when it was made. */
	private static DisposableServer upstream() {
		return HttpServer.create().host("localhost").port(0).handle((request, response) -> {
			long interval = Long.parseLong(request.path().split("/")[0]);
			Flux<ByteBuf> stream = (interval > 0) ? Flux.interval(Duration.ofMillis(1), Duration.ofMillis(interval))
				.onBackpressureDrop()
				.map((i) -> event()) : Flux.generate((sink) -> sink.next(event()));
			return response.sse().send(stream, (buffer) -> true);
		}).bindNow();
	}

	private static ByteBuf event() {
		return Unpooled.copiedBuffer(ChatUpstream.delta(" at " + System.nanoTime()), StandardCharsets.US_ASCII);
	}

	private HttpClient client() {
		return HttpClient.create(this.connections).port(this.gateway.port()).host("localhost");
	}

	private Disposable.Composite open(String route, int streams, long interval, ConcurrentLinkedQueue<Long> delays) {
		HttpClient client = client();
		Disposable.Composite open = Disposables.composite();
		for (int i = 0; i < streams; i++) {
			open.add(client.get()
				.uri("/" + route + "/" + interval)
				.responseContent()
				.asString()
				.subscribe((text) -> taken(text, delays), (error) -> this.broken.incrementAndGet(),
						this.broken::incrementAndGet));
		}
		return open;
	}

	/** Opens streams one after the other and returns the delays of their first events. */
	private ConcurrentLinkedQueue<Long> first(String route, int streams) {
		ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
		for (int i = 0; i < streams; i++) {
			ConcurrentLinkedQueue<Long> own = new ConcurrentLinkedQueue<>();
			client().get()
				.uri("/" + route + "/50")
				.responseContent()
				.asString()
				.doOnNext((text) -> taken(text, own))
				.filter((text) -> !own.isEmpty())
				.next()
				.block();
			delays.add(own.peek());
		}
		return delays;
	}

	private void taken(String text, ConcurrentLinkedQueue<Long> delays) {
		long now = System.nanoTime();
		int at = text.indexOf(" at ");
		while (at >= 0) {
			this.events.increment();
			int end = text.indexOf('"', at);
			if (delays != null && end > 0) {
				delays.add(now - Long.parseLong(text.substring(at + 4, end)));
			}
			at = text.indexOf(" at ", at + 4);
		}
	}

	/**
	 * Prints the delay of events of 50 streams, and of the first ones of more streams.
	 */
	private void delays(String route, int streams, int seconds) throws InterruptedException {
		ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
		Disposable.Composite open = open(route, streams, 50, delays);
		TimeUnit.SECONDS.sleep(2);
		ConcurrentLinkedQueue<Long> first = first(route, 200);
		TimeUnit.SECONDS.sleep(seconds);
		open.dispose();
		say("%-9s %4d streams, 20 events/s each: first event of another stream p50 %.2f ms, p95 %.2f ms; all events p50 %.2f ms, p99 %.2f ms",
				route, streams, percentile(first, 50), percentile(first, 95), percentile(delays, 50),
				percentile(delays, 99));
	}

	private static double percentile(ConcurrentLinkedQueue<Long> values, int percent) {
		List<Long> sorted = new ArrayList<>(values);
		sorted.sort(null);
		return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) * percent / 100) / 1e6;
	}

	private void run(String what, String route, int streams, long interval, int seconds) throws InterruptedException {
		this.events.reset();
		long cpu = cpu();
		long start = System.nanoTime();
		Disposable.Composite open = open(route, streams, interval, null);
		TimeUnit.SECONDS.sleep(seconds);
		open.dispose();
		double time = (System.nanoTime() - start) / 1e9;
		long count = this.events.sum();
		say("%-9s %4d streams, %s: %,.0f events/s, %.1f us of CPU each, client and upstream included", route, streams,
				what, count / time, (cpu() - cpu) / 1e3 / Math.max(1, count));
	}

	/** Holds streams and looks at the heap. */
	private boolean hold(int streams, int seconds) throws InterruptedException {
		this.broken.set(0);
		this.events.reset();
		Disposable.Composite open = open("filtered", streams, 1000, null);
		TimeUnit.SECONDS.sleep(10);
		long before = heap();
		long cpu = cpu();
		long counted = this.events.sum();
		long last = before;
		for (int left = seconds; left > 0; left -= 30) {
			new CountDownLatch(1).await(Math.min(30, left), TimeUnit.SECONDS);
			last = heap();
			say("filtered  %4d streams held: %,d events, heap %,d MiB, %d broken", streams, this.events.sum() - counted,
					last / MIB, this.broken.get());
		}
		say("filtered  %4d streams held for %d s: heap %,d MiB -> %,d MiB, %.1f us of CPU per event", streams, seconds,
				before / MIB, last / MIB, (cpu() - cpu) / 1e3 / Math.max(1, this.events.sum() - counted));
		int lost = this.broken.get();
		open.dispose();
		TimeUnit.SECONDS.sleep(2);
		this.broken.set(lost);
		// What classes and profiles of the JVM add is a few megabytes.
		return last < before + 16L * MIB;
	}

	private static long heap() throws InterruptedException {
		System.gc();
		TimeUnit.MILLISECONDS.sleep(200);
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static long cpu() {
		return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}

	private static void say(String format, Object... arguments) {
		System.out.printf(Locale.ROOT, format + "%n", arguments);
	}

}
