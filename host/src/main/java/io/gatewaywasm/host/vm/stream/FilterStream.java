package io.gatewaywasm.host.vm.stream;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange on its way through one plugin: what the gateway holds.
 *
 * <h2>Life</h2> <pre>
 *   new ──requestHeaders: leases a VM──&gt; requestBody* ──&gt; responseHeaders ──&gt; responseBody*
 *    │                                      │                                    │
 *    └──────────────────────────────────────┴──────────end (exactly one counts)──┘
 *   the VM or the wait for one fails: the fail strategy decides
 * </pre>
 *
 * <h2>Threads</h2> The phases of one direction are called one after the other, by any
 * thread. Each is answered by one {@link Decision}: inline, if the VM is idle and the
 * filter does not pause, else on {@link HttpStream#executor()}. Nothing blocks and
 * nothing is thrown.
 */
public final class FilterStream {

	private static final AtomicIntegerFieldUpdater<FilterStream> ENDED = AtomicIntegerFieldUpdater
		.newUpdater(FilterStream.class, "ended");

	private static final byte[] NOTHING = {};

	private static final VmFailure UNAVAILABLE = VmFailure.of("unavailable", "No VM was available in time.");

	private final StreamVms vms;

	private final StreamPolicy policy;

	private final RootSpec rootSpec;

	private final HttpStream httpStream;

	private final int affinity;

	private final StreamDirection request = new StreamDirection(this, StreamType.HTTP_REQUEST);

	private final StreamDirection response = new StreamDirection(this, StreamType.HTTP_RESPONSE);

	private volatile int ended;

	/** The context in the VM that was leased. */
	private volatile @Nullable StreamContext context;

	/** Whether no VM takes part: decisions are made by the thread that asks. */
	private volatile boolean unserved;

	private volatile @Nullable VmFailure failure;

	/**
	 * Whether the response is a local response. Written inside the VM, if there is one.
	 */
	private boolean localResponse;

	/**
	 * Creates a new stream.
	 * @param vms leases VMs
	 * @param rootSpec the root context that the stream belongs to
	 * @param httpStream the exchange
	 * @param affinity a hint that chooses the VM
	 */
	public FilterStream(StreamVms vms, RootSpec rootSpec, HttpStream httpStream, int affinity) {
		this.vms = vms;
		this.policy = vms.policy();
		this.rootSpec = rootSpec;
		this.httpStream = httpStream;
		this.affinity = affinity;
	}

	/**
	 * Returns whether the filter wants to see request bodies; if not, they need not be
	 * given to it.
	 * @return whether it does
	 */
	public boolean wantsRequestBody() {
		return this.vms.has(Callback.REQUEST_BODY);
	}

	/**
	 * Returns whether the filter wants to see response bodies.
	 * @return whether it does
	 */
	public boolean wantsResponseBody() {
		return this.vms.has(Callback.RESPONSE_BODY);
	}

	/**
	 * Returns whether the filter wants to see response trailers.
	 * @return whether it does
	 */
	public boolean wantsResponseTrailers() {
		return this.vms.has(Callback.RESPONSE_TRAILERS);
	}

	/**
	 * Shows the request's headers to the filter.
	 * @param endOfStream whether the request has no body
	 * @param sink gets the decision
	 */
	public void requestHeaders(boolean endOfStream, Consumer<Decision> sink) {
		if (this.context != null || this.unserved) {
			submit(this.request, StreamWork.HEADERS, null, endOfStream, sink);
			return;
		}
		Vm ready = this.vms.ready(this.affinity);
		if (ready != null) {
			leased(ready, endOfStream, sink);
		}
		else {
			lease(endOfStream, sink);
		}
	}

	/**
	 * Shows a part of the request's body to the filter.
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 * @param sink gets the decision, and is kept for a later {@link Decision.Release}
	 */
	public void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.request, StreamWork.BODY, chunk, endOfStream, sink);
	}

	/**
	 * Shows the response's headers to the filter.
	 * @param endOfStream whether the response has no body
	 * @param sink gets the decision
	 */
	public void responseHeaders(boolean endOfStream, Consumer<Decision> sink) {
		submit(this.response, StreamWork.HEADERS, null, endOfStream, sink);
	}

	/**
	 * Shows a part of the response's body to the filter.
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether these are the last
	 * @param sink gets the decision, and is kept for a later {@link Decision.Release}
	 */
	public void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.response, StreamWork.BODY, chunk, endOfStream, sink);
	}

	/**
	 * Shows the response's trailers to the filter, after the last part of the body, which
	 * was not the end of the stream then.
	 * @param sink gets the decision: {@link Decision.Continue}, or, if the filter fails
	 * and is skipped, a {@link Decision.Forward} with the last bytes that were buffered;
	 * before it a {@link Decision.Release} if a part of the body was buffered
	 */
	public void responseTrailers(Consumer<Decision> sink) {
		submit(this.response, StreamWork.TRAILERS, NOTHING, true, sink);
	}

	/**
	 * Returns why the fail strategy decides about this stream.
	 * @return a low-cardinality word such as {@code trap} or {@code timeout}, or
	 * {@code null} if nothing has failed
	 */
	public @Nullable String failureReason() {
		VmFailure why = this.failure;
		return (why != null) ? why.reason() : null;
	}

	/**
	 * Ends the stream: the filter's log, done and delete callbacks. No decision is
	 * delivered any more. Only the first call counts.
	 */
	public void end() {
		if (!ENDED.compareAndSet(this, 0, 1)) {
			return;
		}
		StreamContext current = this.context;
		if (current != null) {
			current.end();
		}
		this.vms.ended((current != null) ? current.vm() : null);
	}

	private boolean isEnded() {
		return this.ended != 0;
	}

	private void submit(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		StreamContext current = this.context;
		if (current != null && !this.unserved) {
			current.submit(direction, work, chunk, endOfStream, sink);
			return;
		}
		if (!this.unserved) {
			// The request has not been shown.
			direction.skip();
		}
		direction.arrive((work == StreamWork.HEADERS) ? StreamInput.HEADERS : StreamInput.BODY, chunk, endOfStream,
				sink);
	}

	// --- The lease

	private void lease(boolean endOfStream, Consumer<Decision> sink) {
		this.vms.lease(this.affinity, this.httpStream.executor(), (vm) -> leased(vm, endOfStream, sink));
	}

	private void leased(@Nullable Vm vm, boolean endOfStream, Consumer<Decision> sink) {
		if (isEnded()) {
			if (vm != null) {
				this.vms.giveBack(vm);
			}
			return;
		}
		if (vm == null) {
			this.vms.unavailable();
			unserved(UNAVAILABLE, this.request, null, endOfStream, sink);
			return;
		}
		if (!vm.admitStream()) {
			// The VM was retired between the choice and here: its replacement is there.
			this.vms.giveBack(vm);
			lease(endOfStream, sink);
			return;
		}
		StreamContext fresh = new StreamContext(vm, this);
		this.context = fresh;
		if (isEnded()) {
			// Perhaps end() looked for a context too early.
			fresh.end();
			return;
		}
		fresh.submit(this.request, StreamWork.HEADERS, null, endOfStream, sink);
	}

	/** Gives the stream to another VM, before the guest has heard of it. */
	void takeOver(boolean endOfStream, Consumer<Decision> sink) {
		this.context = null;
		lease(endOfStream, sink);
	}

	void giveBack(Vm vm) {
		this.vms.giveBack(vm);
	}

	/** No VM takes part in this stream: the fail strategy decides, on this thread. */
	void unserved(VmFailure why, StreamDirection direction, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		this.unserved = true;
		failed(why);
		direction.arrive((chunk == null) ? StreamInput.HEADERS : StreamInput.BODY, chunk, endOfStream, sink);
	}

	// --- What the directions and the context need

	HttpStream httpStream() {
		return this.httpStream;
	}

	RootSpec rootSpec() {
		return this.rootSpec;
	}

	StreamPolicy policy() {
		return this.policy;
	}

	StreamDirection request() {
		return this.request;
	}

	StreamDirection response() {
		return this.response;
	}

	/** Returns the context. Called when there is one. */
	StreamContext context() {
		StreamContext current = this.context;
		if (current == null) {
			throw new IllegalStateException("no VM was leased");
		}
		return current;
	}

	boolean hasLocalResponse() {
		return this.localResponse;
	}

	/** The response will be a local one, which the fail strategy leaves alone. */
	void localResponse() {
		this.localResponse = true;
	}

	/** Applies the fail strategy to both directions. */
	void failed(VmFailure why) {
		this.failure = why;
		this.request.fail(this.policy.open());
		this.response.fail(this.policy.open() || this.localResponse);
	}

	/** Delivers the decision that a question waits for. */
	void deliver(StreamDirection direction, Consumer<Decision> sink, Decision decision) {
		StreamContext current = this.context;
		if (current == null || this.unserved) {
			give(sink, decision);
		}
		else {
			current.deliveries().add(direction, sink, decision);
		}
	}

	/** Delivers bytes that no question waits for. */
	void release(StreamDirection direction, Consumer<Decision> sink, byte[] data) {
		context().deliveries().addUnasked(direction, () -> give(sink, new Decision.Release(data)));
	}

	/** Hands a decision over. Called outside the VM. */
	void give(Consumer<Decision> sink, Decision decision) {
		if (isEnded()) {
			return;
		}
		try {
			sink.accept(decision);
		}
		catch (Throwable ex) {
			Delivery.failed(ex);
		}
	}

	void interrupt(Decision decision) {
		if (!isEnded()) {
			this.httpStream.interrupt(decision);
		}
	}

}
