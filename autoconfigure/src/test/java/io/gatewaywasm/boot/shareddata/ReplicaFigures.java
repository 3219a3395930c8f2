package io.gatewaywasm.boot.shareddata;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.boot.fixture.SmallGateway;
import io.gatewaywasm.boot.fixture.Upstream;

/**
 * Three gateway processes and a Redis that is killed: {@code benchmarks/replicas.sh} runs
 * it. How many requests the example of a rate limit lets pass with each store, how long
 * they take, and what a call costs. Ends with status 1 if a figure is out of bounds, also
 * if the machine is too slow to send enough requests.
 */
public final class ReplicaFigures implements AutoCloseable {

	private static final int GATEWAYS = 3;

	/** More than each gateway would let pass alone. */
	private static final int OFFERED_PER_SECOND = 150;

	/** A client that waits for so many answers sends no more. */
	private static final int MOST_UNDER_WAY = 64;

	private static final int LIMIT = 100;

	private static final int LOCAL_SECONDS = 20;

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	private static final long SLICE_MILLIS = 20;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(GATEWAYS);

	private final Upstream upstream = new Upstream();

	private final List<SmallGateway> gateways = new ArrayList<>();

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicInteger underWay = new AtomicInteger();

	private final AtomicInteger passed = new AtomicInteger();

	private final AtomicInteger wrong = new AtomicInteger();

	private final List<Long> times = new ArrayList<>();

	private RedisProcess redis = RedisProcess.start();

	private boolean ok = true;

	public static void main(String[] arguments) throws Exception {
		int seconds = Integer.parseInt(arguments[0]);
		boolean ok;
		try (ReplicaFigures local = new ReplicaFigures("local")) {
			local.measure("local store", Math.min(seconds, LOCAL_SECONDS), GATEWAYS * LIMIT);
			ok = local.ok;
		}
		try (ReplicaFigures figures = new ReplicaFigures("redis")) {
			figures.measure("redis", seconds, LIMIT);
			figures.outage();
			figures.check("answers other than 200 and 429", figures.wrong.get(), 0, 0);
			figures.check("traps", figures.traps(), 0, 0);
			figures.operations();
			CacheFigures.print(figures.redis);
			ok &= figures.ok;
		}
		System.out.println(ok ? "replicas: passed" : "replicas: FAILED");
		System.exit(ok ? 0 : 1);
	}

	private ReplicaFigures(String store) throws Exception {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("server.port", "0");
		properties.put("spring.main.banner-mode", "off");
		properties.put("management.endpoints.web.exposure.include", "*");
		properties.put("spring.data.redis.url", this.redis.uri());
		properties.put("gateway.wasm.shared-data.store", store);
		properties.put("gateway.wasm.shared-data.on-failure", "local");
		properties.put("gateway.wasm.plugins.limit.url", "classpath:filters/rate_limit.wasm");
		properties.put("gateway.wasm.plugins.limit.vms", "2");
		properties.put("gateway.wasm.plugins.limit.configuration",
				"{\"requests\": " + LIMIT + ", \"period-ms\": 1000}");
		String route = "spring.cloud.gateway.server.webflux.routes[0].";
		properties.put(route + "id", "limit");
		properties.put(route + "uri", "http://localhost:" + this.upstream.port());
		properties.put(route + "predicates[0]", "Path=/limit/**");
		properties.put(route + "filters[0]", "Wasm=limit");
		List<CompletableFuture<SmallGateway>> starting = IntStream.range(0, GATEWAYS)
			.mapToObj((i) -> CompletableFuture
				.supplyAsync(() -> SmallGateway.start(properties, "-Xmx512m", "-XX:TieredStopAtLevel=1"), this.clock))
			.toList();
		starting.forEach((gateway) -> this.gateways.add(gateway.join()));
		AtomicInteger next = new AtomicInteger();
		this.clock.scheduleAtFixedRate(() -> {
			long slice = GATEWAYS * OFFERED_PER_SECOND * SLICE_MILLIS / 1000;
			for (long i = 0; i < slice; i++) {
				SmallGateway gateway = this.gateways.get(next.getAndIncrement() % GATEWAYS);
				if (this.underWay.get() < MOST_UNDER_WAY) {
					send(gateway);
				}
			}
		}, SLICE_MILLIS, SLICE_MILLIS, TimeUnit.MILLISECONDS);
		// The JVMs compile what they run often, by C1, since four of them share a
		// machine.
		Thread.sleep(20_000);
	}

