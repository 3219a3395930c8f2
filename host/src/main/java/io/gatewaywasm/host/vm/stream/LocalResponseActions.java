package io.gatewaywasm.host.vm.stream;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * Handles the host calls that send a local response or reset a stream: defers them until
 * the callback has returned, applies the one that {@link LocalDecisionChoice} chooses,
 * and delivers callout results afterwards. Used only inside the VM.
 */
final class LocalResponseActions {

	private final StreamGuest guest;

	private final StreamMessages messages;

	private final ReportedStream reported;

	private final LocalDecisionChoice decisions = new LocalDecisionChoice();

	LocalResponseActions(StreamGuest guest, StreamMessages messages, ReportedStream reported) {
		this.guest = guest;
		this.messages = messages;
		this.reported = reported;
	}

	private boolean isOver() {
		return this.guest.context().isOver();
	}

	/**
	 * Requests a local response. Returns {@code false} if it has no effect because
	 * another one is already being sent.
	 */
	boolean respond(LocalResponse response) {
		StreamDirection sent = this.messages.response();
		boolean underWay = isAnswered() && (!sent.shown().isStarted() || sent.state().isDone());
		return !underWay && !isOver() && request(new Decision.Respond(response));
	}

	/**
	 * Requests a local response in place of the guest's, which cannot be sent. Returns
	 * {@code false} in the same case.
	 */
	boolean refuse(LocalResponse response) {
		boolean sent = respond(response);
		if (sent) {
			this.messages.refused(FailureReason.INVALID_MESSAGE);
		}
		return sent;
	}

	/** Requests a reset. The reason is for logs. */
	void reset(String reason) {
		if (!isOver()) {
			request(new Decision.Reset(reason));
		}
	}

	private boolean request(Decision decision) {
		this.guest.host().contexts().defer(this.guest.context());
		return this.decisions.add(decision);
	}

	/** Returns whether a local response or a reset has replaced the stream. */
	private boolean isAnswered() {
		return this.decisions.isAnswered();
	}

	/**
	 * Ends the exchange with an error, because the guest has changed headers that were
	 * already sent on. {@code subject} names them.
	 */
	void refuseLateChange(MapType type, String subject) {
		boolean answered = type == MapType.REQUEST_HEADERS && this.messages.response().shown().isStarted();
		if (answered || isAnswered() || isOver() || this.decisions.isPending()) {
			// The upstream has the request already, or the exchange ends
			return;
		}
		String printable = PrintableText.of(subject, PrintableText.NAME);
		LocalResponse response = LocalResponse.of(503, "late_header_change",
				("late header change: " + printable).getBytes(StandardCharsets.ISO_8859_1));
		this.messages.refused(FailureReason.INVALID_MESSAGE);
		this.guest.policy().warnings().changedLate(this.reported, printable, response.status());
		if (!respond(response)) {
			reset(response.details());
		}
	}

	/**
	 * Replaces a message whose body exceeds the limit, or does not fit into what all
	 * streams may buffer.
	 */
	void refuseBody(MessageKind kind) {
		ShownMessage message = this.messages.direction(kind).shown();
		StreamWarnings warnings = this.guest.policy().warnings();
		if (message.isMemoryExceeded()) {
			// Its memory is missing for other streams
			message.takeBody();
			LocalResponse response = kind.noMemoryResponse();
			this.messages.refused(FailureReason.BODY_MEMORY);
			warnings.outOfMemory(this.reported, this.guest.policy().bodies().maximum(), kind.toString());
			replaceBy(response);
		}
		else {
			LocalResponse response = kind.tooLargeResponse();
			this.messages.refused(FailureReason.BODY_BUFFER);
			warnings.overflowed(this.reported, message.limit(), kind.toString(), response.status());
			replaceBy(response);
		}
	}

	/** Replaces a message of whose body the next part has not arrived in time. */
	void bodyTimedOut(MessageKind kind) {
		LocalResponse response = kind.timeoutResponse();
		this.messages.refused(FailureReason.BODY_TIMEOUT);
		String message = "A " + kind + " got " + response.status() + " (if the response had begun, its connection was"
				+ " cut), because the filter waited for its body and no part of it arrived within "
				+ this.guest.policy().limits().bodyIdleTimeout() + ", the value of 'limits.body-idle-timeout'.";
		this.guest.policy().warnings().failed(this.reported, VmFailure.of(FailureReason.BODY_TIMEOUT, message));
		replaceBy(response);
		this.messages.direction(kind).shown().takeBody();
	}

	private void replaceBy(LocalResponse response) {
		if (!respond(response) || !carryOutAnswer()) {
			// A local response is already being sent
			answer(new Decision.Reset(response.details()));
		}
	}

	// --- After a callback

	/**
	 * Carries out the first local response or reset of a callback, possibly of another
	 * context. Returns whether there was one.
	 */
	boolean carryOutFirst() {
		return carryOut(this.decisions.takeFirst());
	}

	/**
	 * Carries out a local response or a reset of a callback of this stream. Returns
	 * whether the stream was answered, so that the callback's result is ignored.
	 */
	boolean carryOutAnswer() {
		if (isOver()) {
			return true;
		}
		boolean replacing = this.decisions.isReplacing();
		Decision decision = this.decisions.take();
		if (replacing && decision instanceof Decision.Respond) {
			this.guest.host().observer().responded();
		}
		return carryOut(decision);
	}

	private boolean carryOut(@Nullable Decision decision) {
		if (decision != null) {
			answer(decision);
		}
		return decision != null;
	}

	private void answer(Decision decision) {
		this.decisions.markAnswered();
		this.guest.forgetSentResponse();
		if (!this.messages.replace(decision)) {
			this.messages.output().endEarly(decision);
		}
	}

	// --- Postponed callout results

	/**
	 * Postpones the result of a callout until the response is paused or complete. Returns
	 * {@code false} if the guest can get it immediately.
	 */
	boolean postpone(Runnable result) {
		if (!isAnswered() || isOver()) {
			return false;
		}
		// In Envoy, a local response is sent immediately, so the guest gets the result
		// when the stream has ended, and its SDK drops it. A second denial, or a change
		// of headers that were sent, would trap. If the guest pauses the local response,
		// it gets the result then.
		this.decisions.postpone(result);
		return true;
	}

	/**
	 * Delivers postponed results if the guest has paused the local response. Returns
	 * whether there are some and the response is complete, so that the stream must end in
	 * the guest, which also delivers them.
	 */
	boolean deliverPostponedIfPaused() {
		if (!this.decisions.hasPostponed()) {
			return false;
		}
		StreamState response = this.messages.response().state();
		if (response.isPaused()) {
			deliverPostponed();
		}
		return response.isDone();
	}

	/**
	 * Delivers all postponed results, because each callout occupies a place in the VM
	 * until its result is delivered.
	 */
	void deliverPostponed() {
		this.decisions.deliverPostponed();
	}

	/** Drops the postponed results, because their callouts were lost with the VM. */
	void dropPostponed() {
		this.decisions.dropPostponed();
	}

}
