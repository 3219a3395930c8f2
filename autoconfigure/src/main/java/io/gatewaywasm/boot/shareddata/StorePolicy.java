package io.gatewaywasm.boot.shareddata;

import java.util.Map;

/**
 * Selects the store of each VM id.
 *
 * @param store the store of VM ids that are not listed
 * @param onFailure the result of their shared data calls while Redis is unavailable
 * @param vmIds the settings of single VM ids
 */
public record StorePolicy(SharedDataStore store, OnFailure onFailure, Map<String, Choice> vmIds) {

	/**
	 * The settings of a VM id.
	 *
	 * @param store the store
	 * @param onFailure the result of shared data calls while Redis is unavailable
	 */
	public record Choice(SharedDataStore store, OnFailure onFailure) {

	}

	/**
	 * Returns whether any VM id may use the store.
	 */
	public boolean uses(SharedDataStore wanted) {
		return this.store == wanted || this.vmIds.values().stream().anyMatch((choice) -> choice.store() == wanted);
	}

	Choice of(String vmId) {
		Choice choice = this.vmIds.get(vmId);
		return (choice != null) ? choice : new Choice(this.store, this.onFailure);
	}

}
