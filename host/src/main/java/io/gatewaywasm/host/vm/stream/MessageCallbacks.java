package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.DataStatus;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeadersStatus;
import io.gatewaywasm.host.vm.VmStream;
import org.jspecify.annotations.Nullable;

/**
 * Calls the guest with the parts of a message, and translates its result to an input of
 * the state machine. Used only inside the VM.
 */
final class MessageCallbacks {

	private MessageCallbacks() {
	}

	/**
	 * Makes a part visible to host calls. Without a chunk, a body part is the buffered
	 * body. Returns the next input, or {@code null} if the guest must be called.
	 */
	static @Nullable StreamInput prepare(ShownMessage message, MessagePart part, byte @Nullable [] chunk,
			StreamGuest guest) {
		boolean called = guest.calls().has(message.kind().callback(part));
		message.show(part);
		if (part == MessagePart.BODY) {
			BodyBuffer buffer = message.body(guest.policy().limits().bodyBuffer());
			called &= !message.isBodyless();
			if (chunk != null) {
				if (called && (buffer.isGathering() || message.headersKept()) && !buffer.hasRoomFor(chunk)) {
					return StreamInput.OVERFLOW;
				}
				buffer.show(chunk);
			}
		}
		return called ? null : StreamInput.CONTINUE;
	}

	/** Calls the guest with a part, and returns its result as an input. */
	static StreamInput call(ShownMessage message, MessagePart part, StreamGuest guest) {
		VmStream context = guest.context();
		MessageKind kind = message.kind();
		Callback callback = kind.callback(part);
		return switch (part) {
			case HEADERS -> {
				int size = size(guest.httpStream().headers(kind.headers()));
				long status = guest.calls().call(callback, context, context.id(), size, message.isEnded() ? 1 : 0);
				yield StreamInput.of(HeadersStatus.of((int) status), !message.isBodyless(),
						guest.policy().headersStopIteration());
			}
			case BODY -> {
				BodyBuffer buffer = message.body(guest.policy().limits().bodyBuffer());
				buffer.shown();
				long status = guest.calls()
					.call(callback, context, context.id(), buffer.length(), message.isLast() ? 1 : 0);
				yield keep(DataStatus.of((int) status), buffer, message.headersKept());
			}
			case TRAILERS -> {
				int size = size(guest.httpStream().headers(kind.trailers()));
				long status = guest.calls().call(callback, context, context.id(), size);
				yield (status == 0) ? StreamInput.CONTINUE : StreamInput.PAUSE;
			}
		};
	}

	/** Keeps the visible part of the body as the guest's result says. */
	private static StreamInput keep(DataStatus status, BodyBuffer buffer, boolean headersKept) {
		switch (status) {
			case CONTINUE -> {
				return StreamInput.CONTINUE;
			}
			case STOP_ITERATION_AND_BUFFER -> buffer.buffer();
			case STOP_ITERATION_AND_WATERMARK -> buffer.pass();
			case STOP_ITERATION_NO_BUFFER -> buffer.drop();
		}
		boolean limited = headersKept || status == DataStatus.STOP_ITERATION_AND_BUFFER;
		return ((limited && buffer.isFull()) || !buffer.keep()) ? StreamInput.OVERFLOW : StreamInput.PAUSE;
	}

	private static int size(@Nullable HeaderMap map) {
		return (map != null) ? map.size() : 0;
	}

}
