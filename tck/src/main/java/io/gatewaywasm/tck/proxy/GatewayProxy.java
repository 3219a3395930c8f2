package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

	private static final Pattern PORT = Pattern.compile(".*Netty started on port ([0-9]+).*");

	private static final Pattern HTTP2_PORT = Pattern.compile("HTTP/2 on port ([0-9]+)");

	private static final Pattern TLS_PORT = Pattern.compile("TLS on port ([0-9]+)");

	private final List<String> command;

	private final Path modules;

	private final Path directory;

	private volatile int port;

	private volatile int http2Port;

	private volatile int tlsPort;

	/**
	 * Creates an adapter.
	 * @param command the command that starts the application; the location of its
	 * configuration is appended. When the application is ready, it prints {@code HTTP/2
	 * on port N} and {@code TLS on port N} for its additional ports
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
		Path configuration = this.directory.resolve("application.yml");
		Files.writeString(configuration, new Yaml().dump(new GatewayConfiguration(this.modules).of(deployments)));
		List<String> full = new ArrayList<>(this.command);
		full.add("--spring.config.location=file:" + configuration.toAbsolutePath());
		run(full);
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
		if (http2.matches()) {
			this.http2Port = Integer.parseInt(http2.group(1));
		}
		else if (tls.matches()) {
			this.tlsPort = Integer.parseInt(tls.group(1));
		}
		else if (this.port == 0 && first.matches()) {
			this.port = Integer.parseInt(first.group(1));
		}
	}

	@Override
	protected boolean serves() {
		return this.http2Port > 0 && this.tlsPort > 0;
	}

	@Override
	public InetSocketAddress address(Deployment deployment) {
		int withoutTls = deployment.conformanceCase().http2() ? this.http2Port : this.port;
		return new InetSocketAddress(InetAddress.getLoopbackAddress(),
				deployment.conformanceCase().tls() ? this.tlsPort : withoutTls);
	}

}
