package io.gatewaywasm.tck.exchange;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;

import io.gatewaywasm.tck.cases.ClientRequest;
import io.gatewaywasm.tck.cases.MessagePart;
import io.gatewaywasm.tck.tls.TlsSockets;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 client that sends the bytes of a case on one connection.
 */
final class Client implements AutoCloseable {

	private static final int ANSWER_TIMEOUT = Integer.getInteger("tck.timeout", 3000);

	private static final int CLOSE_TIMEOUT = 150;

	private static final int UPGRADED_TIMEOUT = 300;

	private final InetSocketAddress address;

	private final String caseNumber;

	private final ExecutorService executor;

	private @Nullable Socket socket;

	private @Nullable InputStream input;

	Client(InetSocketAddress address, String caseNumber, ExecutorService executor) {
		this.address = address;
		this.caseNumber = caseNumber;
		this.executor = executor;
	}

	Map<String, String> exchange(ClientRequest request) throws IOException {
		if (this.socket == null || this.socket.isClosed() || request.newConnection()) {
			close();
			this.socket = new Socket();
			this.socket.setTcpNoDelay(true);
			this.socket.connect(this.address);
			if (request.tls()) {
				this.socket = TlsSockets.client(this.socket, request.authority(),
						request.version().equals(Http2Exchange.VERSION));
			}
			this.input = new BufferedInputStream(this.socket.getInputStream());
		}
		if (request.version().equals(Http2Exchange.VERSION)) {
			this.socket.setSoTimeout(ANSWER_TIMEOUT);
			try (Socket connection = this.socket) {
				return Http2Exchange.request(connection, request, this.caseNumber, this.executor);
			}
		}
		Socket connection = this.socket;
		InputStream source = this.input;
		if (source == null) {
			throw new IllegalStateException("The client is not connected");
		}
		connection.setSoTimeout(ANSWER_TIMEOUT);
		this.executor.execute(() -> send(connection, request));
		return receive(connection, source, request);
	}

	private void send(Socket connection, ClientRequest request) {
		try {
			Http1Writer writer = new Http1Writer(new BufferedOutputStream(connection.getOutputStream()));
			if (!request.raw().isEmpty()) {
				writer.parts(request.raw().stream().map(this::withCaseNumber).toList());
			}
			else {
				List<String> headers = new ArrayList<>();
				if (!request.authority().isEmpty()) {
					headers.add("host: " + request.authority());
				}
				headers.add(ProxyHeaders.CASE_HEADER + ": " + this.caseNumber);
				headers.addAll(request.headers());
				writer.message(request.method() + " " + request.path() + " HTTP/" + request.version(), headers,
						request.body(), request.framing(), request.trailers());
			}
			if (request.abortAfter() >= 0) {
				Http1Writer.pause(request.abortAfter());
				connection.close();
			}
		}
		catch (IOException ex) {
			// The proxy has closed the connection. Its response shows why.
		}
	}

	private MessagePart withCaseNumber(MessagePart part) {
		String text = new String(part.bytes(), StandardCharsets.ISO_8859_1).replace("{case}", this.caseNumber);
		return new MessagePart(text.getBytes(StandardCharsets.ISO_8859_1), part.pause());
	}

	private Map<String, String> receive(Socket connection, InputStream source, ClientRequest request)
			throws IOException {
		Http1Reader reader = new Http1Reader(source);
		List<String> interim = new ArrayList<>();
		HttpMessage head = reader.head();
		while (head != null && status(head).startsWith("1") && !status(head).equals("101")) {
			interim.add(status(head));
			head = reader.head();
		}
		if (head == null) {
			if (request.abortAfter() >= 0) {
				return Map.of("end", "left");
			}
			closeConnection(connection);
			return Map.of("end", "no response: " + reader.end());
		}
		Map<String, String> facts = new LinkedHashMap<>();
		if (status(head).equals("101")) {
			facts.putAll(head.facts("101"));
			facts.put("framing", "upgraded");
			facts.put("body", Bytes.describe(upgraded(connection, source)));
			closeConnection(connection);
		}
		else {
			boolean bodyless = request.method().equals("HEAD") || status(head).equals("204")
					|| status(head).equals("304");
			HttpMessage response = reader.body(head, bodyless, true);
			facts.putAll(response.facts(status(head)));
			facts.put("connection", connection(connection, source, response));
		}
		facts.put("version", head.startLine().split(" ")[0]);
		if (!interim.isEmpty()) {
			facts.put("interim", String.join(", ", interim));
		}
		return facts;
	}

	private static String status(HttpMessage head) {
		String[] words = head.startLine().split(" ");
		return (words.length > 1) ? words[1] : head.startLine();
	}

	private static byte[] upgraded(Socket connection, InputStream source) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		connection.setSoTimeout(UPGRADED_TIMEOUT);
		byte[] buffer = new byte[8192];
		try {
			for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
				bytes.write(buffer, 0, count);
			}
		}
		catch (IOException ex) {
			// Nothing more can be read.
		}
		return bytes.toByteArray();
	}

	private static String connection(Socket connection, InputStream source, HttpMessage response) throws IOException {
		if (response.framing().equals("close") || !response.end().equals("complete")) {
			closeConnection(connection);
			return "closed";
		}
		boolean announced = response.header("connection").toLowerCase(Locale.ROOT).contains("close");
		try {
			connection.setSoTimeout(announced ? ANSWER_TIMEOUT : CLOSE_TIMEOUT);
			int next = source.read();
			closeConnection(connection);
			return (next < 0) ? "closed" : "followed by more bytes";
		}
		catch (SocketTimeoutException ex) {
			return "kept";
		}
		catch (IOException ex) {
			closeConnection(connection);
			return "closed";
		}
	}

	private static void closeConnection(Socket connection) {
		try {
			connection.close();
		}
		catch (IOException ex) {
			// The socket is already closed.
		}
	}

	@Override
	public void close() {
		if (this.socket != null) {
			closeConnection(this.socket);
		}
	}

}
