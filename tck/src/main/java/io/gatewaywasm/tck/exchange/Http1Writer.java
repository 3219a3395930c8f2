package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.tck.cases.Framing;
import io.gatewaywasm.tck.cases.MessagePart;

/**
 * Writes HTTP/1 messages part by part.
 */
final class Http1Writer {

	private final OutputStream output;

	Http1Writer(OutputStream output) {
		this.output = output;
	}

	void message(String startLine, List<String> headers, List<MessagePart> body, Framing framing, List<String> trailers)
			throws IOException {
		StringBuilder head = new StringBuilder(startLine).append("\r\n");
		headers.forEach((header) -> head.append(header).append("\r\n"));
		switch (framing) {
			case LENGTH -> head.append("content-length: ").append(size(body)).append("\r\n");
			case CHUNKED -> head.append("transfer-encoding: chunked\r\n");
			default -> {
			}
		}
		write(head.append("\r\n").toString());
		for (MessagePart part : body) {
			if (framing == Framing.CHUNKED && part.bytes().length > 0) {
				write(Integer.toHexString(part.bytes().length) + "\r\n");
				this.output.write(part.bytes());
				write("\r\n");
			}
			else {
				part(part);
			}
		}
		if (framing == Framing.CHUNKED) {
			StringBuilder last = new StringBuilder("0\r\n");
			trailers.forEach((trailer) -> last.append(trailer).append("\r\n"));
			write(last.append("\r\n").toString());
		}
		this.output.flush();
	}

	void parts(List<MessagePart> parts) throws IOException {
		for (MessagePart part : parts) {
			part(part);
		}
		this.output.flush();
	}

	private void part(MessagePart part) throws IOException {
		if (part.pause() > 0) {
			this.output.flush();
			pause(part.pause());
		}
		this.output.write(part.bytes());
	}

	private static long size(List<MessagePart> body) {
		return body.stream().mapToLong((part) -> part.bytes().length).sum();
	}

	private void write(String text) throws IOException {
		this.output.write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	static void pause(int milliseconds) {
		try {
			Thread.sleep(milliseconds);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
