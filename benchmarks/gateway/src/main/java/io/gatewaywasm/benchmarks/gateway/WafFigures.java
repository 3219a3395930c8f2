package io.gatewaywasm.benchmarks.gateway;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatewaywasm.benchmarks.gateway.EnvoyConfiguration.Listener;

/**
 * Measures a web application firewall in the gateway and in Envoy: the CPU time from the
 * start to the first response, and the CPU time per request when both are warm.
 */
public final class WafFigures {

	private static final int UPSTREAM_PORT = 9190;

	private static final int CONNECTIONS = 4;

	private static final Duration START = Duration.ofMinutes(10);

	private WafFigures() {
	}

	/**
	 * Arguments: the output file, the module, Envoy's executable, the seconds of warm-up,
	 * the number of rounds, the seconds per run.
	 */
	public static void main(String[] args) throws Exception {
		Path module = Path.of(args[1]).toAbsolutePath();
		int warmUp = Integer.parseInt(args[3]);
		int rounds = Integer.parseInt(args[4]);
		int seconds = Integer.parseInt(args[5]);
		Path directory = Files.createTempDirectory("waf-figures");
		GatewayRounds.scripts(directory);
		LoadGenerator wrk = new LoadGenerator(directory);
		Map<String, Object> figures = new LinkedHashMap<>();
		Process upstream = MeasuredProxy.java(MeasuredProxy.ownJava(), Upstream.class, List.of("-Xmx256m"),
				Integer.toString(UPSTREAM_PORT));
		List<MeasuredProxy> proxies = new ArrayList<>();
		try {
			MeasuredProxy envoy = envoy(Path.of(args[2]), directory, module);
			proxies.add(envoy);
			figures.put("envoyStartSeconds", startSeconds(envoy));
			MeasuredProxy cold = gateway(module, directory.resolve("cache"));
			proxies.add(cold);
			figures.put("coldStartSeconds", startSeconds(cold));
			cold.stop();
			MeasuredProxy gateway = gateway(module, directory.resolve("cache"));
			proxies.add(gateway);
			figures.put("cachedStartSeconds", startSeconds(gateway));
			measure(wrk, gateway, "get", warmUp);
			measure(wrk, gateway, "post4k", warmUp);
			measure(wrk, envoy, "get", 2);
			for (int round = 0; round < rounds; round++) {
				for (String script : List.of("get", "post4k")) {
					figure(figures, script).add(measure(wrk, gateway, script, seconds));
					figure(figures, "envoy-" + script).add(measure(wrk, envoy, script, seconds));
				}
			}
			new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(Path.of(args[0]).toFile(), figures);
		}
		finally {
			for (MeasuredProxy proxy : proxies) {
				proxy.stop();
			}
			upstream.destroy();
		}
	}

	private static MeasuredProxy envoy(Path binary, Path directory, Path module) throws IOException {
		String configuration;
		try (var input = Objects.requireNonNull(WafFigures.class.getResourceAsStream("/waf.json"))) {
			configuration = new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		return MeasuredProxy.envoy(binary, directory, new EnvoyConfiguration(directory, UPSTREAM_PORT),
				Map.of("waf", new Listener(9182, module, configuration, true)));
	}

	private static MeasuredProxy gateway(Path module, Path cache) throws IOException {
		Process process = MeasuredProxy.java(MeasuredProxy.ownJava(), BenchmarkGateway.class,
				List.of("-Xms1g", "-Xmx2g"), "--spring.config.name=waf", "--benchmark.waf=" + module.toUri(),
				"--benchmark.upstream-port=" + UPSTREAM_PORT, "--gateway.wasm.cache.directory=" + cache,
				"--gateway.wasm.cache.max-size=1GB");
		return new MeasuredProxy(process, Map.of("waf", URI.create("http://127.0.0.1:9180/waf/orders")));
	}

	private static double startSeconds(MeasuredProxy proxy) throws InterruptedException {
		proxy.await("waf", START);
		double seconds = proxy.cpu().toMillis() / 1000.0;
		System.out.println("waf: first answer after " + seconds + " s of CPU");
		return seconds;
	}

	@SuppressWarnings("unchecked")
	private static List<Double> figure(Map<String, Object> figures, String name) {
		return (List<Double>) figures.computeIfAbsent(name, (key) -> new ArrayList<Double>());
	}

	/** Returns the CPU milliseconds per request. */
	private static double measure(LoadGenerator wrk, MeasuredProxy proxy, String script, int seconds) throws Exception {
		Duration before = proxy.cpu();
		LoadGenerator.Load load = wrk.run(proxy.route("waf").toString(), script, CONNECTIONS, seconds);
		double millis = proxy.cpu().minus(before).toNanos() / 1e6 / load.requests();
		System.out.printf("waf: %s %.2f ms at %s%n", script, millis, proxy.route("waf"));
		return millis;
	}

}
