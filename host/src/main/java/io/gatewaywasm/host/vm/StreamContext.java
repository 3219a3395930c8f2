package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.StreamPhase;
import org.jspecify.annotations.Nullable;

/**
 * A stream context: one HTTP exchange as one guest sees it.
 *
 * <h2>Life</h2> <pre>
 *   new ──first phase──&gt; created ──end──&gt; done, log, delete
 *                          │  each direction: headers → body → trailers, paused at will
 *                          └──VM failed, paused too long──&gt; failed
 * </pre>
 *
 * <h2>Threads</h2> Public methods may be called by any thread, the phases of one
 * direction one after the other; each is done inside the VM, at once if it is idle. What
 * is decided reaches the {@link StreamOwner} after the VM is released.
 */
public final class StreamContext extends Context {

	private final Vm vm;

	private final RootSpec rootSpec;

	private final StreamOwner owner;

	private final Direction request;

	private final Direction response;

	private @Nullable RootContext root;

	private @Nullable LocalReply reply;

	private @Nullable String closeReason;

	private boolean answered;

	private boolean ended;

	private @Nullable VmFailure lostTo;

	private volatile boolean over;

	/** Whether the guest was told of this stream, or is being told. */
	private volatile boolean known;

	/** What is on its way by the executor, which nothing inline may overtake. */
	private final AtomicInteger onTheirWay = new AtomicInteger();

	StreamContext(Vm vm, RootSpec rootSpec, StreamOwner owner) {
		this.vm = vm;
		this.rootSpec = rootSpec;
		this.owner = owner;
		this.request = new Direction(vm, this, StreamType.HTTP_REQUEST);
		this.response = new Direction(vm, this, StreamType.HTTP_RESPONSE);
	}

	/**
	 * Show the headers of a direction to the guest.
	 * @param direction request or response
	 * @param endOfStream whether no body follows
	 */
	public void headers(StreamType direction, boolean endOfStream) {
		this.vm.submit(new StreamTask(direction, () -> direction(direction).headers(endOfStream)));
	}

	/**
	 * Show a part of a body to the guest.
	 * @param direction request or response
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 */
	public void body(StreamType direction, byte[] chunk, boolean endOfStream) {
		this.vm.submit(new StreamTask(direction, () -> direction(direction).body(chunk, endOfStream)));
	}

	/**
	 * Show the trailers of a direction to the guest.
	 * @param direction request or response
	 */
	public void trailers(StreamType direction) {
		this.vm.submit(new StreamTask(direction, () -> direction(direction).trailers()));
	}

	/**
	 * End the stream, whatever state it is in. Only the first time counts.
	 */
	public void end() {
		this.vm.submit(new StreamTask(null, this::endNow));
	}

	private void endNow() {
		if (this.ended) {
			return;
		}
		this.ended = true;
		this.vm.streamEnded();
		if (!this.over) {
			this.over = true;
			this.request.close();
			this.response.close();
			endInGuest();
		}
	}

	/**
	 * Return the VM that holds the stream.
	 * @return the VM
	 */
	public Vm vm() {
		return this.vm;
	}

	@Override
	RootContext root() {
		if (this.root == null) {
			throw new IllegalStateException("the guest does not know this stream yet");
		}
		return this.root;
	}

	HttpStream httpStream() {
		return this.owner.httpStream();
	}

	Direction direction(StreamType type) {
		return (type == StreamType.HTTP_REQUEST) ? this.request : this.response;
	}

	boolean isOver() {
		return this.over;
	}

	/**
	 * Tell the guest of this stream.
	 * @return {@code false} if its root context refused to start, which the owner was
	 * told
	 */
	boolean create() {
		if (this.root != null) {
			return true;
		}
		this.known = true;
		try {
			this.root = this.vm.root(this.rootSpec);
		}
		catch (VmStartException ex) {
			fail(VmFailure.of("start", ex.problem()));
			return false;
		}
		this.vm.register(this);
		this.vm.guest().call(Callback.CONTEXT_CREATE, this, id(), this.root.id());
		return true;
	}

	/**
	 * Note a local reply; it is sent once the callback has returned.
	 * @param localReply the reply
	 * @return {@code false} if the stream has replied before
	 */
	boolean reply(LocalReply localReply) {
		if (this.reply != null || this.answered || this.over) {
			return false;
		}
		this.reply = localReply;
		this.vm.touch(this);
		return true;
	}

	/**
	 * Note a reset; it is done once the callback has returned.
	 * @param reason why
	 */
	void close(String reason) {
		if (this.closeReason == null && !this.over) {
			this.closeReason = reason;
			this.vm.touch(this);
		}
	}

	void requestContinue(StreamType type) {
		direction(type).requestContinue();
		this.vm.touch(this);
	}

	/**
	 * Settle what the guest asked for besides returning from its callback.
	 * @return whether the stream is answered, so that nothing else is to be decided
	 */
	boolean settleControl() {
		if (this.over) {
			return true;
		}
		LocalReply pending = this.reply;
		String closing = this.closeReason;
		if (pending == null && closing == null) {
			return false;
		}
		this.reply = null;
		this.closeReason = null;
		answer((closing != null || pending == null) ? new Decision.Reset(String.valueOf(closing))
				: new Decision.Reply(pending));
		return true;
	}

