package io.gatewaywasm.host.vm.stream;

import java.util.Map;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one exchange: leases a VM from the request headers to the end of the
 * stream, and passes the parts of both messages to it.
 */
public final class ExchangeStream implements FilterStream, ReportedStream {

	private static final byte[] NOTHING = {};

	private static final VmFailure UNAVAILABLE = VmFailure.of(FailureReason.UNAVAILABLE,
			"No VM was available in time.");

	private final StreamVms vms;

	private final RootSpec rootSpec;

	private final int affinity;

	private final StreamMessages messages;

	/** The context in the leased VM. */
	private volatile @Nullable StreamContext context;

	/**
	 * Opens a stream.
	 * @param vms leases VMs
	 * @param rootSpec the root context of the stream
	 * @param httpStream the exchange
	 * @param affinity a hint for the choice of the VM
	 */
	public ExchangeStream(StreamVms vms, RootSpec rootSpec, HttpStream httpStream, int affinity) {
		this.vms = vms;
		this.rootSpec = rootSpec;
		this.affinity = affinity;
		this.messages = new StreamMessages(httpStream, vms.policy().bodies());
	}

	// --- Work of the gateway

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
		if (this.context != null || this.messages.output().isUnserved()) {
			submit(this.messages.request(), StreamWork.HEADERS, null, endOfStream, sink);
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
		submit(this.messages.request(), StreamWork.BODY, chunk, endOfStream, sink);
	}

	@Override
	public void responseHeaders(boolean endOfStream, Consumer<Decision> sink) {
		submit(this.messages.response(), StreamWork.HEADERS, null, endOfStream, sink);
	}

	@Override
	public void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.messages.response(), StreamWork.BODY, chunk, endOfStream, sink);
	}

	@Override
	public void requestTrailers(Consumer<Decision> sink) {
		submit(this.messages.request(), StreamWork.TRAILERS, NOTHING, true, sink);
	}

	@Override
	public void responseTrailers(Consumer<Decision> sink) {
		submit(this.messages.response(), StreamWork.TRAILERS, NOTHING, true, sink);
	}

	private void submit(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		StreamContext current = served();
		if (current != null) {
			direction.sender().arrived(current.host().time().nanoTime());
			StreamEntry.submit(current, direction, work, chunk, endOfStream, sink);
		}
		else {
			this.messages.arriveUnserved(direction, work, chunk, endOfStream, sink);
		}
	}

	@Override
	public boolean buffer(long change) {
		return this.messages.output().buffered().add(change);
	}

	@Override
	public void end() {
		if (!this.messages.output().end()) {
			return;
		}
		StreamContext current = this.context;
		if (current != null) {
			StreamEntry.end(current);
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
			StreamEntry.submit(createContext(ready), this.messages.request(), StreamWork.LOG, null, true,
					StreamTask::ignore);
		}
	}

	/**
	 * Ends the stream without its log, because too much work waits for the VM or the log
	 * has waited too long.
	 */
	void logDropped(Vm vm) {
		if (this.messages.output().end()) {
			vm.streams().ended();
			this.vms.giveBack(vm);
			this.vms.ended(vm);
		}
	}

	// --- The lease

	private void lease(boolean endOfStream, Consumer<Decision> sink) {
		this.vms.lease(this.affinity, this.messages.output().httpStream().executor(),
				(vm) -> leased(vm, endOfStream, sink));
	}

	private void leased(@Nullable Vm vm, boolean endOfStream, Consumer<Decision> sink) {
		if (this.messages.output().isEnded()) {
			if (vm != null) {
				this.vms.giveBack(vm);
			}
			return;
		}
		if (vm == null) {
			policy().warnings().failed(this, UNAVAILABLE);
			unserved(UNAVAILABLE, this.messages.request(), StreamWork.HEADERS, null, endOfStream, sink);
			return;
		}
		if (!vm.streams().admit()) {
			// The VM was retired after it was chosen, so its replacement is ready
			this.vms.giveBack(vm);
			lease(endOfStream, sink);
			return;
		}
		StreamContext fresh = createContext(vm);
		if (this.messages.output().isEnded()) {
			// end() may have read the context before it was set
			StreamEntry.end(fresh);
			return;
		}
		StreamEntry.submit(fresh, this.messages.request(), StreamWork.HEADERS, null, endOfStream, sink);
	}

	private StreamContext createContext(Vm vm) {
		StreamContext fresh = new StreamContext(vm, this);
		this.messages.output().leased(fresh);
		this.context = fresh;
		return fresh;
	}

	/** Moves the stream to another VM. The guest does not know the stream yet. */
	void takeOver(boolean endOfStream, Consumer<Decision> sink) {
		this.context = null;
		lease(endOfStream, sink);
	}

	void giveBack(Vm vm) {
		this.vms.giveBack(vm);
	}

	/** Returns the context in the leased VM, or {@code null} if there is none. */
	private @Nullable StreamContext served() {
		StreamContext current = this.context;
		return (current != null && !this.messages.output().isUnserved()) ? current : null;
	}

	/** Continues without a VM. */
	void unserved(VmFailure why, StreamDirection direction, StreamWork work, byte @Nullable [] chunk,
			boolean endOfStream, Consumer<Decision> sink) {
		this.messages.unserved(why, policy());
		this.messages.arriveUnserved(direction, work, chunk, endOfStream, sink);
	}

	@Override
	public @Nullable FailureReason failureReason() {
		return this.messages.failureReason();
	}

	// --- For log lines

	@Override
	public Map<String, String> logContext() {
		return this.messages.output().httpStream().logContext();
	}

	@Override
	public int contextId() {
		StreamContext current = served();
		return (current != null) ? current.id() : 0;
	}

	@Override
	public String details(VmFailure why) {
		StreamContext current = served();
		return (current != null) ? current.host().withLastLines(why).guest().details() : "";
	}

	// --- For the context

	RootSpec rootSpec() {
		return this.rootSpec;
	}

	StreamPolicy policy() {
		return this.vms.policy();
	}

	StreamMessages messages() {
		return this.messages;
	}

}
