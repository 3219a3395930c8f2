package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.vm.hostcall.ContextScope;

/**
 * A root context or a stream context of a VM.
 */
abstract class Context implements ContextScope {

	private final boolean root;

	private int id;

	private boolean logging;

	Context(boolean root) {
		this.root = root;
	}

	final boolean isRoot() {
		return this.root;
	}

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

}
