package io.gatewaywasm.benchmarks.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatewaywasm.benchmarks.gateway.EnvoyConfiguration.Listener;
import org.jspecify.annotations.Nullable;

/**
 * Puts the routes of a gateway, and of Envoy with the same filters, under load one after
 * the other. The rounds are repeated, so that other load on the machine affects all
 * routes alike.
 */
public final class GatewayRounds {

	private static final String GATEWAY = "http://127.0.0.1:9180/";

	private static final int UPSTREAM_PORT = 9190;

	private static final List<String> ROUTES = List.of("none", "java", "minimal", "hello", "two", "go", "none-post",
			"body");

	/** Envoy runs right after the gateway on the same route. */
	private static final Map<String, Listener> LISTENERS = Map.of("none", listener(9181, null), "hello",
			listener(9182, "hello_world"), "go", listener(9183, "headers_go"), "none-post", listener(9181, null),
			"body", listener(9184, "body_rust"));

	private final LoadGenerator wrk;

	private final MeasuredProxy gateway;

	private final @Nullable MeasuredProxy envoy;

	private final Map<String, List<Map<String, Object>>> results = new LinkedHashMap<>();

	private final Map<String, List<Map<String, Object>>> envoyResults = new LinkedHashMap<>();

	private GatewayRounds(LoadGenerator wrk, MeasuredProxy gateway, @Nullable MeasuredProxy envoy) {
		this.wrk = wrk;
		this.gateway = gateway;
		this.envoy = envoy;
	}

	private static Listener listener(int port, @Nullable String filter) {
		return new Listener(port, (filter != null) ? Path.of(filter + ".wasm") : null, "", false);
	}

	/**
	 * Arguments: the output file; the number of rounds; the seconds per run; the number
	 * of runs per number of connections; the number of requests after which the heap is
	 * measured again, or 0; Envoy's executable, or nothing to leave Envoy out.
	 */
	public static void main(String[] args) throws Exception {
		Path file = Path.of(args[0]);
		int rounds = Integer.parseInt(args[1]);
		int seconds = Integer.parseInt(args[2]);
		int sweeps = Integer.parseInt(args[3]);
		long soak = Long.parseLong(args[4]);
		Path directory = Files.createTempDirectory("gateway-rounds");
		List<Process> started = new ArrayList<>();
		try {
			started.add(MeasuredProxy.java(MeasuredProxy.ownJava(), Upstream.class, List.of("-Xmx256m"),
					Integer.toString(UPSTREAM_PORT)));
			MeasuredProxy envoy = (args.length > 5) ? envoy(Path.of(args[5]), directory) : null;
			if (envoy != null) {
				started.add(envoy.process());
			}
			MeasuredProxy gateway = gateway();
			started.add(gateway.process());
			GatewayRounds run = new GatewayRounds(new LoadGenerator(scripts(directory)), gateway, envoy);
			run.warmUp(seconds);
			run.rounds(rounds, seconds);
			Map<String, Object> all = new LinkedHashMap<>();
			all.put("routes", run.results);
			all.put("envoy", run.envoyResults);
			all.put("connections", run.sweep(sweeps, seconds));
			if (soak > 0) {
				all.put("heap", run.soak(soak));
			}
			new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
		}
		finally {
			for (Process process : started) {
				process.destroy();
				process.waitFor();
			}
		}
	}

	private static MeasuredProxy envoy(Path binary, Path directory) throws IOException, InterruptedException {
		MeasuredProxy.unpack(directory, List.of("hello_world", "headers_go", "body_rust"));
		Map<String, Listener> listeners = new LinkedHashMap<>(LISTENERS);
		listeners.remove("none-post");
		MeasuredProxy envoy = MeasuredProxy.envoy(binary, directory, new EnvoyConfiguration(directory, UPSTREAM_PORT),
				listeners);
		envoy.await("none", Duration.ofMinutes(1));
		return envoy;
	}

