package io.gatewaywasm.host.plugin;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.Callback;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.StreamContext;
import io.gatewaywasm.host.vm.StreamOwner;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange on its way through one plugin.
 *
 * <h2>Life</h2> <pre>
 *   open ──requestHeaders: leases a VM──&gt; requestBody* ──&gt; responseHeaders ──&gt; responseBody*
 *     │                                      │                                    │
 *     └──────────────────────────────────────┴──────────end (exactly one counts)──┘
 *   the VM or the wait for one fails: the failure policy answers what is asked and
 *   everything that is asked later
 * </pre>
 *
 * <h2>Threads</h2> The phases of one direction are called one after the other, by any
 * thread. Each is answered by one {@link Decision}: inline, if the VM is idle and the
 * filter does not pause, else on {@link HttpStream#executor()}. Nothing blocks and
 * nothing is thrown.
 */
public final class PluginStream {

	private static final AtomicIntegerFieldUpdater<PluginStream> ENDED = AtomicIntegerFieldUpdater
		.newUpdater(PluginStream.class, "ended");

	private static final byte[] NOTHING = {};

	private final Generation generation;

	private final RootSpec root;

	private final PluginCounters counters;

	private final HttpStream httpStream;

	private final int affinity;

	private final Owner owner = new Owner();

	private final Lane request = new Lane();

	private final Lane response = new Lane();

	private volatile int ended;

	private volatile @Nullable StreamContext context;

	private volatile @Nullable VmFailure failure;

	PluginStream(Generation generation, RootSpec root, PluginCounters counters, HttpStream httpStream, int affinity) {
		this.generation = generation;
		this.root = root;
		this.counters = counters;
		this.httpStream = httpStream;
		this.affinity = affinity;
	}

	/**
	 * Return whether the filter wants to see request bodies; if not, they need not be
	 * given to it.
	 * @return whether it does
	 */
	public boolean wantsRequestBody() {
		return this.generation.module().has(Callback.REQUEST_BODY);
	}

	/**
	 * Return whether the filter wants to see response bodies.
	 * @return whether it does
	 */
	public boolean wantsResponseBody() {
		return this.generation.module().has(Callback.RESPONSE_BODY);
	}

	/**
	 * Return whether the filter wants to see response trailers.
	 * @return whether it does
	 */
	public boolean wantsResponseTrailers() {
		return this.generation.module().has(Callback.RESPONSE_TRAILERS);
	}

	/**
	 * Show the request's headers to the filter.
	 * @param endOfStream whether the request has no body
	 * @param sink gets the decision
	 */
	public void requestHeaders(boolean endOfStream, Consumer<Decision> sink) {
		this.request.ask(sink, false, null, endOfStream);
		if (this.context != null) {
			dispatchHeaders(StreamType.HTTP_REQUEST, endOfStream);
			return;
		}
		Vm ready = this.generation.pool().ready(this.affinity);
		if (ready != null) {
			leased(ready, endOfStream);
		}
		else {
			lease(endOfStream);
		}
	}

	private void lease(boolean endOfStream) {
		this.generation.lease(this.affinity, this.httpStream.executor(), (vm) -> leased(vm, endOfStream));
	}

	private void leased(@Nullable Vm vm, boolean endOfStream) {
		if (isEnded()) {
			if (vm != null) {
				this.generation.pool().giveBack(vm);
			}
			return;
		}
		if (vm == null) {
			this.counters.failed("No VM was available for a stream.", List.of());
			this.generation.observer().failed("unavailable");
			this.failure = VmFailure.of("unavailable", "No VM was available in time.");
			applyPolicy(this.request);
			return;
		}
		StreamContext fresh = vm.stream(this.root, this.owner);
		if (fresh == null) {
			// The VM was retired between the choice and here: its replacement is there.
			this.generation.pool().giveBack(vm);
			lease(endOfStream);
			return;
		}
		this.context = fresh;
		if (isEnded()) {
			// It has perhaps looked for a context too early.
			fresh.end();
			return;
		}
		fresh.headers(StreamType.HTTP_REQUEST, endOfStream);
	}

	/** Give the stream to another VM, before the guest has heard of it. */
	private void takeOver() {
		this.context = null;
		boolean endOfStream = this.request.isEndOfStream();
		this.generation.lease(this.affinity, this.httpStream.executor(), (vm) -> leased(vm, endOfStream));
	}

	/**
	 * Show a part of the request's body to the filter.
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 * @param sink gets the decision, and is kept for a later {@link Decision.Release}
	 */
	public void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		body(StreamType.HTTP_REQUEST, chunk, endOfStream, sink);
	}

	/**
	 * Show the response's headers to the filter.
	 * @param endOfStream whether the response has no body
	 * @param sink gets the decision
	 */
	public void responseHeaders(boolean endOfStream, Consumer<Decision> sink) {
		this.response.ask(sink, false, null, endOfStream);
		dispatchHeaders(StreamType.HTTP_RESPONSE, endOfStream);
	}

	/**
	 * Show a part of the response's body to the filter.
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 * @param sink gets the decision, and is kept for a later {@link Decision.Release}
	 */
	public void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		body(StreamType.HTTP_RESPONSE, chunk, endOfStream, sink);
	}

	/**
	 * Show the response's trailers to the filter, after the last part of the body, which
	 * was not the end of the stream then. A pause is answered as Continue.
	 * @param sink gets the decision: {@link Decision.Continue}, or, if the filter fails
	 * and is skipped, a {@link Decision.Forward} with the last it held; before it a
	 * {@link Decision.Release} if the filter held a part of the body
	 */
	public void responseTrailers(Consumer<Decision> sink) {
		this.response.ask(sink, true, NOTHING, true);
		StreamContext current = this.context;
		if (current == null || this.failure != null) {
			applyPolicy(this.response);
			return;
		}
		current.trailers(StreamType.HTTP_RESPONSE);
	}

	/**
	 * Return why the failure policy decides about this stream.
	 * @return a low-cardinality word such as {@code trap} or {@code timeout}, or
	 * {@code null} if nothing has failed
	 */
	public @Nullable String failureReason() {
		VmFailure why = this.failure;
		return (why != null) ? why.reason() : null;
	}

	/**
	 * End the stream: the filter's done, log and delete callbacks. Only the first call
	 * counts.
	 */
	public void end() {
		if (!ENDED.compareAndSet(this, 0, 1)) {
			return;
		}
		StreamContext current = this.context;
		if (current != null) {
			current.end();
			this.generation.pool().recycleIfWorn(current.vm());
		}
		this.generation.leave();
	}

	private void dispatchHeaders(StreamType direction, boolean endOfStream) {
		StreamContext current = this.context;
		if (current == null || this.failure != null) {
			applyPolicy(lane(direction));
			return;
		}
		current.headers(direction, endOfStream);
	}

	private void body(StreamType direction, byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		Lane lane = lane(direction);
		lane.ask(sink, true, chunk, endOfStream);
		StreamContext current = this.context;
		if (current == null || this.failure != null) {
			applyPolicy(lane);
			return;
		}
		current.body(direction, chunk, endOfStream);
	}

	private boolean isEnded() {
		return this.ended != 0;
	}

	private Lane lane(StreamType direction) {
		return (direction == StreamType.HTTP_REQUEST) ? this.request : this.response;
	}

	/** Answer what is asked as the failure policy says. */
	private void applyPolicy(Lane lane) {
		deliver(lane, lane.policy(isSkipped(), null));
	}

	/** Return whether a filter that failed, or has not got a VM yet, is skipped. */
	private boolean isSkipped() {
		return this.failure == null || this.generation.spec().failStrategy().isOpen();
	}

	private void deliver(Lane lane, Decision decision) {
		if (!isEnded()) {
			lane.deliver(decision);
		}
	}

	/** Receives what the stream context decides. */
	private final class Owner implements StreamOwner {

		@Override
		public HttpStream httpStream() {
			return PluginStream.this.httpStream;
		}

		@Override
		public void decided(StreamType direction, Decision decision) {
			deliver(lane(direction), decision);
		}

		@Override
		public void interrupted(Decision decision) {
			if (!isEnded()) {
				PluginStream.this.httpStream.interrupt(decision);
			}
		}

		@Override
		public void failed(VmFailure why, @Nullable Pending pendingRequest, @Nullable Pending pendingResponse) {
			// What was held back goes first; who asks from here on gets the policy.
			letGo(PluginStream.this.request, pendingRequest);
			letGo(PluginStream.this.response, pendingResponse);
			PluginStream.this.failure = why;
			answer(PluginStream.this.request, pendingRequest);
			answer(PluginStream.this.response, pendingResponse);
		}

		@Override
		public void vmRestored() {
			StreamContext ended = PluginStream.this.context;
			if (ended != null) {
				PluginStream.this.generation.pool().giveBack(ended.vm());
			}
		}

		private void letGo(Lane lane, @Nullable Pending pending) {
			if (pending != null && !isEnded()) {
				lane.letGo(PluginStream.this.generation.spec().failStrategy().isOpen(), pending);
			}
		}

		private void answer(Lane lane, @Nullable Pending pending) {
			if (pending != null && pending.asked()) {
				deliver(lane, lane.policy(isSkipped(), pending));
			}
		}

		@Override
		public void unanswered(VmFailure why, StreamType direction, boolean retry) {
			if (retry && direction == StreamType.HTTP_REQUEST) {
				// Its VM was lost before it came to this stream: another one can take it.
				takeOver();
				return;
			}
			PluginStream.this.failure = why;
			applyPolicy(lane(direction));
		}

	}

}
