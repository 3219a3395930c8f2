package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * The data and queues that VMs share, by VM id.
 */
@FunctionalInterface
public interface SharedScopes {

	/**
	 * Returns the scope of a VM id, always the same for the same id until it is removed.
	 */
	SharedScope scope(String vmId);

	/**
	 * Returns the scope of a VM id that a guest specifies, or {@code null} if no plugin
	 * has that VM id. Guests must not be able to create scopes.
	 */
	default @Nullable SharedScope known(String vmId) {
		return scope(vmId);
	}

	/**
	 * Removes the data of a VM id that no plugin of this gateway has any more. Data that
	 * other gateways may use stays.
	 */
	default void remove(String vmId) {
	}

	/**
	 * Returns empty scopes in memory with the same limits, for a guest that is only being
	 * checked. Returns {@code null} for default limits.
	 */
	default @Nullable SharedScopes sandbox() {
		return null;
	}

}