	private static MeasuredProxy gateway() throws IOException, InterruptedException {
		Process process = MeasuredProxy.java(MeasuredProxy.ownJava(), BenchmarkGateway.class,
				List.of("-Xms512m", "-Xmx512m"), "--benchmark.upstream-port=" + UPSTREAM_PORT);
		Map<String, URI> routes = ROUTES.stream()
			.collect(Collectors.toMap(Function.identity(), (name) -> URI.create(GATEWAY + path(name))));
		MeasuredProxy gateway = new MeasuredProxy(process, routes);
		gateway.await("body", Duration.ofMinutes(2));
		return gateway;
	}

	private static String path(String route) {
		return route.replace("-post", "") + "/orders/4711";
	}

	/**
	 * Warms up all routes. The JIT compiler needs tens of thousands of requests, and more
	 * for Go filters.
	 */
	private void warmUp(int seconds) throws Exception {
		for (int i = 0; i < 2; i++) {
			for (String route : ROUTES) {
				int longer = route.equals("go") ? 3 : 1;
				measure(this.gateway, route, 32, longer * Math.max(2, seconds));
			}
		}
		if (this.envoy != null) {
			for (String route : LISTENERS.keySet()) {
				measure(this.envoy, route, 32, 1);
			}
		}
	}

	private void rounds(int rounds, int seconds) throws Exception {
		List<String> order = new ArrayList<>(ROUTES);
		for (int round = 1; round <= rounds; round++) {
			for (String route : order) {
				this.results.computeIfAbsent(route, (key) -> new ArrayList<>())
					.add(measure(this.gateway, route, 32, seconds));
				if (this.envoy != null && LISTENERS.containsKey(route)) {
					this.envoyResults.computeIfAbsent(route, (key) -> new ArrayList<>())
						.add(measure(this.envoy, route, 32, seconds));
				}
			}
			// Each round starts with another route, so that no route always follows the
			// same one.
			order.add(order.remove(0));
			System.out.println("gateway: round " + round + " of " + rounds);
		}
	}

	/** Runs each number of connections once per round. */
	private Map<String, List<Map<String, Object>>> sweep(int rounds, int seconds) throws Exception {
		Map<String, List<Map<String, Object>>> result = new LinkedHashMap<>();
		for (int round = 0; round < rounds; round++) {
			for (int connections : new int[] { 1, 32, 512 }) {
				Map<String, Object> routes = new LinkedHashMap<>();
				for (String route : List.of("none", "minimal", "hello")) {
					routes.put(route, measure(this.gateway, route, connections, seconds));
				}
				result.computeIfAbsent(Integer.toString(connections), (key) -> new ArrayList<>()).add(routes);
			}
		}
		System.out.println("gateway: numbers of connections done");
		return result;
	}

	private Map<String, Object> soak(long requests) throws Exception {
		measure(this.gateway, "hello", 32, 5);
		long before = memory();
		long done = 0;
		while (done < requests) {
			done += (long) measure(this.gateway, "hello", 32, 10).get("requests");
		}
		return Map.of("requests", done, "before", before, "after", memory());
	}

	private Map<String, Object> measure(MeasuredProxy proxy, String route, int connections, int seconds)
			throws Exception {
		boolean post = route.equals("none-post") || route.equals("body");
		URI url = proxy.route((proxy == this.gateway) ? route : route.replace("-post", ""));
		Duration before = proxy.cpu();
		LoadGenerator.Load load = this.wrk.run(url.toString(), post ? "post" : "get", connections, seconds);
		Duration used = proxy.cpu().minus(before);
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("requests", load.requests());
		result.put("rate", load.rate());
		result.put("p50", load.p50());
		result.put("p99", load.p99());
		result.put("cpuMicros", used.toNanos() / 1000.0 / load.requests());
		return result;
	}

	private static long memory() throws IOException, InterruptedException {
		return Long.parseLong(MeasuredProxy.get(URI.create(GATEWAY + "memory")).body());
	}

	/** Copies the scripts to a directory that wrk can read. */
	static Path scripts(Path directory) throws IOException {
		for (String name : List.of("get.lua", "post.lua", "post4k.lua")) {
			try (InputStream input = GatewayRounds.class.getResourceAsStream("/wrk/" + name)) {
				Files.write(directory.resolve(name), input.readAllBytes());
			}
		}
		return directory;
	}

}
