package io.gatewaywasm.host.vm.stream;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.vm.StreamHost;
import io.gatewaywasm.host.vm.hostcall.Injection;
import org.jspecify.annotations.Nullable;

/**
 * The requests that the guest makes for a stream by host calls. A request takes effect
 * when the callback has returned. Used only inside the VM.
 */
abstract sealed class StreamHostCalls extends StreamData permits StreamContext {

	/** Created for the first local response or reset that the guest requests. */
	private @Nullable RequestedDecisions requested;

	StreamHostCalls(StreamHost host, ExchangeStream stream) {
		super(host, stream);
	}

	/** Ends the stream in the guest, unless it has already ended. */
	abstract void finish();

	@Override
	public final boolean respond(LocalResponse response) {
		StreamDirection sent = exchange().messages().response();
		boolean underWay = isAnswered() && (!sent.shown().isStarted() || sent.state().isDone());
		return !underWay && !isOver() && request(new Decision.Respond(response));
	}

	@Override
	public final boolean refuse(LocalResponse response) {
		boolean sent = respond(response);
		if (sent) {
			exchange().messages().refused(FailureReason.INVALID_MESSAGE);
		}
		return sent;
	}

	private boolean request(Decision decision) {
		host().contexts().addPendingRequests(this);
		return requestedDecisions().add(decision);
	}

	/** Returns whether the stream was answered with a local response or a reset. */
	private boolean isAnswered() {
		return this.requested != null && this.requested.isAnswered();
	}

	private RequestedDecisions requestedDecisions() {
		RequestedDecisions open = this.requested;
		if (open == null) {
			open = new RequestedDecisions();
			this.requested = open;
		}
		return open;
	}

	@Override
	public final Injection inject(byte[] data, boolean endOfStream) {
		if (isOver() || isLogging()) {
			return Injection.TOO_LATE;
		}
		StreamDirection response = exchange().messages().response();
		if (!response.shown().isStarted()) {
			return Injection.TOO_EARLY;
		}
		boolean bodyComes = response.shown().headersKept() || calls().has(Callback.RESPONSE_BODY);
		Injection result = response.injected()
			.offer(data, endOfStream, response.takesInjection(), bodyComes, httpStream().isBodyReadOnly());
		if (result == Injection.ACCEPTED) {
			host().contexts().addPendingRequests(this);
		}
		return result;
	}

	@Override
	public final void close(String reason) {
		if (!isOver()) {
			request(new Decision.Reset(reason));
		}
	}

	@Override
	public final void resume(StreamType type) {
		// As in Envoy, the resume of either message makes the request inaccessible
		exchange().messages().request().shown().revokeAccess();
		direction(type).requestResume();
		host().contexts().addPendingRequests(this);
	}

	@Override
	public final void deliver(Runnable result) {
		if (!isAnswered() || isOver()) {
			result.run();
			return;
		}
		// In Envoy, a local response is sent immediately, so the guest gets the result
		// when the stream has ended, and its SDK drops it. A second denial, or a change
		// of headers that were sent, would trap. If the guest pauses the local response,
		// it gets the result then.
		requestedDecisions().postpone(result);
		host().guarded(this::settlePostponed);
	}

	/**
	 * Delivers postponed callout results if the guest paused the local response, or ends
	 * the stream in the guest if the response is complete, which also delivers them.
	 */
	final void settlePostponed() {
		if (this.requested == null || !this.requested.hasPostponed()) {
			return;
		}
		if (exchange().messages().response().state().isDone()) {
			finish();
		}
		else if (exchange().messages().response().state().isPaused()) {
			deliverPostponed();
		}
	}

	/**
	 * Delivers all postponed results, because each callout occupies a place in the VM
	 * until its result is delivered.
	 */
	final void deliverPostponed() {
		if (this.requested != null) {
			this.requested.deliverPostponed();
		}
	}

	/** Drops the postponed results, because their callouts were lost with the VM. */
	final void dropPostponed() {
		if (this.requested != null) {
			this.requested.dropPostponed();
		}
	}

	@Override
	public 	final boolean settleControl() {
		RequestedDecisions requests = this.requested;
		if (isOver() || requests == null) {
			return isOver();
		}
		boolean replacing = requests.isReplacing();
		Decision decision = requests.take();
		if (replacing && decision instanceof Decision.Respond) {
			host().observer().responded();
		}
		return settle(decision);
	}

	private boolean settle(@Nullable Decision decision) {
		if (decision != null) {
			answer(decision);
		}
		return decision != null;
	}

	private void answer(Decision decision) {
		requestedDecisions().answered();
		forgetSentResponse();
		if (!exchange().messages().replace(decision)) {
			exchange().messages().output().endEarly(decision);
		}
	}

	@Override
	protected final void settleRequests() {
		RequestedDecisions requests = this.requested;
		if (!isOver() && (requests == null || !settle(requests.takeFirst()))) {
			exchange().messages().response().settleInjection();
			exchange().messages().request().settleResume();
			exchange().messages().response().settleResume();
		}
	}

	@Override
	public final void refuseLateChange(MapType type, String subject) {
		boolean answered = type == MapType.REQUEST_HEADERS && exchange().messages().response().shown().isStarted();
		if (answered || isAnswered() || isOver() || (this.requested != null && this.requested.isPending())) {
			// The upstream has the request already, or the exchange ends
			return;
		}
		String printable = PrintableText.of(subject, PrintableText.NAME);
		LocalResponse response = LocalResponse.of(503, "late_header_change",
				("late header change: " + printable).getBytes(StandardCharsets.ISO_8859_1));
		exchange().messages().refused(FailureReason.INVALID_MESSAGE);
		policy().warnings().changedLate(exchange(), printable, response.status());
		if (!respond(response)) {
			close(response.details());
		}
	}

	@Override
	public final void bodyTooLarge(MessageKind kind, int limit) {
		LocalResponse response = kind.overflow();
		exchange().messages().refused(FailureReason.BODY_BUFFER);
		policy().warnings().overflowed(exchange(), limit, kind.toString(), response.status());
		if (!respond(response) || !settleControl()) {
			// A local response is already being sent
			answer(new Decision.Reset(response.details()));
		}
	}

}
