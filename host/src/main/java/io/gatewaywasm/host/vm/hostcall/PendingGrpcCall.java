package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC callout under way. Brings what happens on it into the VM, as long as the guest
 * has not called it off.
 */
abstract sealed class PendingGrpcCall implements GrpcCallListener permits PendingUnaryCall, PendingGrpcStream {

	/** The status of a call that succeeded. */
	static final int OK = 0;

	private final GrpcCallTable table;

	private final ContextScope context;

	private final int token;

	private final String upstream;

	private final long start = System.nanoTime();

	private @Nullable GrpcCall call;

	PendingGrpcCall(GrpcCallTable table, ContextScope context, int token, String upstream) {
		this.table = table;
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
		return this.table.callbacks();
	}

	final @Nullable GrpcCall call() {
		return this.call;
	}

	final void started(GrpcCall started) {
		this.call = started;
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

	/**
	 * Do something inside the VM, unless the call was called off before.
	 * @param event what to do
	 */
	final void enter(Runnable event) {
		this.table.enter(this, event);
	}

	/**
	 * Delivers what happened on the call. Called inside the VM.
	 * @param event what to do
	 */
	final void deliver(Runnable event) {
		StreamScope stream = this.context.stream();
		if (stream != null) {
			stream.deliver(event);
		}
		else {
			event.run();
		}
	}

	/**
	 * The call is over: its token is not known any more.
	 * @param status the status
	 * @param message the status message
	 */
	final void over(int status, String message) {
		this.table.over(this);
		this.table.callbacks().status(status, message);
		this.table.observer()
			.callout(this.upstream, (status == OK) ? "answer" : "failure", System.nanoTime() - this.start);
	}

}
