package io.gatewaywasm.registry.http;

import java.io.ByteArrayOutputStream;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of a response up to a limit.
 */
final class BoundedBody {

	private final TransportRequest request;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	BoundedBody(TransportRequest request) {
		this.request = request;
	}

	/**
	 * Rejects a response whose declared length exceeds the limit.
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
		return this.request.limit();
	}

	private ModuleFetchException tooLarge(String size) {
		return new ModuleFetchException(FetchFailure.TOO_LARGE,
				"'%s' sends %s, but at most %d bytes are allowed".formatted(this.request.uri().getHost(), size,
						limit()),
				(this.request.setting() != null)
						? "If the module is expected to be that large, raise '%s'.".formatted(this.request.setting())
						: "Check the location.");
	}

}
