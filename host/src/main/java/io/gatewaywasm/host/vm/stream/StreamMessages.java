package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * The request and the response of a stream, and the fail strategy for both. Used only
 * inside the VM, or by the requesting thread if the stream has no VM.
 */
final class StreamMessages {

	private final StreamDirection request;

	private final StreamDirection response;

	private volatile @Nullable FailureReason failureReason;

	StreamMessages(HttpStream httpStream, MemoryBudget bodies) {
		StreamOutput output = new StreamOutput(httpStream, bodies);
		this.request = new StreamDirection(MessageKind.REQUEST, output);
		this.response = new StreamDirection(MessageKind.RESPONSE, output);
	}

	StreamOutput output() {
		return this.request.output();
	}

	StreamDirection request() {
		return this.request;
	}

	StreamDirection response() {
		return this.response;
	}

	StreamDirection direction(MessageKind kind) {
		return (kind == MessageKind.REQUEST) ? this.request : this.response;
	}

	/**
	 * Replaces the stream by a local response or a reset, and returns whether a decision
	 * was pending. Each direction that is closed by this decides later arrivals in the
	 * same way, so that nothing is forwarded until the decision has taken effect.
	 */
	boolean replace(Decision decision) {
		boolean decided = this.response.shown().isStarted() && replace(this.response, decision);
		decided |= replace(this.request, decision);
		return decided;
	}

	private static boolean replace(StreamDirection message, Decision decision) {
		boolean pending = message.sender().isPending();
		message.act(StreamInput.CLOSE);
		message.output().noteLocalResponse(message.kind(), decision);
		message.sender().stopKeepingHeaders();
		message.closeWith(decision);
		return pending;
	}

	/** Closes both messages. Nothing more is shown to the guest. */
	void close() {
		close(this.request);
		close(this.response);
	}

	private static void close(StreamDirection message) {
		message.sender().stopKeepingHeaders();
		message.act(StreamInput.CLOSE);
	}

	/** Sets the reason of a failure, and applies the fail strategy to both messages. */
	void failed(VmFailure why, StreamPolicy policy) {
		this.failureReason = why.reason();
		if (policy.open()) {
			skipFailed(this.request);
			skipFailed(this.response);
			return;
		}
		closeFailed(this.request, FailureDecisions.CLOSED);
		if (output().hasLocalResponse() && this.response.state() != StreamState.HEADERS) {
			skipFailed(this.response);
		}
		else {
			closeFailed(this.response, FailureDecisions.CLOSED);
		}
	}

	/** Skips the failed guest, and sends on what it has seen. */
	private static void skipFailed(StreamDirection message) {
		if (message.isPartlyRewritten()) {
			closeFailed(message, FailureDecisions.BROKEN);
		}
		else if (message.state() != StreamState.CLOSED) {
			boolean headersKept = takeFailedHeaders(message);
			message.act(StreamInput.SKIP);
			message.sender().passOnKept(headersKept);
		}
	}

	private static void closeFailed(StreamDirection message, Decision decision) {
		if (message.state() == StreamState.CLOSED) {
			return;
		}
		boolean headersKept = takeFailedHeaders(message);
		message.act(StreamInput.CLOSE);
		if (headersKept && !message.sender().isPending()) {
			// The gateway has the headers, and waits for a part of the body that may not
			// come
			message.output().endEarly(decision);
		}
		message.closeWith(decision);
	}

	/**
	 * Stops the pause, and returns whether headers were kept back after their callback.
	 */
	private static boolean takeFailedHeaders(StreamDirection message) {
		message.sender().stopPause();
		// During the headers callback, the gateway waits for the decision, if it was not
		// made yet
		return message.shown().takeKeptHeaders() && message.state() != StreamState.HEADERS;
	}

	/** Records that the host responds in place of the filter, which has broken a rule. */
	void refused(FailureReason why) {
		this.failureReason = why;
	}

	/**
	 * Returns the reason why the filter failed, or {@code null}. Called by any thread.
	 */
	@Nullable FailureReason failureReason() {
		return this.failureReason;
	}

	// --- Without a VM

	/** Continues without a VM: the fail strategy is applied on this thread. */
	void unserved(VmFailure why, StreamPolicy policy) {
		output().unserved();
		failed(why, policy);
	}

	/** Decides about a part that cannot be shown to the guest. */
	void arriveUnserved(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		if (!output().isUnserved()) {
			// The request was not shown
			direction.act(StreamInput.SKIP);
		}
		direction.arrive(work.part(), chunk, endOfStream, sink);
	}

}
