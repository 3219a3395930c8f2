package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.StreamPhase;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.VmTakenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream context of a {@link FilterStream} in its leased VM.
 *
 * <h2>Life</h2> <pre>
 *   new ──first headers──&gt; created ──end──&gt; log, done, delete
 *                             └──VM lost, paused too long──&gt; failed
 * </pre>
 *
 * <h2>Threads</h2> {@link #submit} and {@link #end} may be called by any thread. All
 * other methods run inside the VM.
 */
final class StreamContext extends StreamHostCalls {

	private static final Logger logger = LoggerFactory.getLogger(StreamContext.class);

	/** The lease of the stream. Its methods are for the owner of the VM. */
	private final Vm vm;

	private boolean over;

	private boolean ended;

	/** Whether {@code proxy_on_context_create} was called or is running. */
	private volatile boolean known;

	StreamContext(Vm vm, ExchangeStream stream) {
		super(vm.streams(), stream);
		this.vm = vm;
	}

	/** Returns the VM that the stream leases. */
	Vm vm() {
		return this.vm;
	}

	boolean isKnown() {
		return this.known;
	}

	// --- Work of the gateway

	/**
	 * Does the work immediately if the VM is idle, otherwise queues it. {@code chunk} is
	 * {@code null} for headers, {@code endOfStream} says whether no part follows, and
	 * {@code sink} receives the decision.
	 */
	void submit(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		if (!host().mailbox().enter()) {
			host().mailbox().queue(new StreamTask(this, direction, work, chunk, endOfStream, sink));
			return;
		}
		if (work.mayCreate() && startsRoot() && host().mailbox().isOnEventLoop()) {
			// Starting a root context may take seconds, so a worker thread does it
			host().mailbox().leaveLater(new StreamTask(this, direction, work, chunk, endOfStream, sink));
			return;
		}
		exchange().messages().output().enterInline(direction.kind());
		try {
			run(direction, work, chunk, endOfStream, sink);
		}
		catch (VmTakenException ex) {
			// The thread that took the VM delivers the pending decision
			return;
		}
		catch (Throwable ex) {
			logger.error("Work on a VM failed outside of its guest", ex);
		}
		Consumer<Decision> receiver = exchange().messages().output().receiver();
		Decision decision = exchange().messages().output().decision();
		exchange().messages().output().leaveInline();
		Delivery rest = host().mailbox().leave();
		if (receiver != null && decision != null) {
			exchange().messages().output().give(receiver, decision);
		}
		Delivery.run(rest);
	}

	/** Ends the stream in any state. Only the first call has an effect. */
	void end() {
		submit(exchange().messages().request(), StreamWork.END, null, true, StreamTask::ignore);
	}

	@Override
	public Cancellable pauseTimer(MessageKind kind) {
		StreamTask task = StreamTask.pauseTimeout(this, exchange().messages().direction(kind));
		return host().endLater(task, policy().limits().pauseTimeout());
	}

	/** Does the work inside the VM. */
	void run(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		VmFailure lost = host().failure();
		if (lost != null) {
			if (work == StreamWork.HEADERS && direction == exchange().messages().request() && !this.known) {
				// The guest does not know the stream, so another VM can take it over
				exchange().messages().output().run(direction.kind(), () -> exchange().takeOver(endOfStream, sink));
				return;
			}
			if (work != StreamWork.END) {
				vmLost(lost);
			}
		}
		try {
			switch (work) {
				case HEADERS -> direction.arrive(MessagePart.HEADERS, chunk, endOfStream, sink);
				case BODY -> direction.arrive(MessagePart.BODY, chunk, endOfStream, sink);
				case TRAILERS -> direction.arrive(MessagePart.TRAILERS, chunk, endOfStream, sink);
				case PAUSED_TOO_LONG -> pausedTooLong(direction);
				case OVERLOADED, WAITED_TOO_LONG -> {
					boolean wasOver = this.over;
					fail((work == StreamWork.OVERLOADED) ? StreamTask.OVERLOAD : StreamTask.WAITED);
					// Before the end, in which the guest may trap, because a decision is
					// pending
					direction.arrive((chunk == null) ? MessagePart.HEADERS : MessagePart.BODY, chunk, endOfStream,
							sink);
					if (!wasOver) {
						endInGuest();
					}
				}
				case LOG -> {
					// After the VM is released, even if the guest traps
					host().mailbox().afterRelease(new Delivery(null, exchange()::end));
					if (!this.over) {
						create();
					}
				}
				case END -> endNow();
			}
			host().contexts().settle();
			settlePostponed();
		}
		catch (Throwable ex) {
			host().caught(ex);
			VmFailure failure = host().failure();
			if (failure != null) {
				// The VM may have failed before this stream was registered
				vmLost(failure);
			}
		}
	}

	// --- The life of the context

	@Override
	public boolean create() {
		if (hasRoot()) {
			return true;
		}
		this.known = true;
		try {
			findRoot();
		}
		catch (VmStartException ex) {
			fail(policy().warnings().refused(exchange(), ex, host().contexts().isFirstRefusal(exchange().rootSpec())));
			return false;
		}
		host().contexts().register(this);
		host().guest().call(Callback.CONTEXT_CREATE, this, id(), root().id());
		return true;
	}

	@Override
	public boolean isOver() {
		return this.over;
	}

	/** Applies the fail strategy, because the stream cannot continue in the guest. */
	private void fail(VmFailure failure) {
		if (!this.over) {
			this.over = true;
			exchange().messages().failed(failure, policy());
		}
	}

	@Override
	public void holderLost() {
		exchange().messages().output().threadLost();
	}

	@Override
	public void vmLost(VmFailure failure) {
		dropPostponed();
		fail(failure);
	}

	@Override
	public void giveUp(VmFailure failure) {
		if (!this.over) {
			fail(failure);
			endInGuest();
		}
	}

	private void pausedTooLong(StreamDirection direction) {
		if (!direction.isPausedTooLong() || this.over) {
			return;
		}
		String message = "The filter paused the " + direction.kind() + " of context #" + id()
				+ " and did not resume it within " + exchange().policy().limits().pauseTimeout() + ".";
		VmFailure failure = VmFailure.of(FailureReason.PAUSE_TIMEOUT, message);
		policy().warnings().failed(exchange(), failure);
		giveUp(failure);
	}

	private void endNow() {
		if (this.ended) {
			return;
		}
		this.ended = true;
		host().ended();
		finish();
		host().contexts().restore(this);
	}

	@Override
	void finish() {
		if (!this.over) {
			this.over = true;
			exchange().messages().request().close();
			exchange().messages().response().close();
			endInGuest();
		}
	}

	private void endInGuest() {
		if (id() != 0) {
			long start = System.nanoTime();
			logs(true);
			calls().call(Callback.LOG, this, id());
			logs(false);
			// The return value matters only for root contexts, because a stream always
			// ends
			calls().call(Callback.DONE, this, id());
			calls().call(Callback.DELETE, this, id());
			host().contexts().forget(this);
			host().observer().phase(StreamPhase.END, System.nanoTime() - start, PhaseOutcome.CONTINUE);
		}
		deliverPostponed();
	}

	@Override
	public void vmRestored() {
		exchange().giveBack(this.vm);
	}

}