	/**
	 * Answer the stream as a whole. Whatever is asked of the directions that are closed
	 * by this, now or later, gets the same answer, so that nothing slips through until it
	 * has taken effect.
	 */
	void answer(Decision decision) {
		this.answered = true;
		boolean told = false;
		if (this.response.isStarted()) {
			told = this.response.answer(decision);
		}
		told |= this.request.answer(decision);
		if (!told) {
			leave(null, () -> this.owner.interrupted(decision));
		}
	}

	/** Settle requests that came while another context's callback was running. */
	void settleRequests() {
		if (!settleControl()) {
			this.request.settleContinue();
			this.response.settleContinue();
		}
	}

	void decide(Direction direction, Decision decision) {
		direction.answered();
		leave(asking(), () -> this.owner.decided(direction.type(), decision));
	}

	void release(Direction direction, byte[] data) {
		leaveInOrder(asking(), () -> this.owner.decided(direction.type(), new Decision.Release(data)));
	}

	/** Nothing more can be done for the stream: the policy decides. */
	void fail(VmFailure failure) {
		if (this.over) {
			return;
		}
		this.over = true;
		this.lostTo = failure;
		StreamOwner.Pending pendingRequest = this.request.pending();
		StreamOwner.Pending pendingResponse = this.response.pending();
		this.request.close();
		this.response.close();
		if (!this.known) {
			return;
		}
		// With something pending in both, the other direction may be asking at this
		// moment.
		boolean both = pendingRequest != null && pendingResponse != null;
		leaveInOrder(both ? null : asking(), () -> this.owner.failed(failure, pendingRequest, pendingResponse));
	}

	/** Fail a stream whose VM is in order. */
	void giveUp(VmFailure failure) {
		if (!this.over) {
			fail(failure);
			endInGuest();
		}
	}

	/** The stream stayed paused for too long; its context goes, the VM stays. */
	void pausedTooLong(Direction direction) {
		String message = "The filter paused the " + direction.name() + " of context #" + id() + " and did not resume it"
				+ " within " + this.vm.spec().pauseTimeout() + ".";
		this.vm.observer().failed("pause-timeout");
		giveUp(VmFailure.of("pause-timeout", message));
	}

	private void endInGuest() {
		if (id() == 0) {
			return;
		}
		long start = System.nanoTime();
		// The return value is for root contexts; a stream is over in any case.
		this.vm.guest().call(Callback.DONE, this, id());
		logging(true);
		this.vm.guest().call(Callback.LOG, this, id());
		this.vm.guest().call(Callback.DELETE, this, id());
		this.vm.forget(this);
		this.vm.observer().phase(StreamPhase.END, System.nanoTime() - start, PhaseOutcome.CONTINUE);
	}

	/** Return the task that asks for a decision of this stream, if that is what runs. */
	private @Nullable VmTask asking() {
		return (this.vm.task() instanceof StreamTask task && task.stream() == this && task.direction != null) ? task
				: null;
	}

	private void leave(@Nullable VmTask origin, Runnable action) {
		VmTask inline = (this.onTheirWay.get() == 0) ? origin : null;
		this.vm.mailbox().afterRelease(new Mailbox.Effect(httpStream().executor(), inline, action));
	}

	/** Let something leave that answers no question, and so could be overtaken. */
	private void leaveInOrder(@Nullable VmTask origin, Runnable action) {
		if (origin != null && this.onTheirWay.get() == 0) {
			leave(origin, action);
			return;
		}
		this.onTheirWay.incrementAndGet();
		leave(null, () -> {
			try {
				action.run();
			}
			finally {
				this.onTheirWay.decrementAndGet();
			}
		});
	}

	void submitInBackground(Runnable work) {
		this.vm.submitInBackground(new StreamTask(null, work));
	}

	private void overloaded(StreamType direction) {
		VmFailure failure = VmFailure.of("overload", "Too much work is waiting for the filter's VM.");
		this.vm.observer().failed(failure.reason());
		if (!this.known) {
			this.owner.unanswered(failure, direction, false);
			return;
		}
		// What the guest holds back is known inside only, where ending things is let in.
		this.vm.submit(new StreamTask(null, () -> {
			giveUp(failure);
			unanswered(null, direction);
		}));
	}

	private void unanswered(@Nullable VmTask origin, StreamType direction) {
		VmFailure failure = this.lostTo;
		if (failure != null) {
			leave(origin, () -> this.owner.unanswered(failure, direction, !this.known));
		}
	}

	private final class StreamTask implements VmTask {

		/** What is asked about; without it, the work is to be done in any case. */
		private final @Nullable StreamType direction;

		private final Runnable work;

		private StreamTask(@Nullable StreamType direction, Runnable work) {
			this.direction = direction;
			this.work = work;
		}

		private StreamContext stream() {
			return StreamContext.this;
		}

		@Override
		public void run() {
			failIfVmDid();
			if (this.direction != null && StreamContext.this.over) {
				unanswered(this, this.direction);
				return;
			}
			StreamContext.this.vm.guarded(this, this.work);
			// The guest may have trapped before it could be told of this stream.
			failIfVmDid();
		}

		private void failIfVmDid() {
			VmFailure lost = StreamContext.this.vm.failure();
			if (lost != null) {
				fail(lost);
			}
		}

		@Override
		public Executor executor() {
			return StreamContext.this.owner.httpStream().executor();
		}

		@Override
		public boolean isEssential() {
			return this.direction == null;
		}

		@Override
		public void rejected() {
			if (this.direction != null) {
				overloaded(this.direction);
			}
		}

	}

}
