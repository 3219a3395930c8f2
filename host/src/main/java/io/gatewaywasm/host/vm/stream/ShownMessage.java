package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.DataStatus;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeadersStatus;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.vm.VmStream;
import io.gatewaywasm.host.vm.hostcall.MessageScope;
import org.jspecify.annotations.Nullable;

/**
 * The guest's side of a message: calls the guest with its parts, translates the guest's
 * result to an input of the state machine, and tracks the progress of the message. Used
 * only inside the VM.
 */
final class ShownMessage implements MessageScope {

	private static final byte[] NOTHING = {};

	private final MessageKind kind;

	private HeadersPlace headers = HeadersPlace.NOT_SHOWN;

	/** Whether the guest has given up the headers, which may still be kept back. */
	private boolean headersReleased;

	/** Whether the guest has created trailers, which may be empty. */
	private boolean trailersCreated;

	/** Whether the guest has given up the trailers since it was last shown a part. */
	private boolean trailersReleased;

	private MessageEnd end = MessageEnd.OPEN;

	/** Created for the first part of a body. */
	private @Nullable BodyBuffer body;

	ShownMessage(MessageKind kind) {
		this.kind = kind;
	}

	MessageKind kind() {
		return this.kind;
	}

	// --- Progress of the message

	@Override
	public boolean isStarted() {
		return this.headers != HeadersPlace.NOT_SHOWN;
	}

	@Override
	public boolean headersKept() {
		return this.headers == HeadersPlace.HERE;
	}

	@Override
	public boolean headersOpen() {
		return headersKept() && !this.headersReleased;
	}

	/** Returns whether trailers have arrived and were shown to the guest. */
	boolean trailersReceived() {
		return this.end.hasTrailers();
	}

	@Override
	public boolean hasTrailers() {
		return trailersReceived() || this.trailersCreated;
	}

	@Override
	public void createTrailers() {
		this.trailersCreated = true;
	}

	@Override
	public boolean trailersOpen() {
		boolean shown = trailersReceived() || (isEnded() && this.body != null && this.body.isShown());
		return shown && !this.end.isDecided() && !this.trailersReleased;
	}

	/** Returns whether trailers have arrived that were not shown to the guest. */
	boolean hasKeptTrailers() {
		return this.end == MessageEnd.KEPT_TRAILERS;
	}

	/** Returns whether the whole message has arrived. */
	boolean isEnded() {
		return this.end.isReached();
	}

	/** Records the arrival of a part, about which a decision is pending. */
	void arrived(MessagePart part, boolean last) {
		this.end = this.end.after(part, last);
	}

	/** Records that the decision was made. */
	void decided() {
		this.end = this.end.decided();
	}

	@Override
	public boolean headersLeftAfterWait() {
		return this.headers == HeadersPlace.LEFT_AFTER_WAIT;
	}

	/**
	 * Records that the headers are no longer kept back, and returns whether they were.
	 */
	boolean headersLeave() {
		return headersLeave(HeadersPlace.LEFT);
	}

	/**
	 * Records that the headers are no longer kept back after they have waited, and
	 * returns whether they were. {@code changeable} says whether host calls that change
	 * them still return OK.
	 */
	boolean headersLeaveAfterWait(boolean changeable) {
		return headersLeave((changeable && !this.headersReleased) ? HeadersPlace.LEFT_AFTER_WAIT : HeadersPlace.LEFT);
	}

	private boolean headersLeave(HeadersPlace place) {
		boolean kept = headersKept();
		if (kept) {
			this.headers = place;
		}
		return kept;
	}

	/**
	 * Records that the guest gives up what it was shown of the message, which it cannot
	 * change from now on.
	 */
	void release() {
		this.headersReleased = headersKept();
		this.trailersReleased = true;
	}

	/** Records that an injected body follows the headers. */
	void injectedBodyFollows() {
		if (this.end == MessageEnd.HEADERS) {
			this.end = MessageEnd.INJECTED_BODY;
		}
	}

	// --- The buffered body

	@Override
	public @Nullable HostBuffer buffer() {
		BodyBuffer buffer = this.body;
		return (buffer != null && buffer.isVisible()) ? buffer : null;
	}

	@Override
	public void bodyBuffer(int bytes) {
		body(bytes).limit(bytes);
	}

	int limit() {
		return (this.body != null) ? this.body.limit() : 0;
	}

	/** Returns whether more of the body is buffered than the limit allows. */
	boolean isFull() {
		return this.body != null && this.body.isFull();
	}

	/** Returns whether the guest changed bytes that were sent on, or removed bytes. */
	boolean isRewritten() {
		return this.body != null && this.body.isRewritten();
	}

