package io.gatewaywasm.test.exchange;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MessageHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message while it leaves the filter.
 */
final class OutgoingMessage {

	private final List<HeaderPair> headers;

	private final List<byte[]> chunks = new ArrayList<>();

	private List<HeaderPair> trailers = List.of();

	private boolean complete;

	private OutgoingMessage(List<HeaderPair> headers) {
		this.headers = headers;
	}

	/**
	 * Creates a message. {@code rewritten} says whether the length of the body may
	 * change, in which case no length is declared.
	 */
	static OutgoingMessage of(MessageHeaders headers, boolean rewritten) {
		return new OutgoingMessage(headers.toList()
			.stream()
			.filter((pair) -> !rewritten || !pair.name().equalsIgnoreCase("content-length"))
			.toList());
	}

	void add(byte[] data) {
		if (data.length > 0) {
			this.chunks.add(data);
		}
	}

	/** Returns whether the length of the body is declared. */
	boolean hasLength() {
		return this.headers.stream().anyMatch((pair) -> pair.name().equalsIgnoreCase("content-length"));
	}

	void trailers(List<HeaderPair> pairs) {
		this.trailers = pairs;
	}

	void complete() {
		this.complete = true;
	}

	Message toMessage(@Nullable FilterFailure failure) {
		return new Message(this.headers, this.chunks, this.trailers, this.complete, failure);
	}

}
