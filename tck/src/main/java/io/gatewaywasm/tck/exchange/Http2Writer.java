package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.tck.cases.Framing;
import io.gatewaywasm.tck.cases.MessagePart;
import io.gatewaywasm.tck.exchange.HttpMessage.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Sends messages over HTTP/2. A client obeys flow control. A server sends on the thread
 * that reads, so its messages are limited to 64 KB.
 */
final class Http2Writer {

	private static final int LARGEST_FRAME = 16384;

	private final OutputStream output;

	private final SendWindow window = new SendWindow();

	private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

	Http2Writer(OutputStream output) {
		this.output = output;
	}

	/** Sends the initial frames of the connection. */
	void start(boolean client) throws IOException {
		if (client) {
			this.output.write(Http2Connection.PREFACE);
			this.window.enable();
		}
		write(Http2Frame.SETTINGS, 0, 0, new byte[0]);
	}

	/**
	 * Sends a message. {@code pseudo} alternates names and values; {@code headers} and
	 * {@code trailers} are lines {@code name: value}; with the framing {@code NONE}, the
	 * headers end the stream.
	 */
	void message(int stream, List<String> pseudo, List<String> headers, List<MessagePart> body, Framing framing,
			List<String> trailers) throws IOException {
		headers(stream, pseudo, headers, framing == Framing.NONE && trailers.isEmpty());
		if (framing == Framing.NONE && trailers.isEmpty()) {
			return;
		}
		for (int i = 0; i < body.size(); i++) {
			MessagePart part = body.get(i);
			boolean last = trailers.isEmpty() && i == body.size() - 1;
			Http1Writer.pause(part.pause());
			if (part.pause() == 0 || last) {
				data(stream, part.bytes(), last);
			}
		}
		if (!trailers.isEmpty()) {
			headers(stream, List.of(), trailers, true);
		}
		else if (body.isEmpty()) {
			data(stream, new byte[0], true);
		}
	}

	void headers(int stream, List<String> pseudo, List<String> lines, boolean last) throws IOException {
		Http2Headers headers = new DefaultHttp2Headers(false);
		for (int i = 0; i < pseudo.size(); i += 2) {
			headers.add(pseudo.get(i), pseudo.get(i + 1));
		}
		for (String line : lines) {
			Field field = Field.of(line);
			headers.add(field.name().toLowerCase(Locale.ROOT), field.value());
		}
		ByteBuf block = Unpooled.buffer();
		try {
			this.encoder.encodeHeaders(stream, headers, block);
		}
		catch (Http2Exception ex) {
			throw new IOException(ex);
		}
		write(Http2Frame.HEADERS, Http2Frame.END_HEADERS | (last ? Http2Frame.END_STREAM : 0), stream,
				ByteBufUtil.getBytes(block));
	}

	void data(int stream, byte[] bytes, boolean last) throws IOException {
		int start = 0;
		do {
			int stop = start + this.window.take(Math.min(bytes.length - start, LARGEST_FRAME));
			write(Http2Frame.DATA, (last && stop == bytes.length) ? Http2Frame.END_STREAM : 0, stream,
					Arrays.copyOfRange(bytes, start, stop));
			start = stop;
		}
		while (start < bytes.length);
	}

	/** Returns the flow control window. */
	SendWindow window() {
		return this.window;
	}

	void reset(int stream) throws IOException {
		write(Http2Frame.RESET, 0, stream, new byte[] { 0, 0, 0, 8 });
	}

	synchronized void write(int type, int flags, int stream, byte[] payload) throws IOException {
		new Http2Frame(type, flags, stream, payload).write(this.output);
	}

}
