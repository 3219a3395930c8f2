package io.gatewaywasm.host.vm.stream;

import java.util.ArrayDeque;
import java.util.Queue;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the one local response or reset of a stream to apply, and keeps callout results
 * that wait for the end of the answered stream. Within a callback of the stream itself, a
 * reset takes precedence over the first local response. As in Envoy, a callback of
 * another context differs: the first local response or reset takes effect immediately,
 * and the guest sees that response in a callback, in which a second one replaces it. Used
 * only inside the VM.
 */
final class LocalDecisionChoice {

	private @Nullable Decision first;

	private @Nullable Decision second;

	/** The answer that replaces the one that is already being sent. */
	private @Nullable Decision replacement;

	/**
	 * Whether one of these decisions, or the limit of a body, has answered the stream.
	 */
	private boolean answered;

	/** Created for the first result that waits. */
	private @Nullable Queue<Runnable> postponed;

	/**
	 * Adds a local response or reset that the current callback requests, and returns
	 * whether it is the first.
	 */
	boolean add(Decision answer) {
		if (this.first == null) {
			this.first = answer;
			return true;
		}
		if (this.second == null || answer instanceof Decision.Reset) {
			this.second = answer;
		}
		return false;
	}

	/** Returns whether the current callback has requested a decision. */
	boolean isPending() {
		return this.first != null;
	}

	/** Returns whether the next answer replaces one that is already being sent. */
	boolean isReplacing() {
		return this.replacement != null;
	}

	/** Removes and returns the answer after a callback of the stream. */
	@Nullable Decision take() {
		Decision answer = this.replacement;
		if (answer == null) {
			answer = (this.second instanceof Decision.Reset) ? this.second : this.first;
		}
		this.first = null;
		this.second = null;
		this.replacement = null;
		return answer;
	}

	/** Removes and returns the answer after a callback of another context. */
	@Nullable Decision takeFirst() {
		Decision answer = this.first;
		if (answer != null) {
			this.replacement = this.second;
			this.first = null;
			this.second = null;
		}
		return answer;
	}

	/** Called when the stream is answered with a local response or a reset. */
	void markAnswered() {
		this.answered = true;
	}

	boolean isAnswered() {
		return this.answered;
	}

	/** Adds a callout result that waits for the end of the stream. */
	void postpone(Runnable result) {
		Queue<Runnable> waiting = this.postponed;
		if (waiting == null) {
			waiting = new ArrayDeque<>();
			this.postponed = waiting;
		}
		waiting.add(result);
	}

	boolean hasPostponed() {
		return this.postponed != null;
	}

	/** Drops the results, because their callouts were lost with the VM. */
	void dropPostponed() {
		this.postponed = null;
	}

	void deliverPostponed() {
		Queue<Runnable> results = this.postponed;
		this.postponed = null;
		if (results != null) {
			results.forEach(Runnable::run);
		}
	}

}
