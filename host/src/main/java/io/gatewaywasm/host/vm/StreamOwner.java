package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a stream context decides, after the VM was released: inline on the thread
 * that asked, if the answer came at once and nothing is still on its way, else on the
 * stream's executor. So what is said about one direction arrives in order.
 */
public interface StreamOwner {

	/**
	 * Return the exchange behind the stream.
	 * @return the exchange
	 */
	HttpStream httpStream();

	/**
	 * A direction of the stream goes on.
	 * @param direction the direction
	 * @param decision what to do
	 */
	void decided(StreamType direction, Decision decision);

	/**
	 * The filter replies or resets while no phase asks.
	 * @param decision a reply or a reset
	 */
	void interrupted(Decision decision);

	/**
	 * The stream's VM failed, or the stream stayed paused for too long. No callback will
	 * run any more. Called at most once. Answers what is pending and nothing else: what
	 * is asked meanwhile gets its own {@link #unanswered}.
	 * @param failure why
	 * @param request what the failure policy needs to know of the request, or
	 * {@code null} if nothing of it is pending
	 * @param response the same of the response
	 */
	void failed(VmFailure failure, @Nullable Pending request, @Nullable Pending response);

	/**
	 * What was asked last in a direction was not shown to the guest and will not be.
	 * @param failure why
	 * @param direction the direction
	 * @param retry whether the guest never heard of the stream, so that another VM can
	 * take it
	 */
	void unanswered(VmFailure failure, StreamType direction, boolean retry);

	/**
	 * The stream has ended in the guest as well, and its VM is as it was before the
	 * stream. Called of isolated VMs only, unless they fail.
	 */
	default void vmRestored() {
	}

	/**
	 * What is pending in a direction when its filter fails.
	 *
	 * @param asked whether the guest was asked and owes a decision
	 * @param body whether that is (also) about the body
	 * @param data the bytes of the body that were held back
	 * @param endOfStream whether they are the end of the body
	 * @param rewritten whether a part of the body that the guest changed was sent already
	 */
	record Pending(boolean asked, boolean body, byte[] data, boolean endOfStream, boolean rewritten) {

	}

}
