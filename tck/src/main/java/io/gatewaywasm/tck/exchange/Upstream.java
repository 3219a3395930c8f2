package io.gatewaywasm.tck.exchange;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.cases.UpstreamAnswer.Behavior;
import io.gatewaywasm.tck.tls.SelfSignedCertificate;
import io.gatewaywasm.tck.tls.TlsSockets;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that records requests and answers as the case says, over HTTP/1, or over
 * HTTP/2 if the connection begins with its preface.
 */
final class Upstream implements AutoCloseable {

	private static final int READ_TIMEOUT = 8000;

	private final List<UpstreamAnswer> answers;

	private final @Nullable SSLContext tls;

	private final ServerSocket server;

	private final Socket refusing = new Socket();

	private final RecordedRequests recorded = new RecordedRequests();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final AtomicInteger requests = new AtomicInteger();

	private final ExecutorService executor;

	Upstream(List<UpstreamAnswer> answers, SelfSignedCertificate certificate, ExecutorService executor)
			throws IOException {
		this.answers = answers;
		this.tls = answers.get(0).tls() ? certificate.serverContext() : null;
		this.executor = executor;
		if (answers.get(0).behavior() == Behavior.REFUSE) {
			// Reserves the port without listening on it.
			this.server = new ServerSocket();
			this.refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		}
		else {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			executor.execute(this::accept);
		}
	}

	int port() {
		return this.server.isBound() ? this.server.getLocalPort() : this.refusing.getLocalPort();
	}

	/** Returns the requests recorded since the last call. */
	List<Map<String, String>> takeRecorded() {
		this.requests.set(0);
		return this.recorded.take();
	}

	/** Closes all connections, so that the next run does not reuse pooled ones. */
	void disconnect() {
		this.open.forEach(Upstream::closeQuietly);
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket socket = this.server.accept();
				socket.setTcpNoDelay(true);
				socket.setSoTimeout(READ_TIMEOUT);
				this.open.add(socket);
				this.executor.execute(() -> serve(socket));
			}
			catch (IOException ex) {
				// The server socket is closed.
			}
		}
	}

	private void serve(Socket socket) {
		try (socket; Socket connection = secured(socket)) {
			InputStream input = new BufferedInputStream(connection.getInputStream());
			OutputStream output = new BufferedOutputStream(connection.getOutputStream());
			if (Http2Exchange.begins(input)) {
				new UpstreamHttp2(this.recorded, this::next).serve(input, output);
				return;
			}
			UpstreamHttp1 http1 = new UpstreamHttp1(this.recorded, this::next);
			while (http1.exchange(socket, input, output)) {
				// Continue with the next request.
			}
		}
		catch (IOException ex) {
			// The proxy has closed the connection.
		}
		finally {
			this.open.remove(socket);
		}
	}

	private Socket secured(Socket socket) throws IOException {
		return (this.tls != null) ? TlsSockets.server(socket, this.tls, this.answers.get(0).http2()) : socket;
	}

	private UpstreamAnswer next() {
		return this.answers.get(Math.min(this.requests.getAndIncrement(), this.answers.size() - 1));
	}

	private static void closeQuietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// The socket is already closed.
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		this.refusing.close();
		disconnect();
	}

}
