package io.gatewaywasm.tck.exchange;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.tck.exchange.HttpMessage.Field;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/**
 * One side of an HTTP/2 connection, frame by frame, with one message at a time in each
 * direction. Reads messages; {@link Http2Writer} sends them.
 */
final class Http2Connection {

	static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

	private final DataInputStream input;

	private final Http2Writer writer;

	private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

	private String end = "complete";

	Http2Connection(InputStream input, OutputStream output) {
		this.input = new DataInputStream(input);
		this.writer = new Http2Writer(output);
	}

	/**
	 * Sends the connection's initial frames, and the preface if this is the client's
	 * side.
	 */
	void start(boolean client) throws IOException {
		this.writer.start(client);
	}

	/** Returns the writer of this side of the connection. */
	Http2Writer writer() {
		return this.writer;
	}

	/**
	 * Reads the head of a message; {@link Http2Head#stream()} is its stream. Returns
	 * {@code null} if there is none; {@link #end()} then gives the reason.
	 */
	@Nullable Http2Head head() {
		Http2Frame frame = next();
		while (frame != null && frame.type() != Http2Frame.HEADERS) {
			if (frame.type() == Http2Frame.RESET) {
				this.end = "reset";
				return null;
			}
			frame = next();
		}
		return (frame != null) ? new Http2Head(frame.stream(), fields(frame), frame.has(Http2Frame.END_STREAM)) : null;
	}

	/** Reads the rest of a message and passes each part of the body to {@code parts}. */
	HttpMessage body(Http2Head head, PartConsumer parts) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		List<Field> trailers = List.of();
		boolean ended = head.ended();
		while (!ended) {
			Http2Frame frame = next();
			if (frame == null) {
				break;
			}
			if (frame.stream() != head.stream()) {
				continue;
			}
			switch (frame.type()) {
				case Http2Frame.DATA -> {
					body.write(frame.payload());
					parts.accept(frame.payload());
				}
				case Http2Frame.HEADERS -> trailers = fields(frame);
				case Http2Frame.RESET -> {
					this.end = "reset";
					ended = true;
				}
				default -> {
				}
			}
			ended |= (frame.type() == Http2Frame.DATA || frame.type() == Http2Frame.HEADERS)
					&& frame.has(Http2Frame.END_STREAM);
		}
		return new HttpMessage(head.startLine(), head.headers(), body.toByteArray(), trailers, "http2", this.end);
	}

	String end() {
		return this.end;
	}

	/**
	 * Returns the next frame that belongs to a message, or {@code null} if the connection
	 * has ended.
	 */
	private @Nullable Http2Frame next() {
		try {
			while (true) {
				Http2Frame frame = Http2Frame.read(this.input);
				switch (frame.type()) {
					case Http2Frame.WINDOW_UPDATE -> this.writer.window().update(frame);
					case Http2Frame.SETTINGS, Http2Frame.PING -> {
						if (!frame.has(Http2Frame.ACK)) {
							this.writer.window().settings(frame);
							this.writer.write(frame.type(), Http2Frame.ACK, 0,
									(frame.type() == Http2Frame.PING) ? frame.payload() : new byte[0]);
						}
					}
					case Http2Frame.GOAWAY -> this.end = "closed";
					case Http2Frame.DATA -> {
						if (frame.payload().length > 0) {
							byte[] credit = ByteBuffer.allocate(4).putInt(frame.payload().length).array();
							this.writer.write(Http2Frame.WINDOW_UPDATE, 0, 0, credit);
							this.writer.write(Http2Frame.WINDOW_UPDATE, 0, frame.stream(), credit);
						}
						return frame.withoutPadding();
					}
					case Http2Frame.HEADERS -> {
						return frame.withoutPadding().complete(this.input);
					}
					case Http2Frame.RESET -> {
						return frame;
					}
					default -> {
						// The frame does not belong to a message.
					}
				}
			}
		}
		catch (EOFException ex) {
			this.end = "closed";
		}
		catch (IOException ex) {
			this.end = Http1Reader.broken(ex);
		}
		this.writer.window().close();
		return null;
	}

	private List<Field> fields(Http2Frame frame) {
		List<Field> fields = new ArrayList<>();
		try {
			this.decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))
				.forEach((entry) -> fields.add(new Field(entry.getKey().toString(), entry.getValue().toString())));
		}
		catch (Http2Exception ex) {
			this.end = "malformed headers";
		}
		return fields;
	}

	/**
	 * Receives the parts of a body.
	 */
	interface PartConsumer {

		/** Ignores all parts. */
		PartConsumer NONE = (part) -> {
		};

		void accept(byte[] part) throws IOException;

	}

}
