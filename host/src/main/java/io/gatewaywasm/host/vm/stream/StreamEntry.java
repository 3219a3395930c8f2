package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Mailbox;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmTakenException;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a stream's work into its VM.
 */
final class StreamEntry {

	private StreamEntry() {
	}

	/**
	 * Does the work immediately if the VM is idle, otherwise queues it. {@code chunk} is
	 * {@code null} for headers, {@code endOfStream} says whether no part follows, and
	 * {@code sink} receives the decision. Called by any thread.
	 */
	static void submit(StreamContext context, StreamDirection direction, StreamWork work, byte @Nullable [] chunk,
			boolean endOfStream, Consumer<Decision> sink) {
		Mailbox mailbox = context.host().mailbox();
		if (!mailbox.enter()) {
			mailbox.queue(new StreamTask(context, direction, work, chunk, endOfStream, sink));
			return;
		}
		if (work.mayCreate() && context.startsRoot() && mailbox.isOnEventLoop()) {
			// Starting a root context may take seconds, so a worker thread does it
			mailbox.leaveLater(new StreamTask(context, direction, work, chunk, endOfStream, sink));
			return;
		}
		StreamOutput output = context.messages().output();
		output.enterInline(direction.kind());
		try {
			run(context, direction, work, chunk, endOfStream, sink);
		}
		catch (VmTakenException ex) {
			// The thread that took the VM delivers the pending decision
			return;
		}
		catch (Throwable ex) {
			mailbox.failed(ex);
		}
		Consumer<Decision> receiver = output.receiver();
		Decision decision = output.decision();
		output.leaveInline();
		Delivery rest = mailbox.leave();
		if (receiver != null && decision != null) {
			output.give(receiver, decision);
		}
		Delivery.run(rest);
	}

	/**
	 * Ends the stream in any state. Only the first call has an effect. Called by any
	 * thread.
	 */
	static void end(StreamContext context) {
		submit(context, context.messages().request(), StreamWork.END, null, true, StreamTask::ignore);
	}

	/** Does the work inside the VM. */
	static void run(StreamContext context, StreamDirection direction, StreamWork work, byte @Nullable [] chunk,
			boolean endOfStream, Consumer<Decision> sink) {
		VmFailure lost = context.host().failure();
		if (lost != null) {
			if (work == StreamWork.HEADERS && direction.kind() == MessageKind.REQUEST && !context.isKnown()) {
				// The guest does not know the stream, so another VM can take it over
				ExchangeStream stream = context.exchangeStream();
				context.messages().output().run(direction.kind(), () -> stream.takeOver(endOfStream, sink));
				return;
			}
			if (work != StreamWork.END) {
				context.vmLost(lost);
			}
		}
		try {
			switch (work) {
				case HEADERS, BODY, TRAILERS -> direction.arrive(work.part(), chunk, endOfStream, sink);
				case PAUSED_TOO_LONG -> pausedTooLong(context, direction);
				case BODY_OVERDUE -> bodyOverdue(context, direction);
				case OVERLOADED, WAITED_TOO_LONG -> {
					boolean wasOver = context.isOver();
					context.fail((work == StreamWork.OVERLOADED) ? StreamTask.OVERLOAD : StreamTask.WAITED);
					// Before the end, in which the guest may trap, because a decision is
					// pending
					direction.arrive((chunk == null) ? MessagePart.HEADERS : MessagePart.BODY, chunk, endOfStream,
							sink);
					if (!wasOver) {
						context.endInGuest();
					}
				}
				case LOG -> {
					// After the VM is released, even if the guest traps
					context.host().mailbox().afterRelease(Delivery.onHolder(context.exchangeStream()::end));
					if (!context.isOver()) {
						context.create();
					}
				}
				case END -> context.end();
			}
			context.host().contexts().runDeferredActions();
			context.deliverPostponedIfPaused();
		}
		catch (Throwable ex) {
			context.host().caught(ex);
			VmFailure failure = context.host().failure();
			if (failure != null) {
				// The VM may have failed before this stream was registered
				context.vmLost(failure);
			}
		}
	}

	private static void bodyOverdue(StreamContext context, StreamDirection direction) {
		// Once there is a response, it need not depend on the rest of the request
		boolean answered = direction.kind() == MessageKind.REQUEST && context.messages().response().shown().isStarted();
		if (direction.sender().isBodyOverdue() && !answered && !context.isOver()) {
			context.responses().bodyTimedOut(direction.kind());
		}
	}

	private static void pausedTooLong(StreamContext context, StreamDirection direction) {
		if (!direction.sender().isPausedTooLong() || context.isOver()) {
			return;
		}
		String message = "The filter paused the " + direction.kind() + " of context #" + context.id()
				+ " and did not resume it within " + context.policy().limits().pauseTimeout() + ".";
		VmFailure failure = VmFailure.of(FailureReason.PAUSE_TIMEOUT, message);
		context.policy().warnings().failed(context.exchangeStream(), failure);
		context.endForClose(failure);
	}

}