	private void send(SmallGateway gateway) {
		this.sent.incrementAndGet();
		this.underWay.incrementAndGet();
		long start = System.nanoTime();
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/limit/x")).timeout(Duration.ofSeconds(30)).build();
		this.client.sendAsync(request, BodyHandlers.discarding()).whenComplete((response, failure) -> {
			this.underWay.decrementAndGet();
			int status = (response != null) ? response.statusCode() : 0;
			if (status == 200) {
				this.passed.incrementAndGet();
			}
			else if (status != 429) {
				this.wrong.incrementAndGet();
			}
			synchronized (this.times) {
				this.times.add(System.nanoTime() - start);
			}
		});
	}

	private void measure(String name, int seconds, int perSecond) throws InterruptedException {
		int before = this.passed.get();
		int sentBefore = this.sent.get();
		synchronized (this.times) {
			this.times.clear();
		}
		Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
		int all = perSecond * seconds;
		check(name + ": passed of " + (this.sent.get() - sentBefore) + " in " + seconds + " s",
				this.passed.get() - before, all * 95 / 100, all * 105 / 100);
		synchronized (this.times) {
			List<Long> sorted = this.times.stream().sorted().toList();
			System.out.printf("%s: latency of all requests: median %.2f ms, 99 %% %.2f ms%n", name,
					sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6);
		}
	}

	private void outage() throws InterruptedException {
		int port = this.redis.port();
		int before = this.passed.get();
		this.redis.close();
		Thread.sleep(OUTAGE.toMillis());
		int meanwhile = this.passed.get() - before;
		this.redis = RedisProcess.startAt(port);
		// A bucket that had been filled before, and that of the second which has begun.
		int most = (int) (GATEWAYS * LIMIT * OUTAGE.toSeconds()) + 2 * LIMIT;
		check("redis is killed: passed in " + OUTAGE.toSeconds() + " s", meanwhile, GATEWAYS * LIMIT, most);
		Thread.sleep(2000);
		measure("redis is back for two periods", 20, LIMIT);
	}

	private void check(String name, int value, int least, int most) {
		boolean fits = value >= least && value <= most;
		this.ok &= fits;
		System.out.printf("%s: %d (%d to %d) %s%n", name, value, least, most, fits ? "ok" : "OUT OF BOUNDS");
	}

	private int traps() {
		return (int) this.gateways.stream().filter((gateway) -> gateway.output().contains("trapped")).count();
	}

	/**
	 * Prints the calls from the gateways' meters and the CPU time of the load.
	 */
	private void operations() throws Exception {
		for (String operation : List.of("get", "set")) {
			String body = this.client.send(HttpRequest
				.newBuilder(this.gateways.get(0)
					.uri("/actuator/metrics/wasm.shared.data?tag=outcome:ok&tag=operation:" + operation))
				.build(), BodyHandlers.ofString()).body();
			double count = statistic(body, "COUNT");
			System.out.printf("redis: a %s takes %.0f us on average of %.0f, at load%n", operation,
					statistic(body, "TOTAL_TIME") / count * 1e6, count);
		}
	}

	private static double statistic(String body, String name) {
		Matcher matcher = Pattern.compile("\"" + name + "\",\"value\":([0-9.E-]+)").matcher(body);
		return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
	}

	@Override
	public void close() {
		this.clock.shutdownNow();
		this.gateways.forEach(SmallGateway::close);
		this.upstream.close();
		this.redis.close();
	}

}
