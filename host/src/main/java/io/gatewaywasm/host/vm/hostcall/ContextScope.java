package io.gatewaywasm.host.vm.hostcall;

import org.jspecify.annotations.Nullable;

/**
 * A root or stream context as its host calls see it.
 */
public interface ContextScope {

	/**
	 * Returns the id under which the guest knows this context.
	 * @return the id, or 0 if the guest does not know the context yet
	 */
	int id();

	/**
	 * Returns whether {@code proxy_on_log} is running.
	 * @return whether it is
	 */
	boolean isLogging();

	/**
	 * Returns the root context that this context belongs to.
	 * @return the root context, perhaps this one
	 */
	RootScope root();

	/**
	 * Returns this context if it is a stream context.
	 * @return this context, or {@code null}
	 */
	default @Nullable StreamScope stream() {
		return null;
	}

}
