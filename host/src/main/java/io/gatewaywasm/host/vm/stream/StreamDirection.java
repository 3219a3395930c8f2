package io.gatewaywasm.host.vm.stream;

import java.util.Objects;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.PhaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream: a state machine with the table
 * {@link StreamTransitions}, which follows Envoy's filter manager.
 * {@link MessageCallbacks} calls the guest, and {@link MessageSender} sends data on. An
 * arrival can cause several inputs, each handled within the previous one, and ends with
 * the decision that the gateway waits for. Used only inside the VM, or by the requesting
 * thread if the stream has no VM.
 */
final class StreamDirection {

	private static final byte[] NOTHING = {};

	/**
	 * The decision about further parts of a body that the guest has ended by an
	 * injection.
	 */
	private static final Decision ENDED = new Decision.Forward(NOTHING, true);

	private final MessageSender sender;

	private StreamState state = StreamState.IDLE;

	/** The decision about all arrivals after the direction was closed. */
	private @Nullable Decision closing;

	StreamDirection(MessageKind kind, StreamOutput output) {
		this.sender = new MessageSender(kind, output);
	}

	StreamState state() {
		return this.state;
	}

	MessageKind kind() {
		return shown().kind();
	}

	ShownMessage shown() {
		return this.sender.shown();
	}

	MessageSender sender() {
		return this.sender;
	}

	StreamOutput output() {
		return this.sender.output();
	}

	/** Returns the stream in its VM, which must exist. */
	private StreamGuest guest() {
		return output().guest();
	}

	// --- Inputs

	/**
	 * Handles a part from the gateway, which then waits for one decision. {@code chunk}
	 * is {@code null} for headers, {@code end} says whether no part follows, and
	 * {@code sink} receives the decision.
	 */
	void arrive(MessagePart part, byte @Nullable [] chunk, boolean end, Consumer<Decision> sink) {
		shown().arrived(part, end);
		this.sender.expect(sink);
		act(part.arrival(), (chunk != null) ? chunk : NOTHING);
	}

	/** Handles an event of the stream or a result of the guest. */
	void act(StreamInput input) {
		act(input, NOTHING);
	}

	private void act(StreamInput input, byte[] chunk) {
		StreamTransition transition = StreamTransitions.of(this.state, input);
		StreamAction action = transition.action();
		boolean kept = shown().hasKeptTrailers()
				|| (action == StreamAction.SEND_HEADERS && this.sender.isPendingForBody());
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
			case KEEP_BODY -> {
				// The rest of the body waits at its sender, so nothing is refused
				shown().keep(chunk, bufferLimit());
				this.sender.await();
			}
			case KEEP_ALL -> {
				if (shown().hasRoomFor(chunk, bufferLimit()) && shown().keep(chunk, bufferLimit())) {
					this.sender.await();
				}
				else {
					act(StreamInput.OVERFLOW);
				}
			}
			case KEEP_TRAILERS, WAIT -> this.sender.await();
			case KEEP_HEADERS -> this.sender.decide(Decision.KeepHeaders.INSTANCE);
			case SEND_HEADERS -> {
				if (this.sender.sendHeaders(input)) {
					showKept();
				}
			}
			case SEND -> this.sender.send(input);
			case INJECT -> {
				this.sender.inject(takeInjection());
				this.sender.awaitAgain();
			}
			case INJECT_END -> {
				this.sender.injectEnd(takeInjection());
				closeWith(ENDED);
			}
			case REFUSE -> guest().refuseBody(kind());
			case PASS_ON -> this.sender.passOn(chunk);
			case ANSWER -> decideClosed(chunk);
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
		StreamInput known = MessageCallbacks.prepare(shown(), part, chunk, guest);
		if (known != null) {
			act(known);
			return;
		}
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			outcome = carryOut(MessageCallbacks.call(shown(), part, guest));
		}
		finally {
			guest.host().observer().phase(kind().phase(part), System.nanoTime() - start, outcome);
		}
	}

	/** Carries out what the guest has requested in its callback, and then its result. */
	private PhaseOutcome carryOut(StreamInput result) {
		if (guest().carryOutAnswer()) {
			return PhaseOutcome.LOCAL_RESPONSE;
		}
		if (sendInjection()) {
			return PhaseOutcome.CONTINUE;
		}
		StreamInput input = (result != StreamInput.CONTINUE && guest().takeResume(kind())) ? StreamInput.CONTINUE
				: result;
		act(input);
		return switch (input) {
			case CONTINUE -> PhaseOutcome.CONTINUE;
			case OVERFLOW -> PhaseOutcome.LOCAL_RESPONSE;
			default -> PhaseOutcome.PAUSE;
		};
	}

	private int bufferLimit() {
		return guest().policy().limits().bodyBuffer();
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

	private void decideClosed(byte[] chunk) {
		Decision decision = this.closing;
		boolean localResponse = kind() == MessageKind.RESPONSE && decision == FailureDecisions.CLOSED
				&& output().hasLocalResponse();
		if (decision == null || localResponse) {
			this.sender.passOn(chunk);
		}
		else {
			this.sender.decide(decision);
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
	boolean sendInjection() {
		InjectedBody body = injected();
		if (body == null || !body.isPending()) {
			return false;
		}
		act(body.isEnded() ? StreamInput.INJECT_END : StreamInput.INJECT);
		return this.state == StreamState.CLOSED;
	}

	/** Returns the bytes that the guest injects into this message, if there are any. */
	private @Nullable InjectedBody injected() {
		return (kind() == MessageKind.RESPONSE && shown().isStarted()) ? guest().injected() : null;
	}

	private Decision.Inject takeInjection() {
		return Objects.requireNonNull(injected()).take();
	}

	/** Resumes the message if another callback requested it. */
	void carryOutResume() {
		if (guest().takeResume(kind())) {
			act(StreamInput.RESUME);
		}
	}

	/**
	 * Returns whether a part of the body that the guest has changed was sent on, and more
	 * of the body follows.
	 */
	boolean isPartlyRewritten() {
		InjectedBody body = injected();
		boolean injectedBefore = body != null && body.isSent();
		return (shown().isRewritten() || injectedBefore) && !shown().isBodySent()
				&& (this.sender.isPending() || !shown().isEnded());
	}

	/** Makes the pending decision, and uses it for all later arrivals. */
	void closeWith(Decision decision) {
		this.closing = decision;
		this.sender.decide(decision);
	}

}
