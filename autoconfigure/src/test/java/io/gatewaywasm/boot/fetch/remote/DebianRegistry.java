package io.gatewaywasm.boot.fetch.remote;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.packer.Image;
import io.gatewaywasm.packer.RegistryPush;
import io.gatewaywasm.packer.RegistryTarget;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real registry, Debian's {@code docker-registry}, on a port of its own. Where it is
 * not installed the test is skipped, or fails if {@value #REQUIRED} is {@code true}.
 */
final class DebianRegistry implements AutoCloseable {

	static final String REQUIRED = "GATEWAY_WASM_REQUIRE_REGISTRY";

	/** The user "puller" with the password "secret". */
	private static final String HTPASSWD = "puller:$2y$04$vkFGqNraCscAJDar4GMIdOxr5TUwEIRbMGMmiGQ3hlZt0IzDagk4.\n";

	private final Path directory;

	private final int port = freePort();

	private @Nullable String credentials;

	private @Nullable Process process;

	DebianRegistry(Path directory) {
		this.directory = directory;
	}

	/** Let in only those who log in. */
	DebianRegistry protect() {
		this.credentials = "puller:secret";
		return this;
	}

	DebianRegistry start() {
		try {
			Path program = program();
			Files.writeString(this.directory.resolve("htpasswd"), HTPASSWD);
			Path configuration = Files.writeString(this.directory.resolve("config.yml"), configuration());
			this.process = new ProcessBuilder(program.toString(), "serve", configuration.toString())
				.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("registry.log").toFile())
				.start();
			await();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path program() {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((folder) -> Path.of(folder, "docker-registry"))
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow(DebianRegistry::missing);
	}

	private static RuntimeException missing() {
		String message = "'docker-registry' is not installed, so that nothing was tried with a real registry";
		return "true".equals(System.getenv(REQUIRED)) ? new IllegalStateException(message)
				: new TestAbortedException(message);
	}

	private String configuration() {
		String configuration = """
				version: 0.1
				log: {level: warn}
				storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
				http: {addr: 'localhost:%d'}
				""".formatted(this.directory.resolve("data"), this.port);
		return (this.credentials == null) ? configuration : configuration
				+ "auth: {htpasswd: {realm: registry, path: %s}}\n".formatted(this.directory.resolve("htpasswd"));
	}

	private void await() throws IOException {
		for (int tries = 0; tries < 200; tries++) {
			try {
				new Socket("localhost", this.port).close();
				return;
			}
			catch (IOException ex) {
				sleep();
			}
		}
		throw new IOException(
				"The registry does not start: " + Files.readString(this.directory.resolve("registry.log")));
	}

	private static void sleep() {
		try {
			Thread.sleep(50);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String authority() {
		return "localhost:" + this.port;
	}

	RegistryPush pusher(String repository, String tag) {
		return new RegistryPush(new RegistryTarget(authority(), repository, tag), true, this.credentials);
	}

	String push(String repository, String tag, Image image) {
		return pusher(repository, tag).push(image);
	}

	@Override
	public void close() {
		Process process = this.process;
		if (process != null) {
			process.destroyForcibly();
			try {
				process.waitFor(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
