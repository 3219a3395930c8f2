package io.gatewaywasm.host.vm.stream;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.StreamPhase;

/**
 * The two messages of a stream, with their callbacks, maps and phases, and the local
 * response for a body that does not fit the buffer.
 */
enum MessageKind {

	REQUEST("request", 413, "Payload Too Large", MapType.REQUEST_HEADERS, MapType.REQUEST_TRAILERS),

	RESPONSE("response", 500, "Internal Server Error", MapType.RESPONSE_HEADERS, MapType.RESPONSE_TRAILERS);

	private final String text;

	private final int overflowStatus;

	private final String overflowText;

	private final MapType headers;

	private final MapType trailers;

	MessageKind(String text, int overflowStatus, String overflowText, MapType headers, MapType trailers) {
		this.text = text;
		this.overflowStatus = overflowStatus;
		this.overflowText = overflowText;
		this.headers = headers;
		this.trailers = trailers;
	}

	static MessageKind of(StreamType type) {
		return (type == StreamType.HTTP_REQUEST) ? REQUEST : RESPONSE;
	}

	Callback callback(MessagePart part) {
		boolean request = this == REQUEST;
		return switch (part) {
			case HEADERS -> request ? Callback.REQUEST_HEADERS : Callback.RESPONSE_HEADERS;
			case BODY -> request ? Callback.REQUEST_BODY : Callback.RESPONSE_BODY;
			case TRAILERS -> request ? Callback.REQUEST_TRAILERS : Callback.RESPONSE_TRAILERS;
		};
	}

	/** Returns the phase for the metrics of a part's callback. */
	StreamPhase phase(MessagePart part) {
		boolean request = this == REQUEST;
		return switch (part) {
			case HEADERS -> request ? StreamPhase.REQUEST_HEADERS : StreamPhase.RESPONSE_HEADERS;
			case BODY -> request ? StreamPhase.REQUEST_BODY : StreamPhase.RESPONSE_BODY;
			case TRAILERS -> request ? StreamPhase.REQUEST_TRAILERS : StreamPhase.RESPONSE_TRAILERS;
		};
	}

	MapType headers() {
		return this.headers;
	}

	MapType trailers() {
		return this.trailers;
	}

	/** Returns the local response for a body that does not fit the buffer. */
	LocalResponse tooLargeResponse() {
		byte[] body = this.overflowText.getBytes(StandardCharsets.US_ASCII);
		return LocalResponse.of(this.overflowStatus, this.text + "_payload_too_large", body);
	}

	/**
	 * Returns the local response for a body that does not fit into what all streams may
	 * buffer. Only a request can be repeated without an effect on the upstream.
	 */
	LocalResponse noMemoryResponse() {
		byte[] body = "Service Unavailable".getBytes(StandardCharsets.US_ASCII);
		List<HeaderPair> headers = (this == REQUEST) ? List.of(new HeaderPair("retry-after", "1")) : List.of();
		return new LocalResponse(503, this.text + "_body_memory_exceeded", body, headers, -1);
	}

	/**
	 * Returns the local response for a body of which the next part has not arrived in
	 * time, as in Envoy.
	 */
	LocalResponse timeoutResponse() {
		return LocalResponse.of((this == REQUEST) ? 408 : 504, "stream_idle_timeout",
				"stream timeout".getBytes(StandardCharsets.US_ASCII));
	}

	/** Returns the name for logs. */
	@Override
	public String toString() {
		return this.text;
	}

}
