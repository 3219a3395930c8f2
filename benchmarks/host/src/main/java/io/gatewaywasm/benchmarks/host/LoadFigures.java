package io.gatewaywasm.benchmarks.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;

/**
 * Measures how long modules take to load, with and without a cache, and how much heap
 * they keep, in a JVM that has already loaded one module.
 */
public final class LoadFigures {

	private static final int REPETITIONS = 7;

	private LoadFigures() {
	}

	/** The argument is the output file. */
	public static void main(String[] args) throws Exception {
		Path cache = Files.createTempDirectory("gateway-wasm-benchmark");
		try {
			EngineOptions cached = EngineOptions.defaults().withCacheDirectory(cache);
			load(cached, Scenario.wasm("min_add"));
			load(cached, Scenario.wasm("min_add"));
			Map<String, Object> figures = new LinkedHashMap<>();
			for (String filter : List.of("hello_world", "headers_go")) {
				byte[] wasm = Scenario.wasm(filter);
				Map<String, Object> figure = new LinkedHashMap<>();
				figure.put("coldMillis", load(cached, wasm));
				figure.put("warmMillis", warm(cached, wasm));
				figure.put("retainedBytes", retained(cached, wasm));
				figures.put(filter, figure);
			}
			new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(Path.of(args[0]).toFile(), figures);
		}
		finally {
			delete(cache);
		}
	}

	private static double load(EngineOptions options, byte[] wasm) throws ModuleException {
		long start = System.nanoTime();
		WasmEngine.create(options).compile(wasm);
		return (System.nanoTime() - start) / 1e6;
	}

	private static List<Double> warm(EngineOptions options, byte[] wasm) throws ModuleException {
		List<Double> times = new ArrayList<>();
		for (int i = 0; i < REPETITIONS; i++) {
			times.add(load(options, wasm));
		}
		Collections.sort(times);
		return times;
	}

	private static long retained(EngineOptions options, byte[] wasm) throws Exception {
		long before = used();
		CompiledModule module = WasmEngine.create(options).compile(wasm);
		module.exports();
		long after = used();
		if (module.size() != wasm.length) {
			throw new IllegalStateException("The module must stay reachable until here");
		}
		return after - before;
	}

	private static long used() throws InterruptedException {
		for (int i = 0; i < 4; i++) {
			System.gc();
			Thread.sleep(50);
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private static void delete(Path directory) throws IOException {
		try (Stream<Path> paths = Files.walk(directory)) {
			for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
	}

}