	/** Returns whether trailers have arrived and all of the body was sent on. */
	boolean isBodySent() {
		return trailersReceived() && (this.body == null || this.body.size() == 0);
	}

	/**
	 * Buffers a part of the body that is shown to the guest later, together with the
	 * rest.
	 */
	void keep(byte[] chunk, int limit) {
		BodyBuffer buffer = body(limit);
		buffer.gather();
		buffer.show(chunk);
	}

	boolean hasRoomFor(byte[] chunk, int limit) {
		return body(limit).hasRoomFor(chunk);
	}

	/** Removes and returns the buffered body. */
	byte[] takeBody() {
		return (this.body != null) ? this.body.take() : NOTHING;
	}

	/** Removes and returns the buffered body, which is then sent on. */
	byte[] sendBody() {
		byte[] data = takeBody();
		if (this.body != null) {
			this.body.sent();
		}
		return data;
	}

	private BodyBuffer body(int limit) {
		BodyBuffer buffer = this.body;
		if (buffer == null) {
			buffer = new BodyBuffer(limit);
			this.body = buffer;
		}
		return buffer;
	}

	/**
	 * Returns whether a part of the body, or its end, is buffered and must still be
	 * shown.
	 */
	boolean hasKeptBody() {
		BodyBuffer buffer = this.body;
		if (buffer == null) {
			return false;
		}
		if (buffer.size() == 0 && !isLast()) {
			buffer.sent();
			return false;
		}
		return true;
	}

	/** Returns whether the visible part is the end of the message. */
	private boolean isLast() {
		return isEnded() && !hasKeptTrailers();
	}

	// --- Callbacks

	/**
	 * Makes a part visible to host calls. Without a chunk, a body part is the buffered
	 * body. Returns the next input, or {@code null} if the guest must be called.
	 */
	@Nullable StreamInput prepare(MessagePart part, byte @Nullable [] chunk, StreamGuest guest) {
		boolean called = guest.calls().has(this.kind.callback(part));
		this.trailersReleased = false;
		switch (part) {
			case HEADERS -> this.headers = HeadersPlace.HERE;
			case TRAILERS -> this.end = MessageEnd.TRAILERS;
			case BODY -> {
				BodyBuffer buffer = body(guest.policy().limits().bodyBuffer());
				called &= !this.end.isBodyless();
				if (chunk != null) {
					if (called && (buffer.isGathering() || headersKept()) && !buffer.hasRoomFor(chunk)) {
						return StreamInput.OVERFLOW;
					}
					buffer.show(chunk);
				}
			}
		}
		return called ? null : StreamInput.CONTINUE;
	}

	/** Calls the guest with a part, and returns its result as an input. */
	StreamInput call(MessagePart part, StreamGuest guest) {
		VmStream context = guest.context();
		Callback callback = this.kind.callback(part);
		return switch (part) {
			case HEADERS -> {
				int size = size(guest.httpStream().headers(this.kind.headers()));
				long status = guest.calls().call(callback, context, context.id(), size, isEnded() ? 1 : 0);
				yield StreamInput.of(HeadersStatus.of((int) status), !this.end.isBodyless(),
						guest.policy().headersStopIteration());
			}
			case BODY -> {
				BodyBuffer buffer = body(guest.policy().limits().bodyBuffer());
				buffer.shown();
				long status = guest.calls().call(callback, context, context.id(), buffer.length(), isLast() ? 1 : 0);
				yield keepAsAsked(DataStatus.of((int) status), buffer);
			}
			case TRAILERS -> {
				int size = size(guest.httpStream().headers(this.kind.trailers()));
				long status = guest.calls().call(callback, context, context.id(), size);
				yield (status == 0) ? StreamInput.CONTINUE : StreamInput.PAUSE;
			}
		};
	}

	private StreamInput keepAsAsked(DataStatus status, BodyBuffer buffer) {
		switch (status) {
			case CONTINUE -> {
				return StreamInput.CONTINUE;
			}
			case STOP_ITERATION_AND_BUFFER -> buffer.buffer();
			case STOP_ITERATION_AND_WATERMARK -> buffer.pass();
			case STOP_ITERATION_NO_BUFFER -> buffer.drop();
		}
		boolean limited = headersKept() || status == DataStatus.STOP_ITERATION_AND_BUFFER;
		return (limited && buffer.isFull()) ? StreamInput.OVERFLOW : StreamInput.PAUSE;
	}

	private static int size(@Nullable HeaderMap map) {
		return (map != null) ? map.size() : 0;
	}

}
