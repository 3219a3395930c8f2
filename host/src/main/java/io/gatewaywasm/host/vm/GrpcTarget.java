package io.gatewaywasm.host.vm;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The upstream that a gRPC callout names: its plain name, or the two fields of interest
 * of a serialized {@code envoy.config.core.v3.GrpcService} ({@code
 * envoy_grpc.cluster_name} or {@code google_grpc.target_uri}).
 */
final class GrpcTarget {

	private static final int LENGTH_DELIMITED = 2;

	private GrpcTarget() {
	}

	static String name(byte[] service) {
		for (int target = 1; target <= 2; target++) {
			byte[] inner = field(service, target);
			byte[] name = (inner != null) ? field(inner, 1) : null;
			if (name != null && name.length > 0) {
				return new String(name, StandardCharsets.UTF_8);
			}
		}
		return new String(service, StandardCharsets.UTF_8);
	}

	/**
	 * Find a length-delimited field of a protobuf message.
	 * @param message the message
	 * @param number the number of the field
	 * @return its bytes, or {@code null} if the message has none or is no message
	 */
	private static byte @Nullable [] field(byte[] message, int number) {
		int position = 0;
		while (position + 1 < message.length) {
			int tag = message[position++] & 0xff;
			int length = message[position++] & 0xff;
			if ((tag & 7) != LENGTH_DELIMITED || tag > 0x7f || length > 0x7f || position + length > message.length) {
				return null;
			}
			if (tag >>> 3 == number) {
				byte[] value = new byte[length];
				System.arraycopy(message, position, value, 0, length);
				return value;
			}
			position += length;
		}
		return null;
	}

}
