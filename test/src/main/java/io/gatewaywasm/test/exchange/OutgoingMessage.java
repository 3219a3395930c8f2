package io.gatewaywasm.test.exchange;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * A message on its way out of the filter.
 */
final class OutgoingMessage {

	private final List<HeaderPair> headers;

	private final List<byte[]> chunks = new ArrayList<>();

	private List<HeaderPair> trailers = List.of();

	private boolean complete;

	OutgoingMessage(List<HeaderPair> headers) {
		this.headers = headers;
	}

	void add(byte[] data) {
		if (data.length > 0) {
			this.chunks.add(data);
		}
	}

	void trailers(List<HeaderPair> pairs) {
		this.trailers = pairs;
	}

	void complete() {
		this.complete = true;
	}

	Message toMessage() {
		return new Message(this.headers, this.chunks, this.trailers, this.complete);
	}

}
