package io.gatewaywasm.tck.exchange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.gatewaywasm.tck.cases.ClientRequest;
import io.gatewaywasm.tck.cases.Framing;
import io.gatewaywasm.tck.cases.MessagePart;
import io.gatewaywasm.tck.exchange.Http2Connection.PartConsumer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class Http2ConnectionTests {

	private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

	private final Http2Writer writer = new Http2Writer(this.wire);

	@Test
	void messageIsReadAsItWasWritten() throws IOException {
		byte[] large = new byte[40000];
		this.writer.message(1, List.of(":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/p"),
				List.of("X-A: 1", "x-a: 2"), List.of(new MessagePart(large, 0), new MessagePart("end".getBytes(), 0)),
				Framing.LENGTH, List.of("x-t: 3"));
		Http2Connection reader = reader();
		Http2Head head = reader.head();
		assertThat(head).isNotNull();
		assertThat(head.startLine()).isEqualTo("POST /p HTTP/2");
		List<Integer> parts = new ArrayList<>();
		HttpMessage message = reader.body(head, (part) -> parts.add(part.length));
		assertThat(message.headers()).extracting(Object::toString)
			.containsExactly(":scheme: http", ":authority: a", "x-a: 1", "x-a: 2");
		assertThat(parts).containsExactly(16384, 16384, 7232, 3);
		assertThat(message.body()).hasSize(40003);
		assertThat(message.trailers()).extracting(Object::toString).containsExactly("x-t: 3");
		assertThat(message.end()).isEqualTo("complete");
	}

	@Test
	void streamThatIsResetIsNotComplete() throws IOException {
		this.writer.headers(1, List.of(":status", "200"), List.of(), false);
		this.writer.reset(1);
		Http2Connection reader = reader();
		Http2Head head = reader.head();
		assertThat(head).isNotNull();
		assertThat(reader.body(head, PartConsumer.NONE).end()).isEqualTo("reset");
	}

	@Test
	void connectionThatEndsIsClosed() throws IOException {
		Http2Connection reader = reader();
		assertThat(reader.head()).isNull();
		assertThat(reader.end()).isEqualTo("closed");
	}

	@Test
	void prefaceIsRecognizedAndLeftUnread() throws IOException {
		InputStream preface = new ByteArrayInputStream(Http2Connection.PREFACE);
		assertThat(Http2Exchange.begins(preface)).isTrue();
		assertThat(preface.available()).isEqualTo(Http2Connection.PREFACE.length);
		InputStream request = new ByteArrayInputStream("POST / HTTP/1.1".getBytes(StandardCharsets.ISO_8859_1));
		assertThat(Http2Exchange.begins(request)).isFalse();
		assertThat(request.read()).isEqualTo('P');
	}

	@Test
	void prefaceIsSentAheadOfTheAnswerToTheSettingsOfTheServer() throws IOException {
		new Http2Connection(InputStream.nullInputStream(), this.wire).start(false);
		byte[] settings = this.wire.toByteArray();
		ByteArrayOutputStream sent = new ByteArrayOutputStream();
		ClientRequest request = new ClientRequest("GET", "/", "2", "a", List.of(), List.of(), Framing.NONE, List.of(),
				List.of(), -1, -1, false, true, false);
		// The server sends its settings right after the handshake, and the thread that
		// sends the request has not started yet.
		Http2Exchange.request(new Socket() {

			@Override
			public InputStream getInputStream() {
				return new ByteArrayInputStream(settings);
			}

			@Override
			public OutputStream getOutputStream() {
				return sent;
			}

		}, request, "1", new ScheduledThreadPoolExecutor(0) {

			@Override
			public void execute(Runnable task) {
				// The task never starts.
			}

		});
		assertThat(sent.toByteArray()).startsWith(Http2Connection.PREFACE);
	}

	private Http2Connection reader() {
		return new Http2Connection(new ByteArrayInputStream(this.wire.toByteArray()), OutputStream.nullOutputStream());
	}

}
