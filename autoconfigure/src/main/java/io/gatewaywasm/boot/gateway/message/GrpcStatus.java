package io.gatewaywasm.boot.gateway.message;

/**
 * Maps HTTP statuses to gRPC statuses.
 */
public final class GrpcStatus {

	private GrpcStatus() {
	}

	public static int of(int httpStatus) {
		return switch (httpStatus) {
			case 400 -> 13;
			case 401 -> 16;
			case 403 -> 7;
			case 404 -> 12;
			case 429, 502, 503, 504 -> 14;
			default -> 2;
		};
	}

}
