package io.gatewaywasm.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * A filter and an exchange. The names of the constants identify the results.
 */
public enum Scenario {

	/** One host call from a handwritten guest. */
	MIN_ADD("min_add", 0),

	/** One host call by the Rust SDK. */
	ADD_HEADER("add_header", 0),

	/** Three host calls by the Rust SDK, one of them to a disabled log level. */
	HELLO_WORLD("hello_world", 0),

	/** A header on request and response by the Go SDK. */
	HEADERS_GO("headers_go", 0),

	/** A small request body that the Rust SDK reads and prepends text to. */
	BODY_RUST_1K("body_rust", 1 << 10),

	/** A medium request body that the Rust SDK reads and prepends text to. */
	BODY_RUST_64K("body_rust", 64 << 10),

	/** A large request body that the Rust SDK reads and prepends text to. */
	BODY_RUST_1M("body_rust", 1 << 20),

	/** A small request body that the Go SDK reads and prepends text to. */
	BODY_GO_1K("body_go", 1 << 10),

	/** A medium request body that the Go SDK reads and prepends text to. */
	BODY_GO_64K("body_go", 64 << 10),

	/** A large request body that the Go SDK reads and prepends text to. */
	BODY_GO_1M("body_go", 1 << 20),

	/** A request body that a loop of the guest converts to upper case, byte by byte. */
	UPPER_GO_64K("body_go", 64 << 10),

	/** An ES256 signature that Go's crypto library verifies; for the guest alone only. */
	SIGNATURE_GO("signature_go", 0);

	private static final String[] REQUEST = { ":method", "POST", ":path", "/orders/4711?detail=full", ":authority",
			"shop.example.org", ":scheme", "https", "user-agent", "benchmark/1.0", "accept", "application/json",
			"accept-language", "en-US,en;q=0.9", "content-type", "application/json", "x-request-id",
			"4f1c9a52-7a0e-4b8e-9a53-0c0a7c3b6d11" };

	private static final String[] RESPONSE = { ":status", "200", "content-type", "application/json", "cache-control",
			"no-store", "server", "upstream/1.0", "date", "Tue, 01 Sep 2026 10:00:00 GMT", "content-length", "256" };

	private final String filter;

	private final int bodySize;

	Scenario(String filter, int bodySize) {
		this.filter = filter;
		this.bodySize = bodySize;
	}

	/** Reads the module of this scenario. */
	public byte[] wasm() {
		return wasm(this.filter);
	}

	/** Reads a module by its file name without the extension. */
	public static byte[] wasm(String filter) {
		try (InputStream input = Scenario.class.getResourceAsStream("/filters/" + filter + ".wasm")) {
			if (input == null) {
				throw new IllegalStateException("Unknown filter: " + filter);
			}
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public boolean hasBody() {
		return this.bodySize > 0;
	}

	/**
	 * Returns a new request body of lower-case letters, which is empty if the request has
	 * no body.
	 */
	public byte[] body() {
		byte[] body = new byte[this.bodySize];
		Arrays.fill(body, (byte) 'a');
		return body;
	}

	/** Returns ten new request headers. */
	public ExchangeHeaders requestHeaders() {
		String[] headers = Arrays.copyOf(REQUEST, REQUEST.length + 2);
		headers[REQUEST.length] = "x-body";
		headers[REQUEST.length + 1] = (this == UPPER_GO_64K) ? "upper" : "read:0:" + this.bodySize + ",prepend:[";
		return new ExchangeHeaders(headers);
	}

	/** Returns six new response headers. */
	public static ExchangeHeaders responseHeaders() {
		return new ExchangeHeaders(RESPONSE);
	}

	/**
	 * Throws an exception if the filter has not changed the exchange, so that an idle
	 * filter is not measured.
	 */
	public void verify(ExchangeHeaders request, byte[] body) {
		boolean done = switch (this.filter) {
			case "min_add", "add_header" -> "one call".equals(request.get("x-benchmark"));
			case "hello_world" -> "Hello world from shop.example.org".equals(request.get("x-hello"));
			case "headers_go" -> "hello from Go".equals(request.get("x-go"));
			default -> (this == UPPER_GO_64K) ? body.length == this.bodySize && body[body.length - 1] == 'A'
					: body.length == this.bodySize + 1 && body[0] == '[';
		};
		if (!done) {
			throw new IllegalStateException(name().toLowerCase(Locale.ROOT) + " did not do its work");
		}
	}

}
