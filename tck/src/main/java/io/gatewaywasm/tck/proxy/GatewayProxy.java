package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.Yaml;

/**
 * Gateway Wasm in a small application, with one route per case.
 */
public final class GatewayProxy extends ProcessProxy {

	private static final Pattern GUEST_LINE = Pattern
		.compile("@@INFO\\|gateway\\.wasm\\.plugin\\.(c[0-9]+-f[0-9]+)\\|(.*)");

	private static final Pattern TRACE_LINE = Pattern
		.compile("@@TRACE\\|gateway\\.wasm\\.trace\\.(c[0-9]+-f[0-9]+)\\|(.*)");

	private static final Pattern PORT = Pattern.compile("Routes on port ([0-9]+)");

	private static final Pattern HTTP2_PORT = Pattern.compile("HTTP/2 on port ([0-9]+)");

	private static final Pattern TLS_PORT = Pattern.compile("TLS on port ([0-9]+)");

	private static final Pattern CASE_PORT = Pattern.compile("Case ([0-9]+) on port ([0-9]+)");

	private final List<String> command;

	private final Path modules;

	private final Path directory;

	/** The ports of the cases whose plugins run before routing, by case number. */
	private final Map<Integer, Integer> casePorts = new ConcurrentHashMap<>();

	private volatile int port;

	private volatile int http2Port;

	private volatile int tlsPort;

	private int expectedPorts;

	/**
	 * Creates an adapter.
	 * @param command the command that starts the application; the files with
	 * configurations are appended: one for each case whose plugins run before routing,
	 * which concerns all routes of an application, and one for all other cases. When the
	 * applications are ready, the command prints {@code Case N on port N} for each of the
	 * former, and {@code Routes on port N}, {@code HTTP/2 on port N} and {@code TLS on
	 * port N}
	 * @param modules the directory with the driver guest
	 * @param directory the directory for configuration and output
	 */
	public GatewayProxy(List<String> command, Path modules, Path directory) {
		super(directory.resolve("gateway.log"));
		this.command = command;
		this.modules = modules;
		this.directory = directory;
	}

	@Override
	public void start(List<Deployment> deployments) throws IOException {
		Files.createDirectories(this.directory);
		List<Deployment> onRoutes = new ArrayList<>();
		List<String> full = new ArrayList<>(this.command);
		for (Deployment deployment : deployments) {
			if (deployment.conformanceCase().beforeRouting()) {
				full.add(write("case-" + deployment.number(), List.of(deployment)));
				this.expectedPorts++;
			}
			else {
				onRoutes.add(deployment);
			}
		}
		full.add(write("application", onRoutes));
		run(full);
	}

	private String write(String name, List<Deployment> deployments) throws IOException {
		Path file = this.directory.resolve(name + ".yml");
		Files.writeString(file, new Yaml().dump(new GatewayConfiguration(this.modules).of(deployments)));
		return file.toAbsolutePath().toString();
	}

	@Override
	protected void line(String line) {
		Matcher guest = GUEST_LINE.matcher(line);
		if (guest.matches()) {
			log().add(guest.group(1), guest.group(2));
			return;
		}
		Matcher traced = TRACE_LINE.matcher(line);
		if (traced.matches()) {
			trace().line(traced.group(1), traced.group(2));
			trace().belongs(traced.group(1), traced.group(1));
			return;
		}
		Matcher http2 = HTTP2_PORT.matcher(line);
		Matcher tls = TLS_PORT.matcher(line);
		Matcher first = PORT.matcher(line);
		Matcher own = CASE_PORT.matcher(line);
		if (own.matches()) {
			this.casePorts.put(Integer.valueOf(own.group(1)), Integer.valueOf(own.group(2)));
		}
		else if (http2.matches()) {
			this.http2Port = Integer.parseInt(http2.group(1));
		}
		else if (tls.matches()) {
			this.tlsPort = Integer.parseInt(tls.group(1));
		}
		else if (first.matches()) {
			this.port = Integer.parseInt(first.group(1));
		}
	}

	@Override
	protected boolean serves() {
		return this.http2Port > 0 && this.tlsPort > 0 && this.casePorts.size() == this.expectedPorts;
	}

	@Override
	public InetSocketAddress address(Deployment deployment) {
		Integer own = this.casePorts.get(deployment.number());
		if (own != null) {
			return new InetSocketAddress(deployment.loopback(), own);
		}
		int withoutTls = deployment.conformanceCase().http2() ? this.http2Port : this.port;
		return new InetSocketAddress(deployment.loopback(),
				deployment.conformanceCase().tls() ? this.tlsPort : withoutTls);
	}

}
