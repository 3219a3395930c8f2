package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * Envoy, one listener for each case.
 */
public final class EnvoyProxy implements Proxy {

	private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

	private static final Pattern GUEST_LINE = Pattern
		.compile("@@info\\|wasm\\|wasm log (?:[^ :]+ )*(c[0-9]+-f[0-9]+): (.*)");

	private static final Pattern LISTENER = Pattern
		.compile("\"name\":\"(c[0-9]+)\",\"local_address\":\\{\"socket_address\":\\{[^}]*\"port_value\":([0-9]+)");

	private final Path binary;

	private final Path modules;

	private final Path directory;

	private final GuestLog log = new GuestLog();

	private final Map<String, InetSocketAddress> addresses = new HashMap<>();

	private @Nullable ProxyProcess process;

	/**
	 * Creates an adapter.
	 * @param binary the executable
	 * @param modules the directory with the driver guest
	 * @param directory where configuration and output are kept
	 */
	public EnvoyProxy(Path binary, Path modules, Path directory) {
		this.binary = binary;
		this.modules = modules;
		this.directory = directory;
	}

	@Override
	public void start(List<Deployment> deployments) throws IOException {
		Files.createDirectories(this.directory);
		Path configuration = this.directory.resolve("envoy.yaml");
		Path admin = this.directory.resolve("admin-address");
		Files.deleteIfExists(admin);
		Files.writeString(configuration, new Yaml().dump(new EnvoyConfiguration(this.modules).of(deployments)));
		this.process = new ProxyProcess(List.of(this.binary.toString(), "-c", configuration.toString(), "--concurrency",
				"1", "--base-id", String.valueOf(ThreadLocalRandom.current().nextInt(1000, 1_000_000)), "-l", "warning",
				"--component-log-level", "wasm:info", "--log-format", "@@%l|%n|%v", "--drain-time-s", "1",
				"--admin-address-path", admin.toString()), this.directory.resolve("envoy.log"), this::line);
		awaitListeners(this.process, admin, deployments.size());
	}

	private void line(String line) {
		Matcher matcher = GUEST_LINE.matcher(line);
		if (matcher.matches()) {
			this.log.add(matcher.group(1), matcher.group(2));
		}
	}

	private void awaitListeners(ProxyProcess running, Path admin, int count) throws IOException {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (this.addresses.size() < count) {
			running.checkAlive();
			if (System.nanoTime() > deadline) {
				throw new IOException("Envoy does not listen after " + START_TIMEOUT);
			}
			try {
				Thread.sleep(100);
				if (Files.exists(admin) && !Files.readString(admin).isEmpty()) {
					readListeners(Files.readString(admin).strip());
				}
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		}
	}

	private void readListeners(String admin) throws IOException, InterruptedException {
		HttpClient client = HttpClient.newHttpClient();
		try {
			if (get(client, "http://" + admin + "/ready") == null) {
				return;
			}
			String listeners = get(client, "http://" + admin + "/listeners?format=json");
			if (listeners == null) {
				return;
			}
			Matcher matcher = LISTENER.matcher(listeners.replaceAll("\\s", ""));
			while (matcher.find()) {
				this.addresses.put(matcher.group(1),
						new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(2))));
			}
		}
		catch (java.net.ConnectException ex) {
			// Not yet.
		}
	}

	private static @Nullable String get(HttpClient client, String url) throws IOException, InterruptedException {
		var response = client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
		return (response.statusCode() == 200) ? response.body() : null;
	}

	@Override
	public InetSocketAddress address(Deployment deployment) {
		InetSocketAddress address = this.addresses.get(EnvoyConfiguration.listener(deployment));
		if (address == null) {
			throw new IllegalStateException("There is no listener for " + deployment.conformanceCase().id());
		}
		return address;
	}

	@Override
	public GuestLog log() {
		return this.log;
	}

	@Override
	public void checkAlive() throws ProxyEndedException {
		if (this.process != null) {
			this.process.checkAlive();
		}
	}

	@Override
	public void close() {
		if (this.process != null) {
			this.process.close();
		}
	}

}
