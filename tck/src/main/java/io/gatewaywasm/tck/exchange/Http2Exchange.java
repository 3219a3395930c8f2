package io.gatewaywasm.tck.exchange;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;

import io.gatewaywasm.tck.cases.ClientRequest;
import io.gatewaywasm.tck.exchange.Http2Connection.PartConsumer;

/**
 * The requests of cases over HTTP/2.
 */
final class Http2Exchange {

	/** The version as written in cases. */
	static final String VERSION = "2";

	private Http2Exchange() {
	}

	/** Sends a request on a new connection and returns the facts about its response. */
	static Map<String, String> request(Socket socket, ClientRequest request, String caseNumber,
			ExecutorService executor) throws IOException {
		Http2Connection connection = new Http2Connection(new BufferedInputStream(socket.getInputStream()),
				new BufferedOutputStream(socket.getOutputStream()));
		// The answer to the server's settings must not get ahead of the preface.
		connection.start(true);
		executor.execute(() -> send(socket, connection, request, caseNumber));
		try {
			return response(connection, request);
		}
		finally {
			connection.writer().window().close();
		}
	}

	private static Map<String, String> response(Http2Connection connection, ClientRequest request) throws IOException {
		List<String> interim = new ArrayList<>();
		Http2Head head = connection.head();
		while (head != null && head.pseudo(":status").startsWith("1")) {
			interim.add(head.pseudo(":status"));
			head = connection.head();
		}
		if (head == null) {
			return Map.of("end", (request.abortAfter() >= 0) ? "left" : "no response: " + connection.end());
		}
		Map<String, String> facts = new LinkedHashMap<>(
				connection.body(head, PartConsumer.NONE).facts(head.pseudo(":status")));
		if (!interim.isEmpty()) {
			facts.put("interim", String.join(", ", interim));
		}
		return facts;
	}

	private static void send(Socket socket, Http2Connection connection, ClientRequest request, String caseNumber) {
		try {
			List<String> headers = new ArrayList<>(List.of(ProxyHeaders.CASE_HEADER + ": " + caseNumber));
			headers.addAll(request.headers());
			connection.writer()
				.message(1,
						List.of(":method", request.method(), ":scheme", request.tls() ? "https" : "http", ":authority",
								request.authority(), ":path", request.path()),
						headers, request.body(), request.framing(), request.trailers());
			if (request.abortAfter() >= 0) {
				Http1Writer.pause(request.abortAfter());
				connection.writer().reset(1);
				socket.close();
			}
		}
		catch (IOException ex) {
			// The proxy has closed the connection. Its response shows why.
		}
	}

	/**
	 * Returns whether a connection begins with the HTTP/2 preface, without consuming
	 * bytes.
	 */
	static boolean begins(InputStream input) throws IOException {
		input.mark(Http2Connection.PREFACE.length);
		boolean begins = true;
		for (int i = 0; i < Http2Connection.PREFACE.length && begins; i++) {
			begins = input.read() == Http2Connection.PREFACE[i];
		}
		input.reset();
		return begins;
	}

}
