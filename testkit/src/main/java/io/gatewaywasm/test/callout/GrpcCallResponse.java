package io.gatewaywasm.test.callout;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCallListener;

/**
 * The response of an upstream to a gRPC callout, sent when the filter has closed its
 * side. Immutable.
 */
public final class GrpcCallResponse {

	private final int status;

	private final String statusMessage;

	private final List<byte[]> messages;

	private final List<HeaderPair> initialMetadata;

	private final List<HeaderPair> trailingMetadata;

	private GrpcCallResponse(int status, String statusMessage, List<byte[]> messages, List<HeaderPair> initialMetadata,
			List<HeaderPair> trailingMetadata) {
		this.status = status;
		this.statusMessage = statusMessage;
		this.messages = List.copyOf(messages);
		this.initialMetadata = List.copyOf(initialMetadata);
		this.trailingMetadata = List.copyOf(trailingMetadata);
	}

	/**
	 * Returns a response with status OK.
	 * @param messages the serialized messages
	 * @return the response
	 */
	public static GrpcCallResponse ok(byte[]... messages) {
		return new GrpcCallResponse(0, "", List.of(messages), List.of(), List.of());
	}

	/**
	 * Returns a response with another status.
	 * @param status the gRPC status
	 * @param message the status message
	 * @return the response
	 */
	public static GrpcCallResponse failure(int status, String message) {
		return new GrpcCallResponse(status, message, List.of(), List.of(), List.of());
	}

	/**
	 * Returns a copy with additional initial metadata.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public GrpcCallResponse initialMetadata(String name, String value) {
		return new GrpcCallResponse(this.status, this.statusMessage, this.messages,
				plus(this.initialMetadata, name, value), this.trailingMetadata);
	}

	/**
	 * Returns a copy with additional trailing metadata.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public GrpcCallResponse trailingMetadata(String name, String value) {
		return new GrpcCallResponse(this.status, this.statusMessage, this.messages, this.initialMetadata,
				plus(this.trailingMetadata, name, value));
	}

	private static List<HeaderPair> plus(List<HeaderPair> pairs, String name, String value) {
		List<HeaderPair> more = new ArrayList<>(pairs);
		more.add(new HeaderPair(name, value));
		return more;
	}

	void deliver(GrpcCallListener listener) {
		if (!this.initialMetadata.isEmpty()) {
			listener.initialMetadata(this.initialMetadata);
		}
		this.messages.forEach((message) -> listener.message(message.clone()));
		listener.closed(this.status, this.statusMessage, this.trailingMetadata);
	}

}
