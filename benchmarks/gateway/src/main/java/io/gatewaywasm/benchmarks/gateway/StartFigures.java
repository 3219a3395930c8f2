package io.gatewaywasm.benchmarks.gateway;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Measures the time from the start of a JVM to the first request that has passed through
 * three Rust filters, whose modules are compiled at build time: plain, with an AOT cache
 * of JDK 25 or later, and with such a cache and Spring AOT.
 */
public final class StartFigures {

	private static final int UPSTREAM_PORT = 9190;

	private static final String SPRING_AOT = "-Dspring.aot.enabled=true";

	private StartFigures() {
	}

	/**
	 * Arguments: the output file, the JVM's executable, the number of starts. The class
	 * path must consist of jars.
	 */
	public static void main(String[] args) throws Exception {
		Path java = Path.of(args[1]);
		Path directory = Files.createTempDirectory("start-figures");
		Path aot = directory.resolve("gateway.aot");
		Path springAot = directory.resolve("spring.aot");
		Map<String, List<Double>> figures = new LinkedHashMap<>();
		Process upstream = MeasuredProxy.java(MeasuredProxy.ownJava(), Upstream.class, List.of("-Xmx256m"),
				Integer.toString(UPSTREAM_PORT));
		try {
			start(java, List.of("-XX:AOTCacheOutput=" + aot));
			start(java, List.of(SPRING_AOT, "-XX:AOTCacheOutput=" + springAot));
			for (int i = 0; i < Integer.parseInt(args[2]); i++) {
				add(figures, "plain", start(java, List.of()));
				add(figures, "aot", start(java, List.of("-XX:AOTCache=" + aot)));
				add(figures, "springAot", start(java, List.of(SPRING_AOT, "-XX:AOTCache=" + springAot)));
			}
			new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(Path.of(args[0]).toFile(), figures);
		}
		finally {
			upstream.destroy();
		}
	}

	private static void add(Map<String, List<Double>> figures, String name, double[] start) {
		figures.computeIfAbsent(name + "Seconds", (key) -> new ArrayList<>()).add(start[0]);
		figures.computeIfAbsent(name + "CpuSeconds", (key) -> new ArrayList<>()).add(start[1]);
		System.out.printf("start: %s %.2f s, %.2f s of CPU%n", name, start[0], start[1]);
	}

	private static double[] start(Path java, List<String> options) throws Exception {
		List<String> all = new ArrayList<>(options);
		all.addAll(List.of("-Xmx512m", "-Xlog:disable", "--enable-native-access=ALL-UNNAMED"));
		long start = System.nanoTime();
		MeasuredProxy gateway = new MeasuredProxy(
				MeasuredProxy.java(java, BenchmarkGateway.class, all, "--spring.config.name=start",
						"--benchmark.upstream-port=" + UPSTREAM_PORT),
				Map.of("three", URI.create("http://127.0.0.1:9180/three/orders")));
		try {
			gateway.await("three", Duration.ofMinutes(2));
			return new double[] { (System.nanoTime() - start) / 1e9, gateway.cpu().toMillis() / 1e3 };
		}
		finally {
			gateway.stop();
		}
	}

}
