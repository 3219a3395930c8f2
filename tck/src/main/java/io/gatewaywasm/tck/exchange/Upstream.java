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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.cases.UpstreamAnswer.Behavior;

/**
 * An upstream that records what it is sent and answers as a case says, over HTTP/1.
 */
final class Upstream implements AutoCloseable {

	private static final int READ_TIMEOUT = 8000;

	private final List<UpstreamAnswer> answers;

	private final ServerSocket server;

	private final Socket refusing = new Socket();

	private final List<Map<String, String>> recorded = new ArrayList<>();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final AtomicInteger requests = new AtomicInteger();

	private final ExecutorService executor;

	Upstream(List<UpstreamAnswer> answers, ExecutorService executor) throws IOException {
		this.answers = answers;
		this.executor = executor;
		if (answers.get(0).behavior() == Behavior.REFUSE) {
			// Keeps the port, which nobody listens on.
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

	/**
	 * Returns what was recorded since the last call.
	 */
	List<Map<String, String>> takeRecorded() {
		synchronized (this.recorded) {
			List<Map<String, String>> taken = List.copyOf(this.recorded);
			this.recorded.clear();
			this.requests.set(0);
			return taken;
		}
	}

	/**
	 * Drops all connections, so that the next run finds none that is pooled.
	 */
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
				// Closed.
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			InputStream input = new BufferedInputStream(socket.getInputStream());
			OutputStream output = new BufferedOutputStream(socket.getOutputStream());
			while (exchange(socket, input, output)) {
				// The next one.
			}
		}
		catch (IOException ex) {
			// The proxy has gone.
		}
		finally {
			this.open.remove(socket);
		}
	}

	private boolean exchange(Socket socket, InputStream input, OutputStream output) throws IOException {
		Http1Reader reader = new Http1Reader(input);
		HttpMessage head = reader.head();
		if (head == null) {
			return false;
		}
		int number = this.requests.getAndIncrement();
		int slot = reserve();
		UpstreamAnswer answer = this.answers.get(Math.min(number, this.answers.size() - 1));
		if (answer.behavior() == Behavior.EARLY) {
			answer(answer, head, output);
		}
		HttpMessage request = reader.body(head, false, false);
		record(slot, request);
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
			case EARLY -> {
			}
		}
		return answer.behavior() != Behavior.HANG && !answer.close();
	}

	private int reserve() {
		synchronized (this.recorded) {
			this.recorded.add(Map.of("end", "open"));
			return this.recorded.size() - 1;
		}
	}

	private void record(int slot, HttpMessage request) {
		synchronized (this.recorded) {
			if (slot < this.recorded.size()) {
				this.recorded.set(slot, request.facts(Bytes.escape(request.startLine())));
			}
		}
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
		if (head && answer.framing() == io.gatewaywasm.tck.cases.Framing.LENGTH) {
			headers.add("content-length: " + answer.body().stream().mapToInt((part) -> part.bytes().length).sum());
		}
		writer.message("HTTP/1.1 " + answer.status() + " Status", headers, head ? List.of() : answer.body(),
				head ? io.gatewaywasm.tck.cases.Framing.NONE : answer.framing(), answer.trailers());
	}

	private static void closeQuietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is closed.
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		this.refusing.close();
		disconnect();
	}

}
