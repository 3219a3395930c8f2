package io.gatewaywasm.tck.exchange;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.tck.exchange.HttpMessage.Field;

import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1 messages and reports how they ended if they are incomplete.
 */
final class Http1Reader {

	private static final int LONGEST_LINE = 1 << 20;

	private final InputStream input;

	private String end = "complete";

	Http1Reader(InputStream input) {
		this.input = input;
	}

	/**
	 * Reads the head of a message and returns the message without a body, or {@code null}
	 * if there is none; {@link #end()} then gives the reason.
	 */
	@Nullable HttpMessage head() {
		String start = line();
		while (start != null && start.isEmpty()) {
			start = line();
		}
		List<Field> headers = (start != null) ? fields() : null;
		if (start == null || headers == null) {
			return null;
		}
		return new HttpMessage(start, headers, new byte[0], List.of(), "none", "complete");
	}

	/**
	 * Reads the body after a head. {@code bodyless} means that the message has no body,
	 * whatever the headers say; {@code untilClose} means that a body without a length
	 * ends with the connection.
	 */
	HttpMessage body(HttpMessage head, boolean bodyless, boolean untilClose) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		List<Field> trailers = List.of();
		String framing = "none";
		String length = head.header("content-length");
		if (head.header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
			framing = "chunked";
		}
		else if (!length.isEmpty()) {
			framing = "length";
		}
		else if (untilClose && !bodyless) {
			framing = "close";
		}
		if (!bodyless) {
			switch (framing) {
				case "chunked" -> trailers = chunks(body);
				case "length" -> copy(body, number(length, 10));
				case "close" -> copy(body, Long.MAX_VALUE);
				default -> {
				}
			}
		}
		return new HttpMessage(head.startLine(), head.headers(), body.toByteArray(), trailers, framing, this.end);
	}

	String end() {
		return this.end;
	}

	private List<Field> chunks(ByteArrayOutputStream body) {
		while (true) {
			String size = line();
			if (size == null) {
				return List.of();
			}
			long remaining = number(size.split(";")[0].strip(), 16);
			if (remaining < 0) {
				this.end = "malformed chunk '" + Bytes.escape(size) + "'";
				return List.of();
			}
			if (remaining == 0) {
				List<Field> trailers = fields();
				return (trailers != null) ? trailers : List.of();
			}
			if (copy(body, remaining) && line() == null) {
				return List.of();
			}
			if (!this.end.equals("complete")) {
				return List.of();
			}
		}
	}

	private static long number(String text, int radix) {
		try {
			return Long.parseLong(text, radix);
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	private boolean copy(ByteArrayOutputStream body, long size) {
		byte[] buffer = new byte[8192];
		long remaining = size;
		try {
			while (remaining > 0) {
				int count = this.input.read(buffer, 0, (int) Math.min(buffer.length, remaining));
				if (count < 0) {
					this.end = (size == Long.MAX_VALUE) ? "complete" : "closed";
					return false;
				}
				body.write(buffer, 0, count);
				remaining -= count;
			}
			return true;
		}
		catch (IOException ex) {
			this.end = broken(ex);
			return false;
		}
	}

	private @Nullable List<Field> fields() {
		List<Field> fields = new ArrayList<>();
		while (true) {
			String line = line();
			if (line == null) {
				return null;
			}
			if (line.isEmpty()) {
				return fields;
			}
			fields.add(Field.of(line));
		}
	}

	private @Nullable String line() {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		try {
			for (int next = this.input.read(); next >= 0 && line.size() < LONGEST_LINE; next = this.input.read()) {
				if (next == '\n') {
					String text = line.toString(StandardCharsets.ISO_8859_1);
					return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
				}
				line.write(next);
			}
			this.end = "closed";
		}
		catch (IOException ex) {
			this.end = broken(ex);
		}
		return null;
	}

	static String broken(IOException ex) {
		return (ex instanceof SocketTimeoutException) ? "timeout" : "closed";
	}

}
