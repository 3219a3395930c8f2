package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Properties {@code response.*}. They exist as soon as there is a response, from the
 * upstream or made here.
 */
final class ResponseProperties {

	private static final String CODE_DETAILS = ResponseProperties.class.getName() + ".codeDetails";

	private ResponseProperties() {
	}

	/**
	 * Take note of why there is a response.
	 * @param exchange the exchange
	 * @param details a word or two
	 */
	static void codeDetails(ServerWebExchange exchange, String details) {
		exchange.getAttributes().put(CODE_DETAILS, details);
	}

	static @Nullable Object get(ExchangeStream stream, String name) {
		HeaderMap headers = stream.owner().hasResponse() ? stream.headers(MapType.RESPONSE_HEADERS) : null;
		if (headers == null) {
			return null;
		}
		return switch (name) {
			case "code" -> (long) ResponseHeaderMap.status(stream.response());
			case "code_details" -> codeDetails(stream);
			case "flags" -> 0L;
			case "grpc_status" -> grpcStatus(stream, headers);
			case "headers" -> HeaderProperties.map(headers);
			case "headers_bytes" -> HeaderProperties.bytes(headers);
			case "trailers" -> trailers(stream);
			case "size" -> size(stream);
			case "total_size" -> totalSize(stream, headers);
			default -> null;
		};
	}

	private static @Nullable Object codeDetails(ExchangeStream stream) {
		ServerWebExchange exchange = stream.owner().exchange();
		Object details = exchange.getAttribute(CODE_DETAILS);
		if (details != null) {
			return details;
		}
		return (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) != null) ? "via_upstream" : null;
	}

	/**
	 * What the filter was shown so far, or if it sees no bodies what the response says.
	 */
	private static @Nullable Long size(ExchangeStream stream) {
		if (stream.wantsResponseBody()) {
			return stream.responseBytes();
		}
		long length = stream.response().getHeaders().getContentLength();
		return (length >= 0) ? length : null;
	}

	private static @Nullable Long totalSize(ExchangeStream stream, HeaderMap headers) {
		Long size = size(stream);
		return (size != null) ? size + HeaderProperties.bytes(headers) : null;
	}

	private static @Nullable Object trailers(ExchangeStream stream) {
		HeaderMap trailers = stream.headers(MapType.RESPONSE_TRAILERS);
		return (trailers != null && trailers.size() > 0) ? HeaderProperties.map(trailers) : null;
	}

	/** As in Envoy made of the HTTP status if the upstream does not speak gRPC. */
	private static Long grpcStatus(ExchangeStream stream, HeaderMap headers) {
		HeaderMap trailers = stream.headers(MapType.RESPONSE_TRAILERS);
		String status = (trailers != null) ? trailers.get("grpc-status") : null;
		status = (status != null) ? status : headers.get("grpc-status");
		try {
			if (status != null) {
				return Long.valueOf(status);
			}
		}
		catch (NumberFormatException ex) {
			// As good as none.
		}
		return (long) LocalReplies.grpcStatus(ResponseHeaderMap.status(stream.response()));
	}

}
