package io.gatewaywasm.host.vm.stream;

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
 * The lease of a stream's VM, from the request headers to the end of the stream, and the
 * fail strategy if no VM is available.
 */
abstract sealed class StreamLease implements FilterStream permits ExchangeStream {

	private static final VmFailure UNAVAILABLE = VmFailure.of(FailureReason.UNAVAILABLE,
			"No VM was available in time.");

	private final StreamVms vms;

	private final RootSpec rootSpec;

	private final StreamOutput output;

	private final int affinity;

	/** The context in the leased VM. */
	private volatile @Nullable StreamContext context;

	private volatile boolean unserved;

	private volatile @Nullable VmFailure failure;

	private volatile @Nullable FailureReason refusal;

	StreamLease(StreamVms vms, RootSpec rootSpec, HttpStream httpStream, int affinity) {
		this.vms = vms;
		this.rootSpec = rootSpec;
		this.output = new StreamOutput(httpStream);
		this.affinity = affinity;
	}

	/** Returns this stream. */
	abstract ExchangeStream stream();

	/** Applies the fail strategy to both directions. */
	abstract void applyFailStrategy();

	@Override
	public final void requestHeaders(boolean endOfStream, Consumer<Decision> sink) {
		if (this.context != null || this.unserved) {
			stream().submit(stream().request(), StreamWork.HEADERS, null, endOfStream, sink);
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
	public final @Nullable FailureReason failureReason() {
		VmFailure why = this.failure;
		return (why != null) ? why.reason() : this.refusal;
	}

	@Override
	public final void end() {
		if (!this.output.end()) {
			return;
		}
		StreamContext current = this.context;
		if (current != null) {
			current.end();
		}
		this.vms.ended((current != null) ? current.vm() : null);
	}

	@Override
	public final void log() {
		Vm ready = this.vms.ready(this.affinity);
		if (ready == null) {
			end();
		}
		else if (!ready.streams().admit()) {
			this.vms.giveBack(ready);
			end();
		}
		else {
			context(ready).submit(stream().request(), StreamWork.LOG, null, true, StreamTask::ignore);
		}
	}

	/**
	 * Ends the stream without its log, because too much work waits for the VM or the log
	 * has waited too long.
	 */
	final void logDropped(Vm vm) {
		if (this.output.end()) {
			vm.streams().ended();
			this.vms.giveBack(vm);
			this.vms.ended(vm);
		}
	}

	private void lease(boolean endOfStream, Consumer<Decision> sink) {
		this.vms.lease(this.affinity, httpStream().executor(), (vm) -> leased(vm, endOfStream, sink));
	}

	private void leased(@Nullable Vm vm, boolean endOfStream, Consumer<Decision> sink) {
		if (this.output.isEnded()) {
			if (vm != null) {
				this.vms.giveBack(vm);
			}
			return;
		}
		if (vm == null) {
			policy().warnings().failed(stream(), UNAVAILABLE);
			unserved(UNAVAILABLE, stream().request(), null, endOfStream, sink);
			return;
		}
		if (!vm.streams().admit()) {
			// The VM was retired after it was chosen, so its replacement is ready
			this.vms.giveBack(vm);
			lease(endOfStream, sink);
			return;
		}
		StreamContext fresh = context(vm);
		if (this.output.isEnded()) {
			// end() may have read the context before it was set
			fresh.end();
			return;
		}
		fresh.submit(stream().request(), StreamWork.HEADERS, null, endOfStream, sink);
	}

	private StreamContext context(Vm vm) {
		StreamContext fresh = new StreamContext(vm, stream());
		this.output.guest(fresh);
		this.context = fresh;
		return fresh;
	}

	/** Moves the stream to another VM. The guest does not know the stream yet. */
	final void takeOver(boolean endOfStream, Consumer<Decision> sink) {
		this.context = null;
		lease(endOfStream, sink);
	}

	final void giveBack(Vm vm) {
		this.vms.giveBack(vm);
	}

	/** Continues without a VM: the fail strategy is applied on this thread. */
	final void unserved(VmFailure why, StreamDirection direction, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		this.output.guest(null);
		this.unserved = true;
		failed(why);
		direction.arrive((chunk == null) ? MessagePart.HEADERS : MessagePart.BODY, chunk, endOfStream, sink);
	}

	/** Sets the failure, and applies the fail strategy to both directions. */
	final void failed(VmFailure why) {
		this.failure = why;
		applyFailStrategy();
	}

	/** Records that the host answers in place of the filter, which has broken a rule. */
	final void refused(FailureReason why) {
		this.refusal = why;
	}

	final StreamOutput output() {
		return this.output;
	}

	final HttpStream httpStream() {
		return this.output.httpStream();
	}

	final RootSpec rootSpec() {
		return this.rootSpec;
	}

	final StreamPolicy policy() {
		return this.vms.policy();
	}

	/** Returns whether the guest exports a callback. */
	final boolean has(Callback callback) {
		return this.vms.has(callback);
	}

	/**
	 * Returns whether the stream has no VM, so that decisions are made on the thread that
	 * requests them.
	 */
	final boolean isUnserved() {
		return this.unserved;
	}

	/** Returns the context in the leased VM, or {@code null} if there is none. */
	final @Nullable StreamContext served() {
		StreamContext current = this.context;
		return (current != null && !this.unserved) ? current : null;
	}

}
