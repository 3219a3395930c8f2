package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.vm.hostcall.ContextScope;

/**
 * A root context or a stream context of a VM.
 */
abstract sealed class Context implements ContextScope permits RootContext, VmStream {

	private int id;

	private boolean logging;

	@Override
	public final int id() {
		return this.id;
	}

	final void id(int id) {
		this.id = id;
	}

	@Override
	public final boolean isLogging() {
		return this.logging;
	}

	final void logging(boolean logging) {
		this.logging = logging;
	}

	/** Carries out the requests that the guest made for this context by host calls. */
	abstract void settle();

}
