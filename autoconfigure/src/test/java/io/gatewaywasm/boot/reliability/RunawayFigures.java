package io.gatewaywasm.boot.reliability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Measures the effect of a filter that loops in one of its callbacks on other filters,
 * and prints a table in Markdown. The comparison is the same traffic with a filter that
 * responds immediately. Needs an idle machine. {@code benchmarks/runaway.sh} runs it.
 */
public final class RunawayFigures {

	private static final int USUAL_REQUESTS = 3000;

	private static final double MILLION = 1e6;

	/**
	 * The defaults: the first callback is stopped on an event loop, the others on
	 * workers.
	 */
	/** The callback that loops is cold: four times the limit of event loops. */
	private static final long EVENT_LOOP_MILLIS = 2000;

	private static final long WORKER_MILLIS = 2000;

	private final GatewayFixture gateway;

	private final int requests;

	private RunawayFigures(GatewayFixture gateway, int requests) {
		this.gateway = gateway;
		this.requests = requests;
	}

	public static void main(String[] arguments) throws Exception {
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.property("logging.level.root", "off")
			.property("gateway.wasm.allowed-call-targets", "localhost:*")
			.plugin("good", "hello_world", "root-id", "hello_world")
			.plugin("harmless", "probe_rust")
			.route("good", "Wasm=good")
			.route("harmless", "Wasm=harmless");
		for (String callback : Attack.CALLBACKS) {
			builder.plugin(callback, "probe_rust").route(callback, "Wasm=" + callback);
		}
		try (GatewayFixture gateway = builder.start()) {
			RunawayFigures figures = new RunawayFigures(gateway,
					(arguments.length > 0) ? Integer.parseInt(arguments[0]) : USUAL_REQUESTS);
			// Warm, so that the first row is not about compiling.
			try (Attack harmless = Attack.thatIsAnswered(gateway, "harmless")) {
				for (int i = 0; i < 10; i++) {
					figures.measure();
				}
			}
			System.out.println("| loops in | timeouts | × limit | longest response of the filter | other requests "
					+ "| slowest of them | lost by them | p99 of the comparison | p99 with the open circuit | ratio |");
			System.out.println("|---|---|---|---|---|---|---|---|---|---|");
			for (String callback : Attack.CALLBACKS) {
				figures.row(callback);
			}
		}
		System.exit(0);
	}

	private void row(String callback) throws Exception {
		List<Long> without;
		try (Attack harmless = Attack.thatIsAnswered(this.gateway, "harmless")) {
			without = measure();
		}
		List<Long> meanwhile = new ArrayList<>();
		List<Long> quarantined;
		List<Long> attacked;
		try (Attack attack = new Attack(this.gateway, callback, callback)) {
			while (!this.gateway.status(callback).instances().circuitOpen()) {
				meanwhile.add(request());
			}
			attacked = attack.times();
			quarantined = measure();
		}
		long usual = percentile(without, 50);
		double lost = meanwhile.stream().mapToLong((nanos) -> Math.max(0, nanos - usual)).sum() / MILLION;
		long timeouts = timeouts(callback);
		System.out.printf("| `%s` | %d | %d ms | %.0f ms | %d | %.1f ms | %.0f ms | %.2f ms | %.2f ms | %.2f |%n",
				callback, timeouts, EVENT_LOOP_MILLIS + (timeouts - 1) * WORKER_MILLIS,
				attacked.isEmpty() ? 0 : longest(attacked), meanwhile.size(), longest(meanwhile), lost,
				percentile(without, 99) / MILLION, percentile(quarantined, 99) / MILLION,
				percentile(quarantined, 99) / (double) percentile(without, 99));
	}

	private List<Long> measure() {
		List<Long> times = new ArrayList<>(this.requests);
		for (int i = 0; i < this.requests; i++) {
			times.add(request());
		}
		return times;
	}

	private long request() {
		long start = System.nanoTime();
		if (this.gateway.get("/good/x").statusCode() != 200) {
			throw new IllegalStateException("a filter that does nothing wrong did not serve");
		}
		return System.nanoTime() - start;
	}

	private long timeouts(String plugin) {
		return (long) this.gateway.context()
			.getBean(MeterRegistry.class)
			.counter("wasm.filter.failures", "plugin", plugin, "reason", "timeout")
			.count();
	}

	private static double longest(List<Long> times) {
		return Collections.max(times) / MILLION;
	}

	private static long percentile(List<Long> times, int percent) {
		List<Long> sorted = times.stream().sorted().toList();
		return sorted.get(sorted.size() * percent / 100);
	}

}
