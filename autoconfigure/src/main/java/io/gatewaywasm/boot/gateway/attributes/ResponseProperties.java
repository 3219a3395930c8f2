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
	private static final Set<String> NOTHING_YET = Set.of("size", "total_size");

	private ResponseProperties() {
	}

	/** Records why the response was sent, for example {@code route_not_found}. */
	public static void codeDetails(ServerWebExchange exchange, String details) {
		exchange.getAttributes().put(CODE_DETAILS, details);
	}

	static @Nullable Object get(AttributeSource source, String name) {
		return switch (name) {
			case "trailers" -> trailers(source);
			case "code_details" -> codeDetails(source);
			case "flags" -> flags(source);
			default -> ofResponse(source, name);
		};
	}

	private static @Nullable Object ofResponse(AttributeSource source, String name) {
		HeaderMap headers = source.hasResponse() ? source.headers(MapType.RESPONSE_HEADERS) : null;
		if (headers == null) {
			return NOTHING_YET.contains(name) ? (Long) 0L : null;
		}
		return switch (name) {
			case "code" -> (long) source.responseCode();
			case "backend_latency" -> source.facts().upstreamCall().backendLatency();
			case "grpc_status" -> grpcStatus(source, headers);
			case "headers" -> HeaderProperties.map(headers);
			case "headers_bytes" -> HeaderProperties.bytes(headers);
			case "size" -> source.facts().sizes().sent();
			case "total_size" -> totalSize(source, headers);
			default -> null;
		};
	}

	private static @Nullable Object codeDetails(AttributeSource source) {
		ServerWebExchange exchange = source.exchange();
		Object details = exchange.getAttribute(CODE_DETAILS);
		ExchangeFacts facts = source.facts();
		details = (details != null) ? details : facts.upstreamCall().details();
		ExchangeFacts.Break end = facts.end();
		if (details != null) {
			return details;
		}
		if (end == ExchangeFacts.Break.BY_CLIENT) {
			return end.details();
		}
		if (source.hasResponse() && exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) != null) {
			return "via_upstream";
		}
		return (end != null) ? end.details() : null;
	}

	/**
	 * Returns Envoy's response flags: how the upstream has failed, that no route matches,
	 * or that the client has disconnected.
	 */
	private static long flags(AttributeSource source) {
		ExchangeFacts.Break end = source.facts().end();
		UpstreamFailure unrouted = UpstreamFailure.NO_ROUTE;
		boolean local = unrouted.details(false, "").equals(source.exchange().getAttribute(CODE_DETAILS));
		return source.facts().upstreamCall().flags() | (local ? unrouted.flag() : 0) | ((end != null) ? end.flag() : 0);
	}

	private static long totalSize(AttributeSource source, HeaderMap headers) {
		return source.facts().sizes().sent() + HeaderProperties.bytes(headers);
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
