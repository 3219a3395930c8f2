package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines which header maps and buffers the effective context can read and change in
 * its phase. Request and response headers can be read in every phase of a stream, which
 * is more than Envoy allows. As in Envoy, they can be changed only until they are sent
 * on. At the end of a body without trailers, trailers can be added.
 */
final class ContextMaps {

	private static final Logger logger = LoggerFactory.getLogger(ContextMaps.class);

	private static final HostBuffer EMPTY = new ConstantBuffer(new byte[0]);

	private final VmScope vm;

	private final HttpCallTable httpCalls;

	private final GrpcCallbacks grpcCalls;

	private final RedisCallTable redisCalls;

	private boolean bodyChangeLogged;

	ContextMaps(VmScope vm, HttpCallTable httpCalls, GrpcCallbacks grpcCalls, RedisCallTable redisCalls) {
		this.vm = vm;
		this.httpCalls = httpCalls;
		this.grpcCalls = grpcCalls;
		this.redisCalls = redisCalls;
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
		if (ofResponse && !stream.isLogging() && !stream.message(StreamType.HTTP_RESPONSE).isStarted()) {
			return null;
		}
		boolean trailers = type == MapType.REQUEST_TRAILERS || type == MapType.RESPONSE_TRAILERS;
		if (trailers && !stream.isLogging()) {
			return trailers(stream, type,
					stream.message(ofResponse ? StreamType.HTTP_RESPONSE : StreamType.HTTP_REQUEST));
		}
		return stream.httpStream().headers(type);
	}

	/**
	 * Returns the trailers. At the end of a body, they exist only if the guest has added
	 * some.
	 */
	private static @Nullable HeaderMap trailers(StreamScope stream, MapType type, MessageScope message) {
		if (!message.trailersShown()) {
			return null;
		}
		HeaderMap trailers = stream.httpStream().headers(type);
		return (trailers != null && trailers.size() == 0 && !message.trailersReceived()) ? null : trailers;
	}

	@Nullable HeaderMap mutableHeaders(MapType type) {
		StreamScope stream = stream();
		if (stream == null || stream.isLogging()) {
			return null;
		}
		boolean open = switch (type) {
			case REQUEST_HEADERS -> stream.message(StreamType.HTTP_REQUEST).headersOpen();
			case RESPONSE_HEADERS -> stream.message(StreamType.HTTP_RESPONSE).headersOpen();
			case REQUEST_TRAILERS -> stream.message(StreamType.HTTP_REQUEST).trailersOpen();
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
			case REDIS_CALL_RESPONSE -> redisReply();
			case VM_CONFIGURATION -> new ConstantBuffer(this.vm.settings().vmConfiguration());
			case PLUGIN_CONFIGURATION -> pluginConfiguration();
			case DOWNSTREAM_DATA, UPSTREAM_DATA -> EMPTY;
			case FOREIGN_FUNCTION_ARGUMENTS -> null;
		};
	}

	/**
	 * Returns the body. As in Envoy, a body that the guest is not shown is empty and
	 * cannot be changed.
	 */
	private HostBuffer body(StreamType type) {
		StreamScope stream = stream();
		HostBuffer body = (stream != null) ? stream.message(type).buffer() : null;
		if (body == null || stream == null) {
			return EMPTY;
		}
		return stream.httpStream().isBodyReadOnly() ? new ReadOnlyBody(body, this::bodyNotChanged) : body;
	}

	/**
	 * Returns the reply to a Redis call. Outside its callback, the buffer is unknown, as
	 * it always is in Envoy.
	 */
	private HostBuffer redisReply() {
		HostBuffer reply = this.redisCalls.reply();
		if (reply == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return reply;
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
