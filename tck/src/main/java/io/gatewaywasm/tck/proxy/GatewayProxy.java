package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * Gateway Wasm in a small application, one route for each case.
 */
public final class GatewayProxy implements Proxy {

	private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

	private static final Pattern GUEST_LINE = Pattern
		.compile("@@INFO\\|gateway\\.wasm\\.plugin\\.(c[0-9]+-f[0-9]+)\\|(.*)");

	private static final Pattern PORT = Pattern.compile(".*Netty started on port ([0-9]+).*");

	private final List<String> command;

	private final Path modules;

	private final Path directory;

	private final GuestLog log = new GuestLog();

	private final CountDownLatch started = new CountDownLatch(1);

	private volatile int port;

	private @Nullable ProxyProcess process;

	/**
	 * Creates an adapter.
	 * @param command the command that starts the application, to which the location of
	 * its configuration is appended
	 * @param modules the directory with the driver guest
	 * @param directory where configuration and output are kept
	 */
	public GatewayProxy(List<String> command, Path modules, Path directory) {
		this.command = command;
		this.modules = modules;
		this.directory = directory;
	}

	@Override
	public void start(List<Deployment> deployments) throws IOException {
		Files.createDirectories(this.directory);
		Path configuration = this.directory.resolve("application.yml");
		Files.writeString(configuration, new Yaml().dump(new GatewayConfiguration(this.modules).of(deployments)));
		List<String> full = new java.util.ArrayList<>(this.command);
		full.add("--spring.config.location=file:" + configuration.toAbsolutePath());
		this.process = new ProxyProcess(full, this.directory.resolve("gateway.log"), this::line);
		awaitStart(this.process);
	}

	private void awaitStart(ProxyProcess running) throws IOException {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		try {
			while (!this.started.await(100, TimeUnit.MILLISECONDS)) {
				running.checkAlive();
				if (System.nanoTime() > deadline) {
					throw new IOException("The gateway has not started after " + START_TIMEOUT);
				}
			}
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private void line(String line) {
		Matcher guest = GUEST_LINE.matcher(line);
		if (guest.matches()) {
			this.log.add(guest.group(1), guest.group(2));
			return;
		}
		Matcher portLine = PORT.matcher(line);
		if (portLine.matches()) {
			this.port = Integer.parseInt(portLine.group(1));
		}
		else if (line.contains("|Started ")) {
			this.started.countDown();
		}
	}

	@Override
	public InetSocketAddress address(Deployment deployment) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port);
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
