package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.vm.hostcall.Injection;
import io.gatewaywasm.host.vm.hostcall.StreamScope;

/**
 * The host calls of a stream whose effect is deferred until the callback has returned.
 * Used only inside the VM.
 */
interface DeferringScope extends StreamScope {

	/** Returns the deferred local responses and resets. */
	LocalResponseActions responses();

	/** Returns the deferred resumes and injected bytes. */
	DeferredMessageActions actions();

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
		return actions().inject(data, endOfStream);
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
		actions().resume(MessageKind.of(type));
	}

}
