package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.tck.cases.Framing;
import io.gatewaywasm.tck.cases.MessagePart;
import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.cases.UpstreamAnswer.Behavior;
import io.gatewaywasm.tck.exchange.Http2Connection.PartConsumer;

/**
 * Records and answers the requests that an upstream receives over HTTP/2.
 */
final class UpstreamHttp2 {

	private final RecordedRequests recorded;

	private final Supplier<UpstreamAnswer> answers;

	UpstreamHttp2(RecordedRequests recorded, Supplier<UpstreamAnswer> answers) {
		this.recorded = recorded;
		this.answers = answers;
	}

	/** Answers the requests on a connection until it ends. */
	void serve(InputStream input, OutputStream output) throws IOException {
		input.skipNBytes(Http2Connection.PREFACE.length);
		Http2Connection connection = new Http2Connection(input, output);
		connection.start(false);
		for (Http2Head head = connection.head(); head != null; head = connection.head()) {
			int slot = this.recorded.begin();
			UpstreamAnswer answer = this.answers.get();
			Http2Head request = head;
			switch (answer.behavior()) {
				case EARLY -> answer(connection.writer(), head, answer);
				case ECHO -> connection.writer()
					.headers(head.stream(), List.of(":status", String.valueOf(answer.status())), answer.headers(),
							false);
				default -> {
				}
			}
			HttpMessage message = connection.body(head, (answer.behavior() == Behavior.ECHO)
					? (part) -> connection.writer().data(request.stream(), part, false) : PartConsumer.NONE);
			this.recorded.record(slot, message, Map.of());
			switch (answer.behavior()) {
				case CLOSE, REFUSE, WEBSOCKET -> {
					return;
				}
				case ECHO -> connection.writer().headers(head.stream(), List.of(), answer.trailers(), true);
				case ANSWER -> answer(connection.writer(), head, answer);
				case RESET -> reset(connection.writer(), head, answer);
				case EARLY, HANG -> {
				}
			}
		}
	}

	private static void answer(Http2Writer writer, Http2Head request, UpstreamAnswer answer) throws IOException {
		Http1Writer.pause(answer.delay());
		boolean bodyless = request.pseudo(":method").equals("HEAD");
		writer.message(request.stream(), List.of(":status", String.valueOf(answer.status())), answer.headers(),
				bodyless ? List.of() : answer.body(), bodyless ? Framing.NONE : answer.framing(), answer.trailers());
	}

	/** Sends an answer without its end, and resets the stream. */
	private static void reset(Http2Writer writer, Http2Head request, UpstreamAnswer answer) throws IOException {
		Http1Writer.pause(answer.delay());
		writer.headers(request.stream(), List.of(":status", String.valueOf(answer.status())), answer.headers(), false);
		for (MessagePart part : answer.body()) {
			Http1Writer.pause(part.pause());
			if (part.bytes().length > 0) {
				writer.data(request.stream(), part.bytes(), false);
			}
		}
		writer.reset(request.stream());
	}

}
