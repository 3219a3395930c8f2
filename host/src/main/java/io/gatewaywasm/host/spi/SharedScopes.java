package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * The data and queues that VMs share, by VM id.
 */
@FunctionalInterface
public interface SharedScopes {

	/**
	 * Return the scope of a VM id.
	 * @param vmId the VM id, possibly empty
	 * @return the scope, always the same for the same id
	 */
	SharedScope scope(String vmId);

	/**
	 * Return the scope of a VM id that a guest names. Guests must not be able to make
	 * scopes.
	 * @param vmId the VM id, possibly empty
	 * @return the scope, or {@code null} if no plugin has that VM id
	 */
	default @Nullable SharedScope known(String vmId) {
		return scope(vmId);
	}

}
