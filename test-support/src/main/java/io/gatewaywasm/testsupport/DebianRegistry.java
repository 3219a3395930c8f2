package io.gatewaywasm.testsupport;

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

import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real registry, Debian's {@code docker-registry}, on a port of its own. Where it is
 * not installed the test is skipped, or fails if {@value #REQUIRED} is {@code true}.
 */
public class DebianRegistry implements AutoCloseable {

	public static final String REQUIRED = "GATEWAY_WASM_REQUIRE_REGISTRY";

	/** The user "puller" with the password "secret". */
	private static final String HTPASSWD = "puller:$2y$04$vkFGqNraCscAJDar4GMIdOxr5TUwEIRbMGMmiGQ3hlZt0IzDagk4.\n";

	private final Path directory;

	private final int port = freePort();

	private @Nullable String credentials;

	private @Nullable Process process;

	/**
	 * Creates a registry that keeps its data in a directory.
	 */
	public DebianRegistry(Path directory) {
		this.directory = directory;
	}

	/**
	 * Requires a login.
	 */
	public DebianRegistry protect() {
		this.credentials = "puller:secret";
		return this;
	}

	public DebianRegistry start() {
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
		for (int tries = 0; tries < 1200; tries++) {
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

	public String authority() {
		return "localhost:" + this.port;
	}

	/**
	 * Returns user, colon and password, or {@code null} if everyone may push.
	 */
	public @Nullable String credentials() {
		return this.credentials;
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
