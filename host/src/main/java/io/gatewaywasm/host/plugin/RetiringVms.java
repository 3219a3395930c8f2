package io.gatewaywasm.host.plugin;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.gatewaywasm.host.vm.Vm;

/**
 * The VMs of a pool that were replaced and still have streams. Thread-safe.
 */
final class RetiringVms {

	private final Set<Vm> vms = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/** Lets a replaced VM finish its streams. */
	void retire(Vm replaced) {
		this.vms.add(replaced);
		replaced.retire();
		if (replaced.failure() != null) {
			// The VM was lost before it was registered as retiring.
			this.vms.remove(replaced);
		}
		if (this.closed) {
			replaced.close();
		}
	}

	/** Removes a VM that has ended. Does nothing if it was not retiring. */
	void ended(Vm vm) {
		this.vms.remove(vm);
	}

	Stream<Vm> stream() {
		return this.vms.stream();
	}

	/** Closes these VMs, and those that are retired later. */
	void close() {
		this.closed = true;
		this.vms.forEach(Vm::close);
	}

}
