package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.vm.hostcall.Injection;
import io.gatewaywasm.host.vm.hostcall.StreamScope;

/**
 * The host calls with which a guest requests something for a stream. Used only inside the
 * VM.
 */
interface RequestScope extends StreamScope {

	/** Returns the local responses and resets that the guest requests. */
	RequestedResponses responses();

	/** Returns the requests of the guest for the messages. */
	MessageRequests requests();

	@Override
	default boolean respond(LocalResponse response) {
		return responses().respond(response);
	}

	@Override
	default boolean refuse(LocalResponse response) {
		return responses().refuse(response);
	}

	@Override
	default Injection inject(byte[] data, boolean endOfStream) {
		return requests().inject(data, endOfStream);
	}

	@Override
	default void refuseLateChange(MapType type, String subject) {
		responses().refuseLateChange(type, subject);
	}

	@Override
	default void close(String reason) {
		responses().reset(reason);
	}

	@Override
	default void resume(StreamType type) {
		requests().resume(MessageKind.of(type));
	}

}
