package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.tck.cases.Filter;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * Envoy, with one listener per case.
 */
public final class EnvoyProxy extends ProcessProxy {

	// For streams, the groups are the plugin, its root id and its VM id. For root
	// contexts, only the last two.
	private static final Pattern GUEST_LINE = Pattern
		.compile("@@info\\|wasm\\|([0-9]+)\\|wasm log (?:c[0-9]+-f[0-9]+ (?=.))?([^:]*): (.*)");

	private static final Pattern TRACE_LINE = Pattern.compile("@@trace\\|wasm\\|([0-9]+)\\|(.*)");

	private static final Pattern LISTENER = Pattern
		.compile("\"name\":\"(c[0-9]+)\",\"local_address\":\\{\"socket_address\":\\{[^}]*\"port_value\":([0-9]+)");

	private final Path binary;

	private final Path modules;

	private final Path directory;

	private final Path admin;

	/** The ports of the listeners, by name. */
	private final Map<String, Integer> ports = new HashMap<>();

	/** Plugins by root id and VM id, as Envoy logs them. */
	private final Map<String, String> plugins = new HashMap<>();

	private int count;

	/**
	 * Creates an adapter.
	 * @param binary the executable
	 * @param modules the directory with the driver guest
	 * @param directory the directory for configuration and output
	 */
	public EnvoyProxy(Path binary, Path modules, Path directory) {
		super(directory.resolve("envoy.log"));
		this.binary = binary;
		this.modules = modules;
		this.directory = directory;
		this.admin = directory.resolve("admin-address");
	}

	@Override
	public void start(List<Deployment> deployments) throws IOException {
		Files.createDirectories(this.directory);
		Path configuration = this.directory.resolve("envoy.yaml");
		Files.deleteIfExists(this.admin);
		this.count = deployments.size();
		deployments.forEach(this::name);
		Files.writeString(configuration, new Yaml().dump(new EnvoyConfiguration(this.modules).of(deployments)));
		run(List.of(this.binary.toString(), "-c", configuration.toString(), "--concurrency", "1", "--base-id",
				String.valueOf(ThreadLocalRandom.current().nextInt(1000, 1_000_000)), "-l", "warning",
				"--component-log-level", "wasm:trace", "--log-format", "@@%l|%n|%t|%v", "--drain-time-s", "1",
				"--admin-address-path", this.admin.toString()));
	}

	private void name(Deployment deployment) {
		List<Filter> filters = deployment.conformanceCase().filters();
		for (int i = 0; i < filters.size(); i++) {
			this.plugins.put((filters.get(i).rootId() + " " + deployment.vmId(i)).strip(), deployment.plugin(i));
		}
	}

	@Override
	protected void line(String line) {
		Matcher guest = GUEST_LINE.matcher(line);
		Matcher traced = TRACE_LINE.matcher(line);
		if (guest.matches()) {
			String plugin = this.plugins.getOrDefault(guest.group(2), guest.group(2));
			trace().belongs(guest.group(1), plugin);
			log().add(plugin, guest.group(3));
		}
		else if (traced.matches()) {
			trace().line(traced.group(1), traced.group(2));
		}
	}

	@Override
	protected boolean serves() throws IOException, InterruptedException {
		if (Files.exists(this.admin) && !Files.readString(this.admin).isEmpty()) {
			readListeners(Files.readString(this.admin).strip());
		}
		return this.ports.size() == this.count;
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
				this.ports.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
			}
		}
		catch (java.net.ConnectException ex) {
			// Envoy does not listen yet.
		}
	}

	private static @Nullable String get(HttpClient client, String url) throws IOException, InterruptedException {
		var response = client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
		return (response.statusCode() == 200) ? response.body() : null;
	}

	@Override
	public InetSocketAddress address(Deployment deployment) {
		Integer port = this.ports.get(EnvoyConfiguration.listener(deployment));
		if (port == null) {
			throw new IllegalStateException("Envoy has no listener for " + deployment.conformanceCase().id());
		}
		return new InetSocketAddress(deployment.loopback(), port);
	}

}
