package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * gRPC callouts (section "gRPC calls").
 */
public interface HostGrpcCalls {

	/**
	 * Starts a unary callout.
	 * @param service the upstream: its name, or a serialized Envoy {@code GrpcService}
	 * @param serviceName the full name of the gRPC service
	 * @param methodName the name of the method
	 * @param metadata the initial metadata, or {@code null} if HTTP does not allow it, so
	 * that the callout is not sent and ends with an error
	 * @param message the serialized request
	 * @param timeoutMilliseconds the timeout, or 0 for the host's default
	 * @return the token of the callout
	 */
	int grpcCall(byte[] service, String serviceName, String methodName, @Nullable List<HeaderPair> metadata,
			byte[] message, int timeoutMilliseconds);

	/**
	 * Starts a streaming callout.
	 * @param service the upstream: its name, or a serialized Envoy {@code GrpcService}
	 * @param serviceName the full name of the gRPC service
	 * @param methodName the name of the method
	 * @param metadata the initial metadata, or {@code null} if HTTP does not allow it, so
	 * that the callout is not sent and ends with an error
	 * @return the token of the callout
	 */
	int grpcStream(byte[] service, String serviceName, String methodName, @Nullable List<HeaderPair> metadata);

	/**
	 * Sends a message on a streaming callout.
	 * @param token the token of the callout
	 * @param message the serialized message
	 * @param endOfStream whether this is the last message
	 */
	void grpcSend(int token, byte[] message, boolean endOfStream);

	/**
	 * Cancels a callout. It causes no further callbacks.
	 */
	void grpcCancel(int token);

	/**
	 * Closes the sending side of a streaming callout.
	 */
	void grpcClose(int token);

}
