package io.gatewaywasm.benchmarks.host;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;

/**
 * Measures the cost of isolated streams, compared with streams that share a VM and with a
 * fresh instance per stream, and the cost of a plugin's first streams with and without a
 * warm-up. Each JVM measures one figure, because the two kinds of memory slow each other
 * down and code is cold only once: <pre>
 *   IsolationFigures lifecycle shared|stream hello_world
 *   IsolationFigures fresh - hello_world
 *   IsolationFigures first 0|100 hello_world
 * </pre>
 */
public final class IsolationFigures {

	private static final int BATCHES = 25;

	private static final int STREAMS = 20_000;

	private static final int INSTANCES = 300;

	private static final int FIRST = 10;

	private final Consumer<Decision> sink = (decided) -> {
	};

	private final CompiledModule module;

	private IsolationFigures(CompiledModule module) {
		this.module = module;
	}

	/** Arguments: the figure, its variant, and the name of the filter. */
	public static void main(String[] args) throws Exception {
		CompiledModule module = WasmEngine.create(EngineOptions.defaults()).compile(Scenario.wasm(args[2]));
		IsolationFigures figures = new IsolationFigures(module);
		try (BenchmarkServices services = new BenchmarkServices(); WasmHost host = new WasmHost(services)) {
			String figure = switch (args[0]) {
				case "lifecycle" -> figures.lifecycle(host, Isolation.valueOf(args[1].toUpperCase(Locale.ROOT)));
				case "fresh" -> figures.fresh(host);
				case "first" -> figures.first(host, Integer.parseInt(args[1]));
				default -> throw new IllegalArgumentException("No figure is named " + args[0]);
			};
			System.out.println(String.join(" ", args) + ": " + figure);
		}
	}

	/** Measures the time of a whole stream. */
	private String lifecycle(WasmHost host, Isolation isolation) throws Exception {
		double[] nanos = new double[BATCHES];
		try (Plugin plugin = host
			.start(PluginSpec.builder("figures").run((run) -> run.withIsolation(isolation)).build(), this.module)) {
			BenchmarkExchange exchange = new BenchmarkExchange(Scenario.HELLO_WORLD);
			for (int batch = 0; batch < BATCHES; batch++) {
				long start = System.nanoTime();
				for (int i = 0; i < STREAMS; i++) {
					stream(plugin, exchange);
				}
				nanos[batch] = (System.nanoTime() - start) / (double) STREAMS;
			}
		}
		Arrays.sort(nanos);
		return "%.0f ns for each stream (median of %d batches; best %.0f)".formatted(nanos[BATCHES / 2], BATCHES,
				nanos[0]);
	}

	/** Measures the time to create, start and configure a VM. */
	private String fresh(WasmHost host) throws Exception {
		double[] micros = new double[INSTANCES];
		for (int i = 0; i < INSTANCES; i++) {
			long start = System.nanoTime();
			// A start creates two VMs: one for a trial run, and one that serves.
			Plugin plugin = host.start(PluginSpec.builder("figures").build(), this.module);
			micros[i] = (System.nanoTime() - start) / 2e3;
			plugin.close();
		}
		Arrays.sort(micros);
		return "%.0f us for each VM (median of %d; best %.0f)".formatted(micros[INSTANCES / 2], INSTANCES, micros[0]);
	}

	/** Measures the time of the first streams after a start. */
	private String first(WasmHost host, int warmUp) throws Exception {
		long begin = System.nanoTime();
		try (Plugin plugin = host.start(PluginSpec.builder("figures").run((run) -> run.withWarmUp(warmUp)).build(),
				this.module)) {
			double started = (System.nanoTime() - begin) / 1e6;
			BenchmarkExchange exchange = new BenchmarkExchange(Scenario.HELLO_WORLD);
			StringBuilder times = new StringBuilder();
			for (int i = 0; i < FIRST; i++) {
				long start = System.nanoTime();
				stream(plugin, exchange);
				times.append(" %.0f".formatted((System.nanoTime() - start) / 1e3));
			}
			return "started in %.0f ms, the first %d streams took us:%s".formatted(started, FIRST, times);
		}
	}

	private void stream(Plugin plugin, BenchmarkExchange exchange) {
		exchange.reset();
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.sink);
		stream.responseHeaders(true, this.sink);
		stream.end();
	}

}
