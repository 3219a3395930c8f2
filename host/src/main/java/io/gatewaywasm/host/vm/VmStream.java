package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.Callback;

/**
 * A stream context from the point of view of its VM. All methods are called inside the VM
 * unless they say otherwise.
 */
public abstract class VmStream extends Context {

	protected VmStream() {
		super(false);
	}

	/**
	 * Returns whether the guest gets no more callbacks for the stream except done, log
	 * and delete.
	 */
	public abstract boolean isOver();

	/**
	 * Called when the thread inside the VM does not return. If that thread has requested
	 * a decision for this stream, the decision is delivered on the executor instead.
	 * {@link #vmLost} follows.
	 */
	public abstract void holderLost();

	/** Called when the VM failed and is never entered again. */
	public abstract void vmLost(VmFailure failure);

	/** Ends the stream in the guest, because the VM is closing. */
	public abstract void endForClose(VmFailure failure);

	/**
	 * Runs the deferred actions of this stream: host calls that take effect only when the
	 * callback has returned, possibly a callback of another context.
	 */
	protected abstract void runDeferredActions();

	/**
	 * Called after the stream has ended and its isolated VM was restored and released.
	 */
	public abstract void vmRestored();

	/** Calls the guest for the end of the stream. */
	protected final void callEnd(GuestCallbacks guest) {
		logging(true);
		guest.call(Callback.LOG, this, id());
		logging(false);
		// The return value matters only for root contexts, because a stream always ends
		guest.call(Callback.DONE, this, id());
		guest.call(Callback.DELETE, this, id());
	}

}
