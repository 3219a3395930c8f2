package io.gatewaywasm.tck.proxy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process whose output is read line by line and kept in a file.
 */
final class ProxyProcess implements AutoCloseable {

	private final Process process;

	private final Path output;

	ProxyProcess(List<String> command, Path output, Consumer<String> lines) throws IOException {
		this.output = output;
		this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		Thread reader = new Thread(() -> read(lines), "output-of-" + output.getFileName());
		reader.setDaemon(true);
		reader.start();
	}

	private void read(Consumer<String> lines) {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.ISO_8859_1));
				BufferedWriter writer = Files.newBufferedWriter(this.output, StandardCharsets.ISO_8859_1)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				writer.write(line);
				writer.newLine();
				writer.flush();
				lines.accept(line);
			}
		}
		catch (IOException ex) {
			// The process has been stopped.
		}
	}

	void checkAlive() throws ProxyEndedException {
		if (!this.process.isAlive()) {
			throw new ProxyEndedException(
					"The proxy has ended with code " + this.process.exitValue() + "; see " + this.output);
		}
	}

	@Override
	public void close() {
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
