package io.gatewaywasm.host.vm.stream;

import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.PhaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream: a state machine with the table
 * {@link StreamTransitions}, which follows Envoy's filter manager. {@link ShownMessage}
 * calls the guest, and {@link MessageSender} sends data on. Used only inside the VM, or
 * by the requesting thread if the stream has no VM.
 */
final class StreamDirection extends MessageSender {

	private static final int GRPC_UNAVAILABLE = 14;

	/**
	 * The local response for a stream whose filter failed, with the fail strategy {@code
	 * closed}.
	 */
	private static final Decision FAILED = new Decision.Respond(
			new LocalResponse(503, "wasm_fail_stream", NOTHING, List.of(), GRPC_UNAVAILABLE));

	private static final Decision BROKEN = new Decision.Reset(
			"the filter failed in the middle of a body that it was rewriting");

	private StreamState state = StreamState.IDLE;

	/** Created for the first bytes that the guest injects. */
	private @Nullable InjectedBody injected;

	StreamDirection(MessageKind kind, StreamOutput output) {
		super(kind, output);
	}

	StreamState state() {
		return this.state;
	}

	// --- Inputs

	/**
	 * Handles a part from the gateway, which then waits for one decision. {@code chunk}
	 * is {@code null} for headers, {@code end} says whether no part follows, and
	 * {@code sink} receives the decision.
	 */
	void arrive(MessagePart part, byte @Nullable [] chunk, boolean end, Consumer<Decision> sink) {
		expect(sink, part != MessagePart.HEADERS);
		shown().arrived(part, end);
		act(part.arrival(), (chunk != null) ? chunk : NOTHING);
	}

	private void act(StreamInput input) {
		act(input, NOTHING);
	}

	private void act(StreamInput input, byte[] chunk) {
		StreamTransition transition = StreamTransitions.of(this.state, input);
		StreamAction action = transition.action();
		boolean kept = shown().hasKeptTrailers() || (action == StreamAction.SEND_HEADERS && isPendingForBody());
		this.state = transition.next(shown().isEnded() && !kept);
		switch (action) {
			case IGNORE -> {
			}
			case SHOW_HEADERS -> {
				if (guest().create()) {
					show(MessagePart.HEADERS, null);
				}
			}
			case SHOW_BODY -> show(MessagePart.BODY, chunk);
			case SHOW_TRAILERS -> show(MessagePart.TRAILERS, null);
			case KEEP_BODY -> keep(chunk, false);
			case KEEP_ALL -> keep(chunk, true);
			case KEEP_TRAILERS, WAIT -> await();
			case HOLD_HEADERS -> decide(Decision.HoldHeaders.INSTANCE);
			case SEND_HEADERS -> {
				if (sendHeaders(input == StreamInput.CONTINUE)) {
					showKept();
				}
			}
			case SEND -> send(input == StreamInput.CONTINUE);
			case INJECT -> {
				sendInjected(injected().take());
				awaitAgain();
			}
			case INJECT_END -> sendInjectedEnd(injected().take());
			case REFUSE -> guest().bodyTooLarge(kind(), shown().limit());
			case PASS_ON -> passOn(chunk);
			case ANSWER -> answerClosed(chunk);
		}
	}

	// --- Actions

