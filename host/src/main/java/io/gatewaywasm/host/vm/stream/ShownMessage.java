package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.vm.hostcall.MessageScope;
import org.jspecify.annotations.Nullable;

/**
 * The guest's side of a message: which parts have arrived, which of them the guest sees
 * and may change, and the buffered body. Used only inside the VM.
 */
final class ShownMessage implements MessageScope {

	private static final byte[] NOTHING = {};

	private final MessageKind kind;

	private final BufferedBytes buffered;

	private HeadersProgress headers = HeadersProgress.NOT_SHOWN;

	/** Whether the guest has created trailers, which may be empty. */
	private boolean trailersCreated;

	/** Whether the guest has given up the trailers since it was last shown a part. */
	private boolean trailersReleased;

	/** Whether the part that arrived last is the headers. */
	private boolean atHeaders;

	private MessageEnd end = MessageEnd.OPEN;

	/** Created for the first part of a body. */
	private @Nullable BodyBuffer body;

	ShownMessage(MessageKind kind, BufferedBytes buffered) {
		this.kind = kind;
		this.buffered = buffered;
	}

	MessageKind kind() {
		return this.kind;
	}

	// --- Progress of the message

	@Override
	public boolean isStarted() {
		return this.headers != HeadersProgress.NOT_SHOWN;
	}

	@Override
	public boolean headersKept() {
		return this.headers.isKept();
	}

	@Override
	public boolean headersOpen() {
		return this.headers == HeadersProgress.KEPT;
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
		this.atHeaders = part == MessagePart.HEADERS;
		this.end = this.end.after(part, last);
	}

	/** Returns whether the part that arrived last is the headers. */
	boolean isAtHeaders() {
		return this.atHeaders;
	}

	/** Returns whether the message arrived without a body. */
	boolean isBodyless() {
		return this.end.isBodyless();
	}

	/** Makes a part visible to host calls. */
	void show(MessagePart part) {
		this.trailersReleased = false;
		switch (part) {
			case HEADERS -> this.headers = HeadersProgress.KEPT;
			case TRAILERS -> this.end = MessageEnd.TRAILERS;
			case BODY -> {
				// The buffer makes the chunk visible
			}
		}
	}

	/** Records that the decision was made. */
	void markDecided() {
		this.end = this.end.afterDecision();
	}

	@Override
	public boolean headersLeftAfterWait() {
		return this.headers == HeadersProgress.LEFT_AFTER_WAIT;
	}

	/**
	 * Records that the headers are no longer kept back, and returns whether they were.
	 */
	boolean takeKeptHeaders() {
		return takeHeaders(HeadersProgress.LEFT);
	}

	/**
	 * Records that the headers are no longer kept back after they have waited, and
	 * returns whether they were. Host calls that change them still return OK, unless the
	 * guest has given them up.
	 */
	boolean takeWaitingHeaders() {
		return takeHeaders(this.headers.afterWait());
	}

	/**
	 * Records that the headers are no longer kept back because the guest has resumed the
	 * message, and returns whether they were. As in Envoy, only the resume of a request
	 * makes its headers inaccessible.
	 */
	boolean takeResumedHeaders() {
		return (this.kind == MessageKind.RESPONSE) ? takeWaitingHeaders() : takeKeptHeaders();
	}

	private boolean takeHeaders(HeadersProgress progress) {
		boolean kept = headersKept();
		if (kept) {
			this.headers = progress;
		}
		return kept;
	}

	/**
	 * Records that the guest gives up what it was shown of the message, which it cannot
	 * change from now on.
	 */
	void revokeAccess() {
		this.headers = this.headers.afterRevoke();
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

	/** Returns whether all streams together have buffered more than they may. */
	boolean isMemoryExceeded() {
		return this.body != null && this.body.isMemoryExceeded();
	}

	/**
	 * Buffers a part of the body that is shown to the guest later, together with the
	 * rest. Returns whether it fits into what all streams may buffer.
	 */
	boolean keep(byte[] chunk, int limit) {
		BodyBuffer buffer = body(limit);
		buffer.gather();
		buffer.show(chunk);
		return buffer.keep();
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

	/** Returns the buffer of the body, and creates it if this is its first part. */
	BodyBuffer body(int limit) {
		BodyBuffer buffer = this.body;
		if (buffer == null) {
			buffer = new BodyBuffer(limit, this.buffered);
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
	boolean isLast() {
		return isEnded() && !hasKeptTrailers();
	}

}
