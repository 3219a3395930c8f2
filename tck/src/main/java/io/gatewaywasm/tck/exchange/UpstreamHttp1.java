package io.gatewaywasm.tck.exchange;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.tck.cases.Framing;
import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.cases.UpstreamAnswer.Behavior;

/**
 * Records and answers the requests that an upstream receives over HTTP/1, and over
 * WebSocket connections.
 */
final class UpstreamHttp1 {

	private final RecordedRequests recorded;

	private final Supplier<UpstreamAnswer> answers;

	UpstreamHttp1(RecordedRequests recorded, Supplier<UpstreamAnswer> answers) {
		this.recorded = recorded;
		this.answers = answers;
	}

	/**
	 * Answers the next request on a connection. Returns {@code false} if the connection
	 * ends with it.
	 */
	boolean exchange(Socket socket, InputStream input, OutputStream output) throws IOException {
		Http1Reader reader = new Http1Reader(input);
		HttpMessage head = reader.head();
		if (head == null) {
			return false;
		}
		int slot = this.recorded.begin();
		UpstreamAnswer answer = this.answers.get();
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

}
