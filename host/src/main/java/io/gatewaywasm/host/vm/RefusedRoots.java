package io.gatewaywasm.host.vm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.spi.RootSpec;

/**
 * The root contexts that the guest has refused to start, over all VMs of a plugin, so
 * that each is logged once until it starts. Thread-safe.
 */
public final class RefusedRoots {

	private final Set<RootSpec> refused = ConcurrentHashMap.newKeySet();

	/** Records a refusal, and returns whether it must be logged. */
	boolean isFirst(RootSpec root) {
		return this.refused.add(root);
	}

	/** Records that the root context has started in a VM. */
	void started(RootSpec root) {
		this.refused.remove(root);
	}

}
