package io.gatewaywasm.host.vm.hostcall;

import org.jspecify.annotations.Nullable;

/**
 * A root or stream context from the point of view of its host calls.
 */
public interface ContextScope {

	/**
	 * Returns the id by which the guest knows this context, or 0 if the guest does not
	 * know it yet.
	 */
	int id();

	/** Returns whether {@code proxy_on_log} is running. */
	boolean isLogging();

	/** Returns the root context of this context, which can be the context itself. */
	RootScope root();

	/** Returns this context if it is a stream context, otherwise {@code null}. */
	default @Nullable StreamScope stream() {
		return null;
	}

}
