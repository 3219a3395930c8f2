package io.gatewaywasm.host.vm.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one exchange: the lease of its VM, its two directions, and the delivery
 * of decisions to the gateway.
 */
final class ExchangeStream extends FilterStream {

	private static final VarHandle ENDED;

	static {
		try {
			ENDED = MethodHandles.lookup().findVarHandle(ExchangeStream.class, "ended", boolean.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private static final byte[] NOTHING = {};

	private static final VmFailure UNAVAILABLE = VmFailure.of(FailureReason.UNAVAILABLE,
			"No VM was available in time.");

	private final StreamVms vms;

	private final RootSpec rootSpec;

	private final HttpStream httpStream;

	private final int affinity;

	private final StreamDirection request = new StreamDirection(this);

	private final StreamDirection response = new StreamDirection(this);

	private volatile boolean ended;

	/** The context in the leased VM. */
	private volatile @Nullable StreamContext context;

	/**
	 * Whether the stream has no VM, so that decisions are made on the thread that
	 * requests them.
	 */
	private volatile boolean unserved;

	private volatile @Nullable VmFailure failure;

	/**
	 * Whether the response is a local response. Written inside the VM, if the stream has
	 * one.
	 */
	private boolean localResponse;

	ExchangeStream(StreamVms vms, RootSpec rootSpec, HttpStream httpStream, int affinity) {
		this.vms = vms;
		this.rootSpec = rootSpec;
		this.httpStream = httpStream;
		this.affinity = affinity;
	}

	@Override
	public boolean wantsRequestBody() {
		return this.vms.has(Callback.REQUEST_BODY);
	}

	@Override
	public boolean wantsResponseBody() {
		return this.vms.has(Callback.RESPONSE_BODY);
	}

	@Override
	public boolean wantsRequestTrailers() {
		return this.vms.has(Callback.REQUEST_TRAILERS);
	}

	@Override
	public boolean wantsResponseTrailers() {
		return this.vms.has(Callback.RESPONSE_TRAILERS);
	}

	@Override
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

	@Override
	public void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.request, StreamWork.BODY, chunk, endOfStream, sink);
	}

	@Override
	public void responseHeaders(boolean endOfStream, Consumer<Decision> sink) {
		submit(this.response, StreamWork.HEADERS, null, endOfStream, sink);
	}

	@Override
	public void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.response, StreamWork.BODY, chunk, endOfStream, sink);
	}

	@Override
	public void requestTrailers(Consumer<Decision> sink) {
		submit(this.request, StreamWork.TRAILERS, NOTHING, true, sink);
	}

	@Override
	public void responseTrailers(Consumer<Decision> sink) {
		submit(this.response, StreamWork.TRAILERS, NOTHING, true, sink);
	}

	@Override
	public @Nullable FailureReason failureReason() {
		VmFailure why = this.failure;
		return (why != null) ? why.reason() : null;
	}

	@Override
	public void end() {
		if (!ENDED.compareAndSet(this, false, true)) {
			return;
		}
		StreamContext current = this.context;
		if (current != null) {
			current.end();
		}
		this.vms.ended((current != null) ? current.vm() : null);
	}

	@Override
	public void log() {
		Vm ready = this.vms.ready(this.affinity);
		if (ready == null) {
			end();
		}
		else if (!ready.streams().admit()) {
			this.vms.giveBack(ready);
			end();
		}
		else {
			StreamContext fresh = new StreamContext(ready, this);
			this.context = fresh;
			fresh.submit(this.request, StreamWork.LOG, null, true, StreamTask::ignore);
		}
	}

	/**
	 * Ends the stream without its log, because too much work waits for the VM or the log
	 * has waited too long.
	 */
	void logDropped(Vm vm) {
		if (ENDED.compareAndSet(this, false, true)) {
			vm.streams().ended();
			this.vms.giveBack(vm);
			this.vms.ended(vm);
		}
	}

	private boolean isEnded() {
		return this.ended;
	}

	private void submit(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		StreamContext current = this.context;
		if (current != null && !this.unserved) {
			current.submit(direction, work, chunk, endOfStream, sink);
			return;
		}
		if (!this.unserved) {
			// The request was not shown
			direction.skip();
		}
		direction.arrive((work == StreamWork.HEADERS) ? MessagePart.HEADERS : MessagePart.BODY, chunk, endOfStream,
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
		if (!vm.streams().admit()) {
			// The VM was retired after it was chosen, so its replacement is ready
			this.vms.giveBack(vm);
			lease(endOfStream, sink);
			return;
		}
		StreamContext fresh = new StreamContext(vm, this);
		this.context = fresh;
		if (isEnded()) {
			// end() may have read the context before it was set
			fresh.end();
			return;
		}
		fresh.submit(this.request, StreamWork.HEADERS, null, endOfStream, sink);
	}

	/** Moves the stream to another VM. The guest does not know the stream yet. */
	void takeOver(boolean endOfStream, Consumer<Decision> sink) {
		this.context = null;
		lease(endOfStream, sink);
	}

	void giveBack(Vm vm) {
		this.vms.giveBack(vm);
	}

	/** Continues without a VM: the fail strategy is applied on this thread. */
	void unserved(VmFailure why, StreamDirection direction, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		this.unserved = true;
		failed(why);
		direction.arrive((chunk == null) ? MessagePart.HEADERS : MessagePart.BODY, chunk, endOfStream, sink);
	}

	// --- For the directions and the context

	HttpStream httpStream() {
		return this.httpStream;
	}

	RootSpec rootSpec() {
		return this.rootSpec;
	}

	StreamPolicy policy() {
		return this.vms.policy();
	}

	StreamDirection request() {
		return this.request;
	}

	StreamDirection response() {
		return this.response;
	}

	StreamDirection direction(MessageKind kind) {
		return (kind == MessageKind.REQUEST) ? this.request : this.response;
	}

	/** Returns the context, which must exist. */
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

	/**
	 * Records a local response to the request, to which the fail strategy does not apply.
	 */
	void noteReply(MessageKind kind, Decision decision) {
		if (kind == MessageKind.REQUEST && decision instanceof Decision.Respond && !this.response.shown().isStarted()) {
			this.localResponse = true;
		}
	}

	/**
	 * Answers the stream with a local response or a reset, and returns whether a decision
	 * was owed. Each direction that is closed by this answers later arrivals with the
	 * same decision, so that nothing is forwarded until the decision has taken effect.
	 */
	boolean answer(Decision decision) {
		boolean told = this.response.shown().isStarted() && this.response.answer(decision);
		told |= this.request.answer(decision);
		return told;
	}

	/** Applies the fail strategy to both directions. */
	void failed(VmFailure why) {
		this.failure = why;
		this.request.fail(policy().open());
		this.response.fail(policy().open() || (this.localResponse && this.response.state() != StreamState.HEADERS));
	}

	/** Delivers a requested decision. */
	void deliver(MessageKind kind, Consumer<Decision> sink, Decision decision) {
		noteReply(kind, decision);
		StreamContext current = this.context;
		if (current == null || this.unserved) {
			give(sink, decision);
		}
		else {
			current.deliveries().add(kind, sink, decision);
		}
	}

	/** Delivers bytes for which no decision was requested. */
	void deliverUnasked(MessageKind kind, Consumer<Decision> sink, Decision decision) {
		context().deliveries().addUnasked(kind, () -> give(sink, decision));
	}

	/** Passes a decision to its receiver. Called outside the VM. */
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

	void endEarly(Decision decision) {
		if (!isEnded()) {
			this.httpStream.endEarly(decision);
		}
	}

}
