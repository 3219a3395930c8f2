package io.gatewaywasm.benchmarks.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Puts the routes of a gateway under load in turn, round after round, so that whatever
 * else the machine does hits all of them alike.
 */
public final class GatewayRounds {

	private static final String GATEWAY = "http://127.0.0.1:9180/";

	private static final String UPSTREAM_PORT = "9190";

	private static final List<String> ROUTES = List.of("none", "java", "minimal", "hello", "two", "none-post", "body");

	private final LoadGenerator wrk;

	private final ProcessHandle gateway;

	private final Map<String, List<Map<String, Object>>> results = new LinkedHashMap<>();

	private GatewayRounds(LoadGenerator wrk, ProcessHandle gateway) {
		this.wrk = wrk;
		this.gateway = gateway;
	}

	/**
	 * Run.
	 * @param args the file to write; the number of rounds; the seconds of each run; the
	 * number of runs at each number of connections; the requests after which the heap is
	 * counted again, 0 to skip that
	 */
	public static void main(String[] args) throws Exception {
		Path file = Path.of(args[0]);
		int rounds = Integer.parseInt(args[1]);
		int seconds = Integer.parseInt(args[2]);
		int sweeps = Integer.parseInt(args[3]);
		long soak = Long.parseLong(args[4]);
		Process upstream = java(Upstream.class, List.of("-Xmx256m"), UPSTREAM_PORT);
		Process gateway = java(BenchmarkGateway.class, List.of("-Xms512m", "-Xmx512m", "-XX:-DontCompileHugeMethods"),
				"--benchmark.upstream-port=" + UPSTREAM_PORT);
		try {
			awaitGateway(gateway);
			GatewayRounds run = new GatewayRounds(new LoadGenerator(scripts()), gateway.toHandle());
			run.warmUp(seconds);
			run.rounds(rounds, seconds);
			Map<String, Object> all = new LinkedHashMap<>();
			all.put("routes", run.results);
			all.put("connections", run.sweep(sweeps, seconds));
			if (soak > 0) {
				all.put("heap", run.soak(soak));
			}
			new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
		}
		finally {
			gateway.destroy();
			upstream.destroy();
			gateway.waitFor();
			upstream.waitFor();
		}
	}

	/** Everything is compiled only after tens of thousands of requests. */
	private void warmUp(int seconds) throws Exception {
		for (int i = 0; i < 2; i++) {
			for (String route : ROUTES) {
				measure(route, 32, Math.max(2, seconds));
			}
		}
	}

	private void rounds(int rounds, int seconds) throws Exception {
		List<String> order = new ArrayList<>(ROUTES);
		for (int round = 1; round <= rounds; round++) {
			for (String route : order) {
				Map<String, Object> result = measure(route, 32, seconds);
				this.results.computeIfAbsent(route, (key) -> new ArrayList<>()).add(result);
			}
			// Nobody is always the neighbour of the same.
			order.add(order.remove(0));
			System.out.println("gateway: round " + round + " of " + rounds);
		}
	}

	/** Each number of connections has its turn in each round. */
	private Map<String, List<Map<String, Object>>> sweep(int rounds, int seconds) throws Exception {
		Map<String, List<Map<String, Object>>> result = new LinkedHashMap<>();
		for (int round = 0; round < rounds; round++) {
			for (int connections : new int[] { 1, 32, 512 }) {
				result.computeIfAbsent(Integer.toString(connections), (key) -> new ArrayList<>())
					.add(Map.of("none", measure("none", connections, seconds), "minimal",
							measure("minimal", connections, seconds), "hello", measure("hello", connections, seconds)));
			}
		}
		System.out.println("gateway: numbers of connections done");
		return result;
	}

	private Map<String, Object> soak(long requests) throws Exception {
		measure("hello", 32, 5);
		long before = memory();
		long done = 0;
		while (done < requests) {
			done += (long) measure("hello", 32, 10).get("requests");
		}
		return Map.of("requests", done, "before", before, "after", memory());
	}

	private Map<String, Object> measure(String route, int connections, int seconds) throws Exception {
		boolean post = route.equals("none-post") || route.equals("body");
		String url = GATEWAY + route.replace("-post", "") + "/orders/4711";
		Duration before = cpu();
		LoadGenerator.Load load = this.wrk.run(url, post ? "post" : "get", connections, seconds);
		Duration used = cpu().minus(before);
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("requests", load.requests());
		result.put("rate", load.rate());
		result.put("p50", load.p50());
		result.put("p99", load.p99());
		result.put("cpuMicros", used.toNanos() / 1000.0 / load.requests());
		return result;
	}

	private Duration cpu() {
		return this.gateway.info()
			.totalCpuDuration()
			.orElseThrow(() -> new IllegalStateException("This system does not tell a process's CPU time"));
	}

	private static long memory() throws IOException, InterruptedException {
		return Long.parseLong(get("memory").body());
	}

	private static void awaitGateway(Process process) throws InterruptedException {
		for (int i = 0; i < 600; i++) {
			try {
				if (get("body/").statusCode() == 200) {
					return;
				}
			}
			catch (IOException ex) {
				// Not yet
			}
			if (!process.isAlive()) {
				throw new IllegalStateException("The gateway did not start: see above");
			}
			Thread.sleep(100);
		}
		throw new IllegalStateException("The gateway did not become ready within a minute");
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(GATEWAY + path)).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static Process java(Class<?> main, List<String> options, String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(Arrays.asList(arguments));
		return new ProcessBuilder(command).inheritIO().start();
	}

	/** Put the scripts where wrk can read them. */
	private static Path scripts() throws IOException {
		Path directory = Files.createTempDirectory("wrk");
		for (String name : List.of("get.lua", "post.lua")) {
			try (InputStream input = GatewayRounds.class.getResourceAsStream("/wrk/" + name)) {
				Files.write(directory.resolve(name), input.readAllBytes());
			}
		}
		return directory;
	}

}
