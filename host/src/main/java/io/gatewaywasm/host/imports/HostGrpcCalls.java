package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * gRPC callouts (section "gRPC calls").
 */
public interface HostGrpcCalls {

	/**
	 * Start a unary call.
	 * @param service the upstream: its name, or a serialized Envoy {@code GrpcService}
	 * @param serviceName the full name of the gRPC service
	 * @param methodName the name of the method
	 * @param metadata the initial metadata
	 * @param message the serialized request
	 * @param timeoutMilliseconds the time-out; 0 means the host's default
	 * @return the token of the call
	 */
	int grpcCall(byte[] service, String serviceName, String methodName, List<HeaderPair> metadata, byte[] message,
			int timeoutMilliseconds);

	/**
	 * Start a streaming call.
	 * @param service the upstream: its name, or a serialized Envoy {@code GrpcService}
	 * @param serviceName the full name of the gRPC service
	 * @param methodName the name of the method
	 * @param metadata the initial metadata
	 * @return the token of the call
	 */
	int grpcStream(byte[] service, String serviceName, String methodName, List<HeaderPair> metadata);

	/**
	 * Send a message on a streaming call.
	 * @param token the token of the call
	 * @param message the serialized message
	 * @param endOfStream whether this is the last message
	 */
	void grpcSend(int token, byte[] message, boolean endOfStream);

	/**
	 * Cancel a call; no further callback is made for it.
	 * @param token the token of the call
	 */
	void grpcCancel(int token);

	/**
	 * Close the sending side of a streaming call.
	 * @param token the token of the call
	 */
	void grpcClose(int token);

}
