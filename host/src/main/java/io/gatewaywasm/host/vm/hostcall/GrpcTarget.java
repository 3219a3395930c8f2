package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.foreign.ProtobufMessage;

/**
 * The upstream of a gRPC callout. The guest specifies it by name, or by a serialized
 * {@code envoy.config.core.v3.GrpcService}, of which two fields are used:
 * {@code envoy_grpc.cluster_name} and {@code google_grpc.target_uri}. {@code message}
 * says whether the guest specified the upstream by a message.
 */
record GrpcTarget(String upstream, boolean message) {

	private static final int ENVOY_GRPC = 1;

	private static final int GOOGLE_GRPC = 2;

	private static final int NAME = 1;

	/** Reads the upstream that the guest specifies. */
	static GrpcTarget of(byte[] service) {
		try {
			ProtobufMessage message = ProtobufMessage.parse(service);
			String cluster = ProtobufMessage.parse(message.bytes(ENVOY_GRPC)).text(NAME);
			String target = ProtobufMessage.parse(message.bytes(GOOGLE_GRPC)).text(NAME);
			if (!cluster.isEmpty() || !target.isEmpty()) {
				return new GrpcTarget(cluster.isEmpty() ? target : cluster, true);
			}
		}
		catch (IllegalArgumentException ex) {
			// Not a serialized message, so a name
		}
		return new GrpcTarget(new String(service, StandardCharsets.UTF_8), false);
	}

}
