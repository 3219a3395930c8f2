package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines which header maps the effective context can read and change in its phase.
 * Request and response headers can be read in every phase of a stream, which is more than
 * Envoy allows. As in Envoy, they can be changed only until they are sent on; see
 * {@link SentHeaders} for later changes. At the end of a body without trailers, trailers
 * can be added.
 */
final class ContextHeaders implements HostHeaders {

	private static final Logger logger = LoggerFactory.getLogger(ContextHeaders.class);

	private final VmScope vm;

	private final HttpCalloutTable httpCalls;

	private final GrpcCallbacks grpcCalls;

	ContextHeaders(VmScope vm, HttpCalloutTable httpCalls, GrpcCallbacks grpcCalls) {
		this.vm = vm;
		this.httpCalls = httpCalls;
		this.grpcCalls = grpcCalls;
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS, REQUEST_TRAILERS, RESPONSE_HEADERS, RESPONSE_TRAILERS -> ofStream(type);
			case HTTP_CALL_RESPONSE_HEADERS -> this.httpCalls.responseHeaders();
			case HTTP_CALL_RESPONSE_TRAILERS -> this.httpCalls.responseTrailers();
			case GRPC_CALL_INITIAL_METADATA -> this.grpcCalls.initialMetadata();
			case GRPC_CALL_TRAILING_METADATA -> this.grpcCalls.trailingMetadata();
		};
	}

	private @Nullable HeaderMap ofStream(MapType type) {
		StreamScope stream = this.vm.stream();
		if (stream == null) {
			return null;
		}
		boolean ofResponse = type == MapType.RESPONSE_HEADERS || type == MapType.RESPONSE_TRAILERS;
		MessageScope message = stream.message(ofResponse ? StreamType.HTTP_RESPONSE : StreamType.HTTP_REQUEST);
		if (!stream.isLogging() && !message.isStarted()) {
			return null;
		}
		if (isOfTrailers(type)) {
			return trailers(stream, type, message);
		}
		HeaderMap sent = stream.bounds().sentHeaders(type);
		return (sent != null) ? sent : stream.httpStream().headers(type);
	}

	/**
	 * Returns the trailers, which at the end of a body exist only if the guest has
	 * created them. As in Envoy, those of a response can be read again in the log.
	 */
	private static @Nullable HeaderMap trailers(StreamScope stream, MapType type, MessageScope message) {
		boolean visible = stream.isLogging() ? type == MapType.RESPONSE_TRAILERS
				: message.trailersOpen() && message.hasTrailers();
		return visible ? stream.httpStream().headers(type) : null;
	}

	private static boolean isOfTrailers(MapType type) {
		return type == MapType.REQUEST_TRAILERS || type == MapType.RESPONSE_TRAILERS;
	}

	@Override
	public @Nullable HeaderMap measuredHeaders(MapType type) {
		return isOfTrailers(type) ? mutableHeaders(type) : headers(type);
	}

	@Override
	public @Nullable HeaderMap mutableHeaders(MapType type) {
		StreamScope stream = this.vm.stream();
		if (stream == null) {
			return null;
		}
		return switch (type) {
			case REQUEST_HEADERS -> mutableHeaders(stream, type, stream.message(StreamType.HTTP_REQUEST));
			case RESPONSE_HEADERS -> mutableHeaders(stream, type, stream.message(StreamType.HTTP_RESPONSE));
			case REQUEST_TRAILERS -> mutableTrailers(stream, type, stream.message(StreamType.HTTP_REQUEST));
			case RESPONSE_TRAILERS -> mutableTrailers(stream, type, stream.message(StreamType.HTTP_RESPONSE));
			default -> null;
		};
	}

	private static @Nullable HeaderMap mutableHeaders(StreamScope stream, MapType type, MessageScope message) {
		HeaderMap headers = stream.httpStream().headers(type);
		if (headers != null && message.headersLeftAfterWait()) {
			return stream.bounds().sentHeaders(type, headers, (subject) -> stream.refuseLateChange(type, subject));
		}
		return (headers != null && message.headersOpen()) ? stream.bounds().headers(type, headers) : null;
	}

	private static @Nullable HeaderMap mutableTrailers(StreamScope stream, MapType type, MessageScope message) {
		HeaderMap trailers = (message.trailersOpen() && !stream.isLogging()) ? stream.httpStream().headers(type) : null;
		if (trailers == null) {
			return null;
		}
		message.createTrailers();
		return stream.bounds().headers(type, trailers);
	}

	@Override
	public void notSent(String name) {
		this.vm.observer().headerNotSent(name);
		if (this.vm.settings().logOnce().isFirst("header " + name)) {
			logger
				.warn("Wasm plugin '{}': the filter set the header '{}', which belongs to the connection, so the gateway"
						+ " does not send it; the call returned OK. The meter 'wasm.filter.headers.not.sent' counts such"
						+ " headers.", this.vm.settings().plugin(), name);
		}
	}

	@Override
	public boolean missingHeaderIsEmpty() {
		return this.vm.settings().missingHeaderIsEmpty();
	}

	@Override
	public boolean inLogPhase() {
		ContextScope context = this.vm.effective();
		return context != null && context.isLogging();
	}

}
