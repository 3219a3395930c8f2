package io.gatewaywasm.host.vm;

/**
 * A stream context as its VM sees it. All methods are called inside the VM.
 */
public abstract non-sealed class VmStream extends Context {

	/**
	 * Returns whether nothing more is shown to the guest but the end of the stream.
	 * @return whether the stream is over
	 */
	public abstract boolean isOver();

	/**
	 * The VM failed and is never entered again.
	 * @param failure why
	 */
	public abstract void vmLost(VmFailure failure);

	/**
	 * The VM is closing: ends the stream in the guest.
	 * @param failure why
	 */
	public abstract void giveUp(VmFailure failure);

	/**
	 * Settles the requests that the guest made for this stream by host calls, perhaps in
	 * a callback of another context.
	 */
	protected abstract void settleRequests();

	/**
	 * The stream has ended and its isolated VM was restored. Called after the VM was
	 * released.
	 */
	public abstract void vmRestored();

	@Override
	final void settle() {
		settleRequests();
	}

	/**
	 * Notes that {@code proxy_on_log} runs, or has run.
	 */
	protected final void logs() {
		logging(true);
	}

}
