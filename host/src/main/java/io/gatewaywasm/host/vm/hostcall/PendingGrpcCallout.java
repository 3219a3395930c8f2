package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import org.jspecify.annotations.Nullable;

/**
 * A pending gRPC callout. Brings its events into the VM until the guest cancels the call.
 */
abstract sealed class PendingGrpcCallout implements GrpcCallListener permits PendingUnaryCallout, PendingGrpcStream {

	/** The status of a call that succeeded. */
	static final int OK = 0;

	private final PendingGrpcCallouts calls;

	private final ContextScope context;

	private final int token;

	private final String upstream;

	private final long start = System.nanoTime();

	private @Nullable GrpcCall call;

	private boolean halfClosed;

	PendingGrpcCallout(PendingGrpcCallouts calls, ContextScope context, int token, String upstream) {
		this.calls = calls;
		this.context = context;
		this.token = token;
		this.upstream = upstream;
	}

	final RootScope root() {
		return this.context.root();
	}

	final int token() {
		return this.token;
	}

	final String upstream() {
		return this.upstream;
	}

	final GrpcCallbacks callbacks() {
		return this.calls.callbacks();
	}

	/** Returns whether the guest can still end its side of the call. */
	final boolean isOpenByGuest() {
		return this.call != null && !this.halfClosed;
	}

	final void started(GrpcCall started) {
		this.call = started;
	}

	final void send(byte[] message) {
		if (this.call != null) {
			this.call.send(message);
		}
	}

	final void halfClose() {
		this.halfClosed = true;
		if (this.call != null) {
			this.call.halfClose();
		}
	}

	final void cancel() {
		if (this.call != null) {
			this.call.cancel();
		}
	}

	final void requestNext() {
		if (this.call != null) {
			this.call.requestNext();
		}
	}

	/** Handles an event inside the VM, unless the call was cancelled before. */
	final void enter(Runnable event) {
		this.calls.enter(this, event);
	}

	/** Delivers an event of the call. Called inside the VM. */
	final void deliver(Runnable event) {
		StreamScope stream = this.context.stream();
		if (stream != null) {
			stream.deliver(event);
		}
		else {
			event.run();
		}
	}

	/** Ends the call with a status. Its token is no longer valid. */
	final void ended(int status, String message) {
		this.calls.ended(this);
		this.calls.callbacks().status(status, message);
		this.calls.observer()
			.callout(this.upstream, (status == OK) ? "response" : "failure", System.nanoTime() - this.start);
	}

}
