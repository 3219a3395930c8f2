package io.gatewaywasm.boot.gateway.attributes;

import java.util.Map;
import java.util.Set;

import io.gatewaywasm.boot.gateway.message.GrpcStatus;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The attributes {@code response.*}. They exist as soon as there is a response, from the
 * upstream or a local one.
 */
public final class ResponseProperties {

	private static final String CODE_DETAILS = ResponseProperties.class.getName() + ".codeDetails";

	/** Attributes that are 0 before there is a response. */
	private static final Set<String> NOTHING_YET = Set.of("flags", "size", "total_size");

	private ResponseProperties() {
	}

	/** Records why the response was sent, for example {@code route_not_found}. */
	public static void codeDetails(ServerWebExchange exchange, String details) {
		exchange.getAttributes().put(CODE_DETAILS, details);
	}

	static @Nullable Object get(AttributeSource source, String name) {
		if (name.equals("trailers")) {
			return trailers(source);
		}
		HeaderMap headers = source.hasResponse() ? source.headers(MapType.RESPONSE_HEADERS) : null;
		if (headers == null) {
			return NOTHING_YET.contains(name) ? (Long) 0L : null;
		}
		return switch (name) {
			case "code" -> (long) source.responseCode();
			case "backend_latency" -> source.facts().upstreamCall().backendLatency();
			case "code_details" -> codeDetails(source);
			case "flags" -> 0L;
			case "grpc_status" -> grpcStatus(source, headers);
			case "headers" -> HeaderProperties.map(headers);
			case "headers_bytes" -> HeaderProperties.bytes(headers);
			case "size" -> size(source);
			case "total_size" -> totalSize(source, headers);
			default -> null;
		};
	}

	private static @Nullable Object codeDetails(AttributeSource source) {
		ServerWebExchange exchange = source.exchange();
		Object details = exchange.getAttribute(CODE_DETAILS);
		if (details != null) {
			return details;
		}
		return (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) != null) ? "via_upstream" : null;
	}

	/**
	 * Returns the number of bytes that the guest has seen. If the guest does not see the
	 * body, returns the declared length.
	 */
	private static @Nullable Long size(AttributeSource source) {
		if (source.wantsResponseBody()) {
			return source.responseBytes();
		}
		long length = source.response().getHeaders().getContentLength();
		return (length >= 0) ? length : null;
	}

	private static @Nullable Long totalSize(AttributeSource source, HeaderMap headers) {
		Long size = size(source);
		return (size != null) ? size + HeaderProperties.bytes(headers) : null;
	}

	/** Returns the trailers, as in Envoy an empty map if there are none. */
	private static Map<String, String> trailers(AttributeSource source) {
		HeaderMap trailers = source.hasResponse() ? source.headers(MapType.RESPONSE_TRAILERS) : null;
		return (trailers != null) ? HeaderProperties.map(trailers) : Map.of();
	}

	/**
	 * Returns the gRPC status. Like Envoy, derives it from the HTTP status if the
	 * upstream does not speak gRPC.
	 */
	private static Long grpcStatus(AttributeSource source, HeaderMap headers) {
		HeaderMap trailers = source.headers(MapType.RESPONSE_TRAILERS);
		String status = (trailers != null) ? trailers.get("grpc-status") : null;
		status = (status != null) ? status : headers.get("grpc-status");
		try {
			if (status != null) {
				return Long.valueOf(status);
			}
		}
		catch (NumberFormatException ex) {
			// An invalid status is treated as a missing one.
		}
		return (long) GrpcStatus.of(source.responseCode());
	}

}
