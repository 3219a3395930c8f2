package io.gatewaywasm.benchmarks.gateway;

import java.io.IOException;
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
import java.util.concurrent.ThreadLocalRandom;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatewaywasm.benchmarks.Scenario;

/**
 * A proxy in a separate process, whose CPU time is measured. {@code routes} maps names to
 * URLs.
 */
record MeasuredProxy(Process process, Map<String, URI> routes) {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	/** Starts a JVM with the class path of this one. */
	static Process java(Path java, Class<?> main, List<String> options, String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(java.toString());
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(Arrays.asList(arguments));
		return new ProcessBuilder(command).inheritIO().start();
	}

	/** Returns the executable of this JVM. */
	static Path ownJava() {
		return Path.of(System.getProperty("java.home"), "bin", "java");
	}

	/** Starts Envoy. The returned proxy may not accept requests yet. */
	static MeasuredProxy envoy(Path binary, Path directory, EnvoyConfiguration configuration,
			Map<String, EnvoyConfiguration.Listener> listeners) throws IOException {
		Path file = directory.resolve("envoy.json");
		new ObjectMapper().writeValue(file.toFile(), configuration.of(List.copyOf(listeners.values())));
		Map<String, URI> routes = new LinkedHashMap<>();
		listeners.forEach(
				(name, listener) -> routes.put(name, URI.create("http://127.0.0.1:" + listener.port() + "/" + name)));
		Process process = new ProcessBuilder(binary.toString(), "-c", file.toString(), "--base-id",
				Integer.toString(ThreadLocalRandom.current().nextInt(1000, 1_000_000)), "-l", "warning",
				"--component-log-level", "wasm:warning", "--concurrency",
				Integer.toString(Runtime.getRuntime().availableProcessors()))
			.inheritIO()
			.start();
		return new MeasuredProxy(process, routes);
	}

	/** Copies the modules to a directory that Envoy can read. */
	static void unpack(Path directory, List<String> names) throws IOException {
		for (String name : names) {
			Files.write(directory.resolve(name + ".wasm"), Scenario.wasm(name));
		}
	}

	URI route(String name) {
		URI route = this.routes.get(name);
		if (route == null) {
			throw new IllegalArgumentException("Unknown route " + name);
		}
		return route;
	}

	Duration cpu() {
		return this.process.toHandle()
			.info()
			.totalCpuDuration()
			.orElseThrow(() -> new IllegalStateException("This system does not tell a process's CPU time"));
	}

	/** Waits until the route answers a first request. */
	void await(String route, Duration limit) throws InterruptedException {
		long end = System.nanoTime() + limit.toNanos();
		while (System.nanoTime() < end) {
			try {
				if (get(route(route)).statusCode() == 200) {
					return;
				}
			}
			catch (IOException ex) {
				// The proxy does not answer yet.
			}
			if (!this.process.isAlive()) {
				throw new IllegalStateException("The proxy did not start: see above");
			}
			Thread.sleep(10);
		}
		throw new IllegalStateException("The proxy did not answer at " + route(route) + " within " + limit);
	}

	static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
		return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
	}

	void stop() throws InterruptedException {
		this.process.destroy();
		this.process.waitFor();
	}

}
