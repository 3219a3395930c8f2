package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which header maps and buffers the effective context can see and change in its phase.
 * Request and response headers can be read in every phase of a stream, which is more than
 * Envoy allows; they can be changed, as in Envoy, only until they are sent on. Trailers
 * can also be added where there are none, at the end of a body.
 */
final class ContextMaps {

	private static final Logger logger = LoggerFactory.getLogger(ContextMaps.class);

	private final VmScope vm;

	private final HttpCallTable httpCalls;

	private final GrpcCallbacks grpcCalls;

	private boolean bodyChangeLogged;

	ContextMaps(VmScope vm, HttpCallTable httpCalls, GrpcCallbacks grpcCalls) {
		this.vm = vm;
		this.httpCalls = httpCalls;
		this.grpcCalls = grpcCalls;
	}

	@Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS, REQUEST_TRAILERS, RESPONSE_HEADERS, RESPONSE_TRAILERS -> ofStream(type);
			case HTTP_CALL_RESPONSE_HEADERS -> this.httpCalls.answerHeaders();
			case HTTP_CALL_RESPONSE_TRAILERS -> this.httpCalls.answerTrailers();
			case GRPC_CALL_INITIAL_METADATA -> this.grpcCalls.initialMetadata();
			case GRPC_CALL_TRAILING_METADATA -> this.grpcCalls.trailingMetadata();
		};
	}

	private @Nullable HeaderMap ofStream(MapType type) {
		StreamScope stream = stream();
		if (stream == null) {
			return null;
		}
		boolean ofResponse = type == MapType.RESPONSE_HEADERS || type == MapType.RESPONSE_TRAILERS;
		if (ofResponse && !stream.message(StreamType.HTTP_RESPONSE).isStarted()) {
			// Also when the stream is logged: a client that left early got no status.
			return null;
		}
		if (type == MapType.RESPONSE_TRAILERS && !stream.message(StreamType.HTTP_RESPONSE).trailersShown()
				&& !stream.isLogging()) {
			return null;
		}
		return stream.httpStream().headers(type);
	}

	@Nullable HeaderMap mutableHeaders(MapType type) {
		StreamScope stream = stream();
		if (stream == null || stream.isLogging()) {
			return null;
		}
		boolean open = switch (type) {
			case REQUEST_HEADERS -> stream.message(StreamType.HTTP_REQUEST).headersOpen();
			case RESPONSE_HEADERS -> stream.message(StreamType.HTTP_RESPONSE).headersOpen();
			case RESPONSE_TRAILERS -> stream.message(StreamType.HTTP_RESPONSE).trailersOpen();
			default -> false;
		};
		HeaderMap headers = open ? stream.httpStream().headers(type) : null;
		return (headers != null) ? stream.bounds().headers(type, headers) : null;
	}

	@Nullable HostBuffer buffer(BufferType type) {
		return switch (type) {
			case HTTP_REQUEST_BODY -> body(StreamType.HTTP_REQUEST);
			case HTTP_RESPONSE_BODY -> body(StreamType.HTTP_RESPONSE);
			case HTTP_CALL_RESPONSE_BODY -> this.httpCalls.answerBody();
			case GRPC_CALL_MESSAGE -> this.grpcCalls.message();
			case VM_CONFIGURATION -> new ConstantBuffer(this.vm.settings().vmConfiguration());
			case PLUGIN_CONFIGURATION -> pluginConfiguration();
			case DOWNSTREAM_DATA, UPSTREAM_DATA, FOREIGN_FUNCTION_ARGUMENTS -> null;
		};
	}

	private @Nullable HostBuffer body(StreamType type) {
		StreamScope stream = stream();
		HostBuffer body = (stream != null) ? stream.message(type).buffer() : null;
		return (body != null && stream != null && stream.httpStream().isBodyReadOnly())
				? new ReadOnlyBody(body, this::bodyNotChanged) : body;
	}

	private @Nullable StreamScope stream() {
		ContextScope context = this.vm.effective();
		return (context != null) ? context.stream() : null;
	}

	private void bodyNotChanged() {
		if (!this.bodyChangeLogged) {
			this.bodyChangeLogged = true;
			logger.warn(
					"Plugin '{}' tried to change a body and got BAD_ARGUMENT, because its 'body-access' is"
							+ " 'read-only'. Remove that property if the filter is to change bodies.",
					this.vm.settings().plugin());
		}
	}

	private @Nullable HostBuffer pluginConfiguration() {
		ContextScope context = this.vm.effective();
		return (context != null && context.root().isConfiguring()) ? new ConstantBuffer(context.root().configuration())
				: null;
	}

}
