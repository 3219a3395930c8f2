package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
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

	private static final VmFailure OVERLOAD = VmFailure.of("overload", "Too much work is waiting for the filter's VM.");

	private static final VmFailure WAITED = VmFailure.of("unavailable",
			"The filter's VM was busy for longer than 'limits.vm-wait'.");

	private static final byte[] NO_CHUNK = {};

	private final Vm vm;

	private final RootSpec rootSpec;

	private final StreamOwner owner;

	private final Direction request;

	private final Direction response;

	private @Nullable RootContext root;

	private @Nullable LocalReply reply;

	private @Nullable String closeReason;

	private boolean answered;

	private @Nullable BoundedHeaders boundedRequest;

	private @Nullable BoundedHeaders boundedResponse;

	private @Nullable BoundedHeaders boundedTrailers;

	private long propertyBytes;

	private boolean over;

	private boolean ended;

	private @Nullable VmFailure lostTo;

	/** Whether the guest was told of this stream, or is being told. */
	private volatile boolean known;

	/** Made for the first thing that leaves by the executor, which hardly any does. */
	private @Nullable Departures departures;

	StreamContext(Vm vm, RootSpec rootSpec, StreamOwner owner) {
		this.vm = vm;
		this.rootSpec = rootSpec;
		this.owner = owner;
		this.request = new Direction(vm, this, StreamType.HTTP_REQUEST);
		this.response = new Direction(vm, this, StreamType.HTTP_RESPONSE);
	}

	/**
	 * Return headers that the guest may change, within bounds.
	 * @param type the kind of headers
	 * @param headers the headers
	 * @return the headers, the same as before if they are those of the last time, since
	 * what was added to them counts
	 */
	HeaderMap bounded(MapType type, HeaderMap headers) {
		BoundedHeaders last = switch (type) {
			case REQUEST_HEADERS -> this.boundedRequest;
			case RESPONSE_HEADERS -> this.boundedResponse;
			default -> this.boundedTrailers;
		};
		if (last != null && last.isOf(headers)) {
			return last;
		}
		BoundedHeaders first = new BoundedHeaders(headers, this.vm.spec().sizes());
		switch (type) {
			case REQUEST_HEADERS -> this.boundedRequest = first;
			case RESPONSE_HEADERS -> this.boundedResponse = first;
			default -> this.boundedTrailers = first;
		}
		return first;
	}

	/**
	 * Note that the guest sets a property.
	 * @param bytes the size of its path and value
	 * @return {@code false} if it has set too much
	 */
	boolean addProperty(long bytes) {
		if (this.propertyBytes + bytes > this.vm.spec().sizes().properties()) {
			return false;
		}
		this.propertyBytes += bytes;
		return true;
	}

	/**
	 * Show the headers of a direction to the guest.
	 * @param direction request or response
	 * @param endOfStream whether no body follows
	 */
	public void headers(StreamType direction, boolean endOfStream) {
		submit(direction, StreamWork.HEADERS, endOfStream);
	}

	/**
	 * Show a part of a body to the guest.
	 * @param direction request or response
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 */
	public void body(StreamType direction, byte[] chunk, boolean endOfStream) {
		this.vm.submit(direction(direction), StreamWork.BODY, chunk, endOfStream);
	}

	/**
	 * Show the trailers of a direction to the guest.
	 * @param direction request or response
	 */
	public void trailers(StreamType direction) {
		submit(direction, StreamWork.TRAILERS, true);
	}

	/**
	 * End the stream, whatever state it is in. Only the first time counts.
	 */
	public void end() {
		submit(StreamType.HTTP_REQUEST, StreamWork.END, true);
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

	StreamOwner owner() {
		return this.owner;
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
	 * Return whether the stream's root context has to be started first. Called inside the
	 * VM.
	 */
	boolean startsRoot() {
		return this.root == null && this.vm.failure() == null && this.vm.contexts().root(this.rootSpec) == null;
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
		this.vm.touched().add(this);
		return true;
	}

	/**
	 * Note a reset; it is done once the callback has returned.
	 * @param reason why
	 */
	void close(String reason) {
		if (this.closeReason == null && !this.over) {
			this.closeReason = reason;
			this.vm.touched().add(this);
		}
	}

	void requestContinue(StreamType type) {
		direction(type).requestContinue();
		this.vm.touched().add(this);
	}

	/**
	 * Settle what the guest asked for besides returning from its callback.
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
	 * Answer the stream as a whole. Whatever is asked of the directions that are closed
	 * by this, now or later, gets the same answer, so that nothing slips through until it
	 * has taken effect.
	 * @param decision a reply or a reset
	 */
	void answer(Decision decision) {
		this.answered = true;
		boolean told = this.response.isStarted() && this.response.answer(decision);
		told |= this.request.answer(decision);
		if (!told) {
			leave(false, () -> this.owner.interrupted(decision));
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
		boolean inline = isInline();
		boolean first = inline && !this.vm.mailbox().hasEffects();
		if (!first || !this.vm.visit().decide(direction, decision)) {
			leave(inline, () -> this.owner.decided(direction.type(), decision));
		}
	}

	void release(Direction direction, byte[] data) {
		leaveInOrder(isInline(), () -> this.owner.decided(direction.type(), new Decision.Release(data)));
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
		if (this.known) {
			// With something pending in both, the other may be asking at this moment.
			boolean alone = pendingRequest == null || pendingResponse == null;
			leaveInOrder(alone && isInline(), () -> this.owner.failed(failure, pendingRequest, pendingResponse));
		}
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

	/** Return whether the thread that is inside asks for a decision of this stream. */
	private boolean isInline() {
		return (this.departures == null || !this.departures.hasUnasked()) && this.vm.visit().isOf(this);
	}

	/** Let something leave, on the thread that is inside if that waits for it. */
	private void leave(boolean inline, Runnable action) {
		if (inline) {
			this.vm.mailbox().afterRelease(new Effect(null, action));
		}
		else {
			departures().add(action);
		}
	}

	/** Let something leave that no question waits for, so that it could be overtaken. */
	private void leaveInOrder(boolean inline, Runnable action) {
		if (inline) {
			leave(true, action);
		}
		else {
			departures().addUnasked(action);
		}
	}

	private Departures departures() {
		Departures open = this.departures;
		if (open == null) {
			open = new Departures(this.vm.mailbox(), httpStream());
			this.departures = open;
		}
		return open;
	}

	private void submit(StreamType type, StreamWork work, boolean endOfStream) {
		this.vm.submit(direction(type), work, NO_CHUNK, endOfStream);
	}

	/**
	 * Give up a direction that stayed paused. Called by a timer.
	 * @param direction the direction
	 */
	void submitInBackground(Direction direction) {
		this.vm.submitInBackground(new StreamTask(direction, StreamWork.PAUSED_TOO_LONG, NO_CHUNK, false));
	}

	/** Do work of this stream inside the VM. */
	void run(Direction direction, StreamWork work, byte[] chunk, boolean endOfStream) {
		failIfVmDid();
		if (this.over && (!work.isEssential() || work == StreamWork.OVERLOADED)) {
			unanswered(direction);
			return;
		}
		if (this.vm.failure() != null) {
			return;
		}
		try {
			switch (work) {
				case HEADERS -> direction.headers(endOfStream);
				case BODY -> direction.body(chunk, endOfStream);
				case TRAILERS -> direction.trailers();
				case PAUSED_TOO_LONG -> direction.pausedTooLong();
				case OVERLOADED -> {
					fail(OVERLOAD);
					unanswered(direction);
					endInGuest();
				}
				case END -> endNow();
			}
			this.vm.touched().settle();
		}
		catch (Throwable ex) {
			this.vm.caught(ex);
			// It may have happened before the VM knew of this stream.
			failIfVmDid();
		}
	}

	private void failIfVmDid() {
		VmFailure lost = this.vm.failure();
		if (lost != null) {
			fail(lost);
		}
	}

	/** What was asked last comes too late to be shown to the guest. */
	private void unanswered(Direction direction) {
		VmFailure failure = this.lostTo;
		if (failure != null) {
			leave(isInline(), () -> this.owner.unanswered(failure, direction.type(), !this.known));
		}
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
		this.vm.restore(this);
	}

	/**
	 * Too much work is waiting for the VM to take this in. Called by the one who asks.
	 * @param direction what is asked about
	 */
	void overloaded(Direction direction) {
		refuse(direction, OVERLOAD);
	}

	/**
	 * What was asked has waited for the VM for too long. Called on the stream's executor.
	 * @param direction what was asked about
	 */
	void waitedTooLong(Direction direction) {
		refuse(direction, WAITED);
	}

	private void refuse(Direction direction, VmFailure why) {
		this.vm.observer().failed(why.reason());
		if (this.known) {
			// What the guest holds back is known inside only.
			this.vm.submit(new StreamTask(direction, StreamWork.OVERLOADED, NO_CHUNK, false));
		}
		else {
			this.owner.unanswered(why, direction.type(), false);
		}
	}

}
