package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that resets its connections: by turns before its answer, in its headers, and
 * in its body.
 */
final class RudeUpstream implements AutoCloseable {

	private static final String[] ANSWERS = { "", "HTTP/1.1 200 OK\r\nContent-Le",
			"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbegin",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n" };

	private final ServerSocket server;

	private final AtomicInteger resets = new AtomicInteger();

	RudeUpstream() throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread thread = new Thread(this::accept, "rude-upstream");
		thread.setDaemon(true);
		thread.start();
	}

	int port() {
		return this.server.getLocalPort();
	}

	int resets() {
		return this.resets.get();
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try (Socket socket = this.server.accept()) {
				socket.getInputStream().read(new byte[8192]);
				String answer = ANSWERS[this.resets.getAndIncrement() % ANSWERS.length];
				socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
				socket.getOutputStream().flush();
				Thread.sleep(5);
				socket.setSoLinger(true, 0);
			}
			catch (IOException | InterruptedException ex) {
				// The next one, if the server is still there.
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
