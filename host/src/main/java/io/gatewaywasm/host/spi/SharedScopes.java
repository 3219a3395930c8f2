package io.gatewaywasm.host.spi;

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

}
