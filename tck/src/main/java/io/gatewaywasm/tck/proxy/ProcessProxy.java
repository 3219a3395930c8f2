package io.gatewaywasm.tck.proxy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.tck.trace.CallTrace;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in a separate process, whose output is read line by line and kept in a file.
 */
public abstract class ProcessProxy implements Proxy {

	private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

	private static final int START_INTERVAL = 100;

	private final GuestLog log = new GuestLog();

	private final GuestLog calls = new GuestLog();

	private final CallTrace trace = new CallTrace(this.calls::add);

	private final Path output;

	private @Nullable Process process;

	/**
	 * Creates an adapter.
	 * @param output the file for the output
	 */
	protected ProcessProxy(Path output) {
		this.output = output;
	}

	/**
	 * Starts the process and returns when it accepts requests.
	 * @throws IOException if it cannot be started
	 */
	protected final void run(List<String> command) throws IOException {
		this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		Process running = this.process;
		Thread reader = new Thread(() -> read(running), "output-of-" + this.output.getFileName());
		reader.setDaemon(true);
		reader.start();
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		try {
			while (!serves()) {
				checkAlive();
				if (System.nanoTime() > deadline) {
					throw new IOException("The proxy does not serve after " + START_TIMEOUT + "; see " + this.output);
				}
				Thread.sleep(START_INTERVAL);
			}
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private void read(Process running) {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(running.getInputStream(), StandardCharsets.ISO_8859_1));
				BufferedWriter writer = Files.newBufferedWriter(this.output, StandardCharsets.ISO_8859_1)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				writer.write(line);
				writer.newLine();
				writer.flush();
				line(line);
			}
		}
		catch (IOException ex) {
			// The process has been stopped.
		}
	}

	/**
	 * Handles a line of the output.
	 */
	protected abstract void line(String line);

	/**
	 * Returns whether the process serves all cases.
	 * @return {@code true} as soon as it does
	 * @throws IOException if it cannot be asked
	 * @throws InterruptedException if the thread is interrupted
	 */
	protected abstract boolean serves() throws IOException, InterruptedException;

	@Override
	public final GuestLog log() {
		return this.log;
	}

	@Override
	public final Optional<GuestLog> calls() {
		return Optional.of(this.calls);
	}

	/**
	 * Returns the reader to which an adapter passes the lines of the proxy's trace.
	 */
	protected final CallTrace trace() {
		return this.trace;
	}

	@Override
	public final void checkAlive() throws ProxyEndedException {
		if (this.process != null && !this.process.isAlive()) {
			throw new ProxyEndedException(
					"The proxy has ended with code " + this.process.exitValue() + "; see " + this.output);
		}
	}

	@Override
	public final void close() {
		if (this.process == null) {
			return;
		}
		this.process.destroy();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
