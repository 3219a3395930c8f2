package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

import io.gatewaywasm.host.abi.HeaderMap;
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

	private boolean replied;

	private @Nullable BoundedHeaders bounded;

	private long propertyBytes;

	private volatile boolean over;

	StreamContext(Vm vm, RootSpec rootSpec, StreamOwner owner) {
		this.vm = vm;
		this.rootSpec = rootSpec;
		this.owner = owner;
		this.request = new Direction(vm, this, StreamType.HTTP_REQUEST);
		this.response = new Direction(vm, this, StreamType.HTTP_RESPONSE);
	}

	/**
	 * Return headers that the guest may change, within bounds.
	 * @param headers the headers
	 * @return the headers, the same as before if they are those of the last time
	 */
	HeaderMap bounded(HeaderMap headers) {
		BoundedHeaders last = this.bounded;
		if (last == null || !last.isOf(headers)) {
			last = new BoundedHeaders(headers, this.vm.spec().sizes());
			this.bounded = last;
		}
		return last;
	}

	/**
	 * Note that the guest sets a property.
	 * @param bytes its size
	 * @return {@code false} if it has set too much
	 */
	boolean addProperty(int bytes) {
		this.propertyBytes += bytes;
		return this.propertyBytes <= this.vm.spec().sizes().properties();
	}

	/**
	 * Show the headers of a direction to the guest.
	 * @param direction request or response
	 * @param endOfStream whether no body follows
	 */
	public void headers(StreamType direction, boolean endOfStream) {
		submit(() -> direction(direction).headers(endOfStream), false);
	}

	/**
	 * Show a part of a body to the guest.
	 * @param direction request or response
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 */
	public void body(StreamType direction, byte[] chunk, boolean endOfStream) {
		submit(() -> direction(direction).body(chunk, endOfStream), false);
	}

	/**
	 * Show the trailers of a direction to the guest.
	 * @param direction request or response
	 */
	public void trailers(StreamType direction) {
		submit(() -> direction(direction).trailers(), false);
	}

	/**
	 * End the stream, whatever state it is in.
	 */
	public void end() {
		submit(() -> {
			this.vm.streamEnded();
			if (!this.over) {
				this.over = true;
				this.request.close();
				this.response.close();
				endInGuest();
			}
		}, true);
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
		if (this.reply != null || this.replied || this.over) {
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
		if (this.closeReason == null) {
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
		if (this.closeReason != null) {
			return answer(new Decision.Reset(this.closeReason));
		}
		LocalReply pending = this.reply;
		if (pending == null) {
			return false;
		}
		this.reply = null;
		this.replied = true;
		return answer(new Decision.Reply(pending));
	}

	private boolean answer(Decision decision) {
		Direction direction = this.response.isStarted() ? this.response : this.request;
		boolean asked = direction.isAsked();
		this.request.close();
		if (direction == this.response) {
			this.response.close();
		}
		if (asked) {
			decide(direction, decision);
		}
		else {
			leave(() -> this.owner.interrupted(decision));
		}
		return true;
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
		leave(() -> this.owner.decided(direction.type(), decision));
	}

	void release(Direction direction, byte[] data) {
		leave(() -> this.owner.decided(direction.type(), new Decision.Release(data)));
	}

	/** Nothing more can be done for the stream: the policy decides. */
	void fail(VmFailure failure) {
		if (this.over) {
			return;
		}
		StreamOwner.Pending pendingRequest = this.request.pending();
		StreamOwner.Pending pendingResponse = this.response.pending();
		this.request.close();
		this.response.close();
		this.over = true;
		leave(() -> this.owner.failed(failure, pendingRequest, pendingResponse));
	}

	/** The stream stayed paused for too long; its context goes, the VM stays. */
	void pausedTooLong(Direction direction) {
		String message = "The filter paused the " + direction.name() + " of context #" + id() + " and did not resume it"
				+ " within " + this.vm.spec().pauseTimeout() + ".";
		this.vm.observer().failed("pause-timeout");
		fail(VmFailure.of("pause-timeout", message));
		endInGuest();
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

	private void leave(Runnable action) {
		VmTask current = this.vm.task();
		VmTask origin = (current instanceof StreamTask task && task.stream() == this) ? current : null;
		this.vm.mailbox().afterRelease(new Mailbox.Effect(this.owner.httpStream().executor(), origin, action));
	}

	private void submit(Runnable work, boolean essential) {
		this.vm.submit(new StreamTask(work, essential));
	}

	void submitInBackground(Runnable work) {
		this.vm.submitInBackground(new StreamTask(work, true));
	}

	private void overloaded() {
		VmFailure failure = VmFailure.of("overload", "Too much work is waiting for the filter's VM.");
		this.vm.observer().failed(failure.reason());
		this.owner.failed(failure, null, null);
	}

	private final class StreamTask implements VmTask {

		private final Runnable work;

		private final boolean essential;

		private StreamTask(Runnable work, boolean essential) {
			this.work = work;
			this.essential = essential;
		}

		private StreamContext stream() {
			return StreamContext.this;
		}

		@Override
		public void run() {
			VmFailure lost = StreamContext.this.vm.failure();
			if (lost != null) {
				// The VM failed while this work was waiting.
				fail(lost);
			}
			if (this.essential || !StreamContext.this.over) {
				StreamContext.this.vm.guarded(this, this.work);
			}
		}

		@Override
		public Executor executor() {
			return StreamContext.this.owner.httpStream().executor();
		}

		@Override
		public boolean isEssential() {
			return this.essential;
		}

		@Override
		public void rejected() {
			overloaded();
		}

	}

}
