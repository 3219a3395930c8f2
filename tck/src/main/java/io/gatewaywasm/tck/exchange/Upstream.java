package io.gatewaywasm.tck.exchange;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import io.gatewaywasm.tck.cases.Framing;
import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.cases.UpstreamAnswer.Behavior;
import io.gatewaywasm.tck.exchange.Http2Connection.PartConsumer;
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
				serveHttp2(input, output);
				return;
			}
			while (exchange(socket, input, output)) {
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

	private void serveHttp2(InputStream input, OutputStream output) throws IOException {
		input.skipNBytes(Http2Connection.PREFACE.length);
		Http2Connection connection = new Http2Connection(input, output);
		connection.start(false);
		for (Http2Head head = connection.head(); head != null; head = connection.head()) {
			int slot = this.recorded.begin();
			UpstreamAnswer answer = next();
			Http2Head request = head;
			switch (answer.behavior()) {
				case EARLY -> Http2Exchange.answer(connection, head, answer);
				case ECHO -> connection.headers(head.stream(), List.of(":status", String.valueOf(answer.status())),
						answer.headers(), false);
				default -> {
				}
			}
			HttpMessage message = connection.body(head, (answer.behavior() == Behavior.ECHO)
					? (part) -> connection.data(request.stream(), part, false) : PartConsumer.NONE);
			this.recorded.record(slot, message, Map.of());
			switch (answer.behavior()) {
				case CLOSE, REFUSE, WEBSOCKET -> {
					return;
				}
				case ECHO -> connection.headers(head.stream(), List.of(), answer.trailers(), true);
				case ANSWER, RESET -> Http2Exchange.answer(connection, head, answer);
				case EARLY, HANG -> {
				}
			}
		}
	}

	private UpstreamAnswer next() {
		return this.answers.get(Math.min(this.requests.getAndIncrement(), this.answers.size() - 1));
	}

	private boolean exchange(Socket socket, InputStream input, OutputStream output) throws IOException {
		Http1Reader reader = new Http1Reader(input);
		HttpMessage head = reader.head();
		if (head == null) {
			return false;
		}
		int slot = this.recorded.begin();
		UpstreamAnswer answer = next();
		if (answer.behavior() == Behavior.EARLY) {
			answer(answer, head, output);
		}
		HttpMessage request = reader.body(head, false, false);
		this.recorded.record(slot, request, Map.of());
		if (!request.end().equals("complete")) {
			return false;
		}
		switch (answer.behavior()) {
			case HANG -> new Http1Reader(input).head();
			case CLOSE, REFUSE -> {
				return false;
			}
			case RESET -> {
				answer(answer, head, output);
				socket.setSoLinger(true, 0);
				return false;
			}
			case ANSWER -> answer(answer, head, output);
			case ECHO -> {
				answer(answer, head, output);
				echo(input, output);
				return false;
			}
			case WEBSOCKET -> {
				webSocket(slot, request, answer, new DataInputStream(input), output);
				return false;
			}
			case EARLY -> {
			}
		}
		return answer.behavior() != Behavior.HANG && !answer.close();
	}

	private void webSocket(int slot, HttpMessage request, UpstreamAnswer answer, DataInputStream input,
			OutputStream output) throws IOException {
		List<String> headers = new ArrayList<>(List.of("connection: Upgrade", "upgrade: websocket",
				"sec-websocket-accept: " + WebSocketFrame.accept(request.header("sec-websocket-key"))));
		headers.addAll(answer.headers());
		new Http1Writer(output).message("HTTP/1.1 101 Switching Protocols", headers, List.of(), Framing.NONE,
				List.of());
		List<String> frames = new ArrayList<>();
		WebSocketFrame frame;
		do {
			frame = WebSocketFrame.read(input);
			frames.add(frame.toString());
			this.recorded.record(slot, request, Map.of("frames", String.join(", ", frames)));
			frame.write(output);
		}
		while (!frame.isClose());
	}

	private static void echo(InputStream input, OutputStream output) throws IOException {
		byte[] buffer = new byte[8192];
		for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
			output.write(buffer, 0, count);
			output.flush();
		}
	}

	private static void answer(UpstreamAnswer answer, HttpMessage request, OutputStream output) throws IOException {
		Http1Writer writer = new Http1Writer(output);
		Http1Writer.pause(answer.delay());
		if (!answer.raw().isEmpty()) {
			writer.parts(answer.raw());
			return;
		}
		boolean head = request.startLine().startsWith("HEAD ");
		List<String> headers = new ArrayList<>(answer.headers());
		if (head && answer.framing() == Framing.LENGTH) {
			headers.add("content-length: " + answer.body().stream().mapToInt((part) -> part.bytes().length).sum());
		}
		writer.message("HTTP/1.1 " + answer.status() + " Status", headers, head ? List.of() : answer.body(),
				head ? Framing.NONE : answer.framing(), answer.trailers());
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
