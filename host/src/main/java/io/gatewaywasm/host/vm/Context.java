package io.gatewaywasm.host.vm;

/**
 * What a guest knows by an id: a root context or a stream context.
 */
abstract sealed class Context permits RootContext, StreamContext {

	private int id;

	private boolean logging;

	/**
	 * Return the id under which the guest knows this context.
	 * @return the id, or 0 if the guest does not know it yet
	 */
	final int id() {
		return this.id;
	}

	final void id(int id) {
		this.id = id;
	}

	abstract RootContext root();

	/**
	 * Return whether {@code proxy_on_log} is running.
	 * @return whether it is
	 */
	final boolean isLogging() {
		return this.logging;
	}

	final void logging(boolean logging) {
		this.logging = logging;
	}

}