	/**
	 * Shows a part to the guest, whose result is the next input. Without a chunk, a body
	 * part is the buffered body.
	 */
	private void show(MessagePart part, byte @Nullable [] chunk) {
		StreamGuest guest = guest();
		if (part == MessagePart.HEADERS && kind() == MessageKind.RESPONSE) {
			output().responseShown();
		}
		StreamInput known = shown().prepare(part, chunk, guest);
		if (known != null) {
			act(known);
			return;
		}
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			outcome = settle(shown().call(part, guest));
		}
		finally {
			guest.host().observer().phase(kind().phase(part), System.nanoTime() - start, outcome);
		}
	}

	private PhaseOutcome settle(StreamInput result) {
		if (guest().settleControl()) {
			return PhaseOutcome.LOCAL_RESPONSE;
		}
		if (settleInjection()) {
			return PhaseOutcome.CONTINUE;
		}
		StreamInput input = (result != StreamInput.CONTINUE && takeResume()) ? StreamInput.CONTINUE : result;
		act(input);
		return switch (input) {
			case CONTINUE -> PhaseOutcome.CONTINUE;
			case OVERFLOW -> PhaseOutcome.LOCAL_RESPONSE;
			default -> PhaseOutcome.PAUSE;
		};
	}

	private void keep(byte[] chunk, boolean all) {
		int limit = guest().policy().limits().bodyBuffer();
		if (all && !shown().hasRoomFor(chunk, limit)) {
			act(StreamInput.OVERFLOW);
			return;
		}
		shown().keep(chunk, limit);
		await();
	}

	/**
	 * Shows the parts that were kept back while everything was paused: the whole body at
	 * once, then the trailers.
	 */
	private void showKept() {
		if (shown().hasKeptBody()) {
			show(MessagePart.BODY, null);
		}
		if (shown().hasKeptTrailers() && !this.state.isDone()) {
			act(StreamInput.TRAILERS);
		}
	}

	private void answerClosed(byte[] chunk) {
		Decision answer = closing();
		boolean localResponse = kind() == MessageKind.RESPONSE && answer == FAILED && output().hasLocalResponse();
		if (answer == null || localResponse) {
			passOn(chunk);
		}
		else {
			decide(answer);
		}
	}

	// --- Events of the stream

	/** Returns whether bytes that the guest injects can be sent in the present state. */
	boolean takesInjection() {
		return StreamTransitions.of(this.state, StreamInput.INJECT).action() != StreamAction.IGNORE;
	}

	/**
	 * Sends the injected bytes before the decision of the callback is carried out.
	 * Returns whether the response has ended with them.
	 */
	boolean settleInjection() {
		InjectedBody body = this.injected;
		if (body == null || !body.isPending()) {
			return false;
		}
		act(body.isEnded() ? StreamInput.INJECT_END : StreamInput.INJECT);
		return this.state == StreamState.CLOSED;
	}

	/** Returns the bytes that the guest injects. */
	InjectedBody injected() {
		InjectedBody open = this.injected;
		if (open == null) {
			open = new InjectedBody(guest().policy().limits().bodyBuffer());
			this.injected = open;
		}
		return open;
	}

	/** Resumes the message if another callback requested it. */
	void settleResume() {
		if (takeResume()) {
			act(StreamInput.RESUME);
		}
	}

	/**
	 * Closes the direction and makes this decision about all present and later arrivals.
	 * Returns whether a decision was pending.
	 */
	boolean answer(Decision decision) {
		boolean pending = isPending();
		act(StreamInput.CLOSE);
		answerWith(decision);
		return pending;
	}

	/** Closes the direction. Nothing more is shown to the guest. */
	void close() {
		sendNothing();
		act(StreamInput.CLOSE);
	}

	/** Skips the guest, to which no part of this message was shown. */
	void skip() {
		act(StreamInput.SKIP);
	}

	/**
	 * Applies the fail strategy, because nothing more can be shown to the guest. {@code
	 * open} says whether the failed filter is skipped.
	 */
	void fail(boolean open) {
		if (this.state == StreamState.CLOSED) {
			return;
		}
		boolean injectedBefore = this.injected != null && this.injected.isSent();
		boolean broken = open && (shown().isRewritten() || injectedBefore) && !shown().isBodySent()
				&& (isPending() || !shown().isEnded());
		// During the headers callback, the gateway waits for the decision, if it was not
		// made yet
		boolean headersKept = shown().headersLeave() && this.state != StreamState.HEADERS;
		stopPause();
		if (open && !broken) {
			act(StreamInput.SKIP);
			passOnKept(headersKept);
			return;
		}
		act(StreamInput.CLOSE);
		Decision decision = open ? BROKEN : FAILED;
		if (headersKept && !isPending()) {
			// The gateway has the headers, and waits for a part of the body that may not
			// come
			output().endEarly(decision);
		}
		closeWith(decision);
	}

}
