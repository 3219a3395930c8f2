package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.imports.HostBuffers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines which buffers the effective context can read and change in its phase.
 */
final class ContextBuffers implements HostBuffers {

	private static final Logger logger = LoggerFactory.getLogger(ContextBuffers.class);

	private static final HostBuffer EMPTY = new ConstantBuffer(new byte[0]);

	private final VmScope vm;

	private final HttpCalloutTable httpCalls;

	private final GrpcCallbacks grpcCalls;

	private final RedisCalloutTable redisCalls;

	private boolean bodyChangeLogged;

	ContextBuffers(VmScope vm, HttpCalloutTable httpCalls, GrpcCallbacks grpcCalls, RedisCalloutTable redisCalls) {
		this.vm = vm;
		this.httpCalls = httpCalls;
		this.grpcCalls = grpcCalls;
		this.redisCalls = redisCalls;
	}

	@Override
	public @Nullable HostBuffer buffer(BufferType type) {
		return switch (type) {
			case HTTP_REQUEST_BODY -> body(StreamType.HTTP_REQUEST);
			case HTTP_RESPONSE_BODY -> body(StreamType.HTTP_RESPONSE);
			case HTTP_CALL_RESPONSE_BODY -> this.httpCalls.responseBody();
			case GRPC_CALL_MESSAGE -> grpcMessage();
			case REDIS_CALL_RESPONSE -> redisReply();
			case VM_CONFIGURATION -> new ConstantBuffer(this.vm.settings().vm().configuration());
			case PLUGIN_CONFIGURATION -> pluginConfiguration();
			case DOWNSTREAM_DATA, UPSTREAM_DATA, FOREIGN_FUNCTION_ARGUMENTS -> EMPTY;
		};
	}

	/**
	 * Returns the body. As in Envoy, a body that the guest is not shown is empty and
	 * cannot be changed.
	 */
	private HostBuffer body(StreamType type) {
		StreamScope stream = this.vm.stream();
		HostBuffer body = (stream != null) ? stream.message(type).buffer() : null;
		if (body == null || stream == null) {
			return EMPTY;
		}
		return stream.httpStream().isBodyReadOnly() ? new ReadOnlyBody(body, this::bodyNotChanged) : body;
	}

	/**
	 * Returns the message of a gRPC call. As in Envoy, it is empty outside its callback.
	 */
	private HostBuffer grpcMessage() {
		HostBuffer message = this.grpcCalls.message();
		return (message != null) ? message : EMPTY;
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

	private void bodyNotChanged() {
		if (!this.bodyChangeLogged) {
			this.bodyChangeLogged = true;
			logger.warn(
					"Wasm plugin '{}' tried to change a body and got BAD_ARGUMENT, because its 'body-access' is"
							+ " 'read-only'. Remove that property to let the filter change bodies.",
					this.vm.settings().plugin());
		}
	}

	@Override
	public byte[] configuration() {
		RootScope root = this.vm.context().root();
		return root.isConfiguring() ? root.configuration() : this.vm.settings().vm().configuration();
	}

	private @Nullable HostBuffer pluginConfiguration() {
		ContextScope context = this.vm.effective();
		return (context != null && context.root().isConfiguring()) ? new ConstantBuffer(context.root().configuration())
				: null;
	}

}
