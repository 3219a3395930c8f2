package io.gatewaywasm.host.vm.stream;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.StreamPhase;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.VmStream;
import io.gatewaywasm.host.vm.hostcall.MessageScope;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import io.gatewaywasm.host.vm.hostcall.StreamBounds;
import io.gatewaywasm.host.vm.hostcall.StreamScope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream context of a {@link FilterStream} in the VM that it has leased.
 *
 * <h2>Life</h2> <pre>
 *   new ──first headers──&gt; created ──end──&gt; log, done, delete
 *                             └──VM lost, paused too long──&gt; failed
 * </pre>
 *
 * <h2>Threads</h2> {@link #submit} and {@link #end} may be called by any thread.
 * Everything else runs inside the VM.
 */
final class StreamContext extends VmStream implements StreamScope {

	private static final Logger logger = LoggerFactory.getLogger(StreamContext.class);

	private static final VmFailure OVERLOAD = VmFailure.of("overload", "Too much work is waiting for the filter's VM.");

	private static final VmFailure WAITED = VmFailure.of("unavailable",
			"The filter's VM was busy for longer than 'limits.vm-wait'.");

	private final Vm vm;

	private final FilterStream stream;

	private final DeliveryQueue deliveries;

	private @Nullable RootScope root;

	private @Nullable StreamBounds bounds;

	/** The local response that the guest has asked for in the callback that runs. */
	private @Nullable LocalReply reply;

	private @Nullable String closeReason;

	/** Whether a local response or a reset was decided. */
	private boolean answered;

	/** Callout results that wait for the end of the stream, which is answered. */
	private @Nullable Queue<Runnable> postponed;

	private boolean over;

	private boolean ended;

	/** Whether the guest was told of this stream, or is being told. */
	private volatile boolean known;

	StreamContext(Vm vm, FilterStream stream) {
		this.vm = vm;
		this.stream = stream;
		this.deliveries = new DeliveryQueue(vm, stream);
	}

	Vm vm() {
		return this.vm;
	}

	DeliveryQueue deliveries() {
		return this.deliveries;
	}

	// --- Work of the gateway

	/**
	 * Does work now if the VM is idle, else queues it.
	 * @param direction the direction
	 * @param work the work
	 * @param chunk the part of the body, or {@code null} for headers
	 * @param endOfStream whether nothing follows
	 * @param sink the receiver of the decision
	 */
	void submit(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		if (!this.vm.enter()) {
			this.vm.queue(new StreamTask(this, direction, work, chunk, endOfStream, sink));
			return;
		}
		if (work == StreamWork.HEADERS && startsRoot() && this.vm.isOnEventLoop()) {
			// Configuring takes up to seconds: worker threads do that.
			this.vm.leaveLater(new StreamTask(this, direction, work, chunk, endOfStream, sink));
			return;
		}
		this.deliveries.begin(direction);
		try {
			run(direction, work, chunk, endOfStream, sink);
		}
		catch (Throwable ex) {
			logger.error("Work on a VM failed outside of its guest", ex);
		}
		Consumer<Decision> receiver = this.deliveries.receiver();
		Decision decision = this.deliveries.decision();
		this.deliveries.end();
		Delivery rest = this.vm.leave();
		if (receiver != null && decision != null) {
			this.stream.give(receiver, decision);
		}
		Delivery.run(rest);
	}

	/** Ends the stream, whatever state it is in. Only the first call counts. */
	void end() {
		submit(this.stream.request(), StreamWork.END, null, true, StreamContext::ignore);
	}

	/** Gives up a direction that stayed paused. Called by a timer. */
	void submitPausedTooLong(StreamDirection direction) {
		this.vm.submitInBackground(
				new StreamTask(this, direction, StreamWork.PAUSED_TOO_LONG, null, false, StreamContext::ignore));
	}

	private static void ignore(Decision decision) {
		// No decision is owed.
	}

	/** Does work inside the VM. */
	void run(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		VmFailure lost = this.vm.failure();
		if (lost != null) {
			if (work == StreamWork.HEADERS && direction == this.stream.request() && !this.known) {
				// Another VM can take a stream that the guest has not heard of.
				this.deliveries.add(direction, () -> this.stream.takeOver(endOfStream, sink));
				return;
			}
			if (work != StreamWork.END) {
				vmLost(lost);
			}
		}
		try {
			switch (work) {
				case HEADERS -> direction.arrive(StreamInput.HEADERS, chunk, endOfStream, sink);
				case BODY -> direction.arrive(StreamInput.BODY, chunk, endOfStream, sink);
				case TRAILERS -> direction.arrive(StreamInput.TRAILERS, chunk, endOfStream, sink);
				case PAUSED_TOO_LONG -> direction.pausedTooLong();
				case OVERLOADED -> {
					giveUp(OVERLOAD);
					direction.arrive((chunk == null) ? StreamInput.HEADERS : StreamInput.BODY, chunk, endOfStream,
							sink);
				}
				case END -> endNow();
			}
			this.vm.settle();
			settlePostponed();
		}
		catch (Throwable ex) {
			this.vm.caught(ex);
			VmFailure failure = this.vm.failure();
			if (failure != null) {
				// It may have happened before the VM knew of this stream.
				vmLost(failure);
			}
		}
	}

	/** Too much work is waiting for the VM. Called by the thread that submitted work. */
	void overloaded(StreamDirection direction, byte @Nullable [] chunk, boolean endOfStream, Consumer<Decision> sink) {
		refuse(OVERLOAD, direction, chunk, endOfStream, sink);
	}

	/** The work has waited for the VM for too long. Called on the stream's executor. */
	void waitedTooLong(StreamDirection direction, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		refuse(WAITED, direction, chunk, endOfStream, sink);
	}

	private void refuse(VmFailure why, StreamDirection direction, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		this.vm.observer().failed(why.reason());
		if (this.known) {
			// What the guest has buffered is known inside only.
			this.vm.submit(new StreamTask(this, direction, StreamWork.OVERLOADED, chunk, endOfStream, sink));
		}
		else {
			this.stream.unserved(why, direction, chunk, endOfStream, sink);
		}
	}

	// --- The life of the context

	/** Returns whether the stream's root context has to be started first. */
	boolean startsRoot() {
		return this.root == null && this.vm.startsRoot(this.stream.rootSpec());
	}

	/**
	 * Tells the guest of this stream.
	 * @return {@code false} if its root context refused to start
	 */
	boolean create() {
		if (this.root != null) {
			return true;
		}
		this.known = true;
		try {
			this.root = this.vm.root(this.stream.rootSpec());
		}
		catch (VmStartException ex) {
			fail(VmFailure.of("start", ex.problem()));
			return false;
		}
		this.vm.register(this);
		this.vm.guest().call(Callback.CONTEXT_CREATE, this, id(), this.root.id());
		return true;
	}

	@Override
	public boolean isOver() {
		return this.over;
	}

	/** Nothing more can be done for the stream: the fail strategy decides. */
	private void fail(VmFailure failure) {
		if (!this.over) {
			this.over = true;
			this.postponed = null;
			this.stream.failed(failure);
		}
	}

	@Override
	public void vmLost(VmFailure failure) {
		fail(failure);
	}

	@Override
	public void giveUp(VmFailure failure) {
		if (!this.over) {
			fail(failure);
			endInGuest();
		}
	}

	void pausedTooLong(String direction) {
		String message = "The filter paused the " + direction + " of context #" + id()
				+ " and did not resume it within " + this.stream.policy().pauseTimeout() + ".";
		this.vm.observer().failed("pause-timeout");
		giveUp(VmFailure.of("pause-timeout", message));
	}

	private void endNow() {
		if (this.ended) {
			return;
		}
		this.ended = true;
		this.vm.streamEnded();
		finish();
		this.vm.restore(this);
	}

	private void finish() {
		if (!this.over) {
			this.over = true;
			this.stream.request().close();
			this.stream.response().close();
			endInGuest();
		}
	}

	private void endInGuest() {
		if (id() == 0) {
			return;
		}
		long start = System.nanoTime();
		logs();
		this.vm.guest().call(Callback.LOG, this, id());
		// The return value is for root contexts; a stream is over in any case.
		this.vm.guest().call(Callback.DONE, this, id());
		this.vm.guest().call(Callback.DELETE, this, id());
		this.vm.forget(this);
		this.vm.observer().phase(StreamPhase.END, System.nanoTime() - start, PhaseOutcome.CONTINUE);
		deliverPostponed();
	}

	@Override
	public void vmRestored() {
		this.stream.giveBack(this.vm);
	}

	// --- What the guest asks for by host calls

	@Override
	public RootScope root() {
		if (this.root == null) {
			throw new IllegalStateException("the guest does not know this stream yet");
		}
		return this.root;
	}

	@Override
	public StreamScope stream() {
		return this;
	}

	@Override
	public HttpStream httpStream() {
		return this.stream.httpStream();
	}

	@Override
	public MessageScope message(StreamType type) {
		return (type == StreamType.HTTP_REQUEST) ? this.stream.request() : this.stream.response();
	}

	@Override
	public StreamBounds bounds() {
		StreamBounds open = this.bounds;
		if (open == null) {
			open = new StreamBounds(this.vm.spec().sizes());
			this.bounds = open;
		}
		return open;
	}

	@Override
	public boolean reply(LocalReply response) {
		StreamDirection sent = this.stream.response();
		boolean underWay = this.answered && (!sent.isStarted() || sent.isDone());
		if (this.reply != null || underWay || this.over) {
			return false;
		}
		this.reply = response;
		this.vm.touch(this);
		return true;
	}

	@Override
	public void close(String reason) {
		if (this.closeReason == null && !this.over) {
			this.closeReason = reason;
			this.vm.touch(this);
		}
	}

	@Override
	public void resume(StreamType type) {
		((type == StreamType.HTTP_REQUEST) ? this.stream.request() : this.stream.response()).requestResume();
		this.vm.touch(this);
	}

	@Override
	public void deliver(Runnable result) {
		if (!this.answered || this.over) {
			result.run();
			return;
		}
		// As in Envoy, where a local response is on its way at once, the guest gets it
		// when the stream is gone: an SDK drops it then, whereas a second denial, or a
		// change of headers that have left, would trap. If the guest pauses the local
		// response, it gets it then.
		Queue<Runnable> waiting = this.postponed;
		if (waiting == null) {
			waiting = new ArrayDeque<>();
			this.postponed = waiting;
		}
		waiting.add(result);
		this.vm.guarded(this::settlePostponed);
	}

	/**
	 * Delivers postponed callout results, after the end of the stream if it has passed.
	 */
	private void settlePostponed() {
		if (this.postponed == null) {
			return;
		}
		if (this.stream.response().isDone()) {
			finish();
		}
		else if (this.stream.response().isPaused()) {
			deliverPostponed();
		}
	}

	private void deliverPostponed() {
		Queue<Runnable> results = this.postponed;
		this.postponed = null;
		if (results != null) {
			results.forEach(Runnable::run);
		}
	}

	/**
	 * Settles a local response or a reset that the guest asked for.
	 * @return whether the stream is answered, so that nothing else is to be decided
	 */
	boolean settleControl() {
		if (this.over) {
			return true;
		}
		String closing = this.closeReason;
		LocalReply pending = this.reply;
		this.closeReason = null;
		this.reply = null;
		if (closing != null) {
			answer(new Decision.Reset(closing));
		}
		else if (pending != null) {
			answer(new Decision.Reply(pending));
		}
		return closing != null || pending != null;
	}

	/**
	 * Answers the stream as a whole. Each direction that is closed by this answers
	 * whatever arrives, now or later, with the same decision, so that nothing slips
	 * through until the decision has taken effect.
	 * @param decision a local response or a reset
	 */
	void answer(Decision decision) {
		this.answered = true;
		boolean told = this.stream.response().isStarted() && this.stream.response().answer(decision);
		told |= this.stream.request().answer(decision);
		if (!told) {
			this.deliveries.enqueue(() -> this.stream.interrupt(decision));
		}
	}

	@Override
	protected void settleRequests() {
		if (!settleControl()) {
			this.stream.request().settleResume();
			this.stream.response().settleResume();
		}
	}

}
