package io.gatewaywasm.boot.fetch.http;

import java.io.ByteArrayOutputStream;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of an answer up to a limit.
 */
final class BoundedBody {

	private final HttpAsk ask;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	BoundedBody(HttpAsk ask) {
		this.ask = ask;
	}

	/**
	 * Refuse an answer that says beforehand that it is too large.
	 * @param length the value of the {@code content-length} header
	 */
	void checkDeclared(@Nullable String length) {
		if (length != null && length.matches("\\d+") && (length.length() > 18 || Long.parseLong(length) > limit())) {
			throw tooLarge(length + " bytes");
		}
	}

	void add(byte[] chunk) {
		if (this.bytes.size() + (long) chunk.length > limit()) {
			throw tooLarge("more");
		}
		this.bytes.writeBytes(chunk);
	}

	byte[] toByteArray() {
		return this.bytes.toByteArray();
	}

	private long limit() {
		return this.ask.limit();
	}

	private ModuleFetchException tooLarge(String size) {
		return new ModuleFetchException(FetchFailure.TOO_LARGE,
				"%s sends %s, where at most %d bytes are allowed".formatted(this.ask.uri().getHost(), size, limit()),
				(this.ask.setting() != null)
						? "Raise '%s' if the module is meant to be that large.".formatted(this.ask.setting())
						: "Check that the location is right.");
	}

}
