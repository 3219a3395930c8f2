package io.gatewaywasm.host.vm;

import org.jspecify.annotations.Nullable;

/**
 * The present state of a VM, and the reason why it is not usable any more. Thread-safe.
 */
final class VmLife {

	private volatile VmState state = VmState.STARTING;

	/** Written before the state that it explains. */
	private volatile @Nullable VmFailure failure;

	boolean isLive() {
		return this.state == VmState.LIVE;
	}

	boolean isClosing() {
		return this.state == VmState.CLOSING;
	}

	/** Returns whether the VM is lost or closed. */
	boolean isOver() {
		return this.failure != null;
	}

	/** Returns the reason why the VM is lost or closed, or {@code null} if it is not. */
	@Nullable VmFailure failure() {
		return this.failure;
	}

	synchronized void started() {
		this.state = this.state.after(VmState.Event.STARTED);
	}

	synchronized void close() {
		this.state = this.state.after(VmState.Event.CLOSE);
	}

	/**
	 * Ends the VM because of a failure. Returns the state before, or {@code null} if the
	 * VM had already ended.
	 */
	@Nullable VmState fail(VmFailure why) {
		return end(VmState.Event.FAIL, why);
	}

	/** Ends the VM after its last context. Returns whether it had not ended before. */
	boolean end(VmFailure why) {
		return end(VmState.Event.END, why) != null;
	}

	private synchronized @Nullable VmState end(VmState.Event event, VmFailure why) {
		VmState before = this.state;
		VmState next = before.after(event);
		if (next == before) {
			return null;
		}
		this.failure = why;
		this.state = next;
		return before;
	}

}
