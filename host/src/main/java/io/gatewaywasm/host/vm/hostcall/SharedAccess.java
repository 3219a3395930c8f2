package io.gatewaywasm.host.vm.hostcall;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostSharedData.SharedValue;
import io.gatewaywasm.host.spi.SharedScope;
import org.jspecify.annotations.Nullable;

/**
 * A VM's access to the data and queues of its VM id.
 */
final class SharedAccess {

	private final VmScope vm;

	private final SharedScope scope;

	private final Map<Integer, Runnable> registered = new HashMap<>();

	SharedAccess(VmScope vm) {
		this.vm = vm;
		this.scope = vm.services().sharedScopes().scope(vm.settings().vmId());
	}

	@Nullable SharedValue get(String key) {
		SharedScope.Value value = this.scope.get(key);
		return (value != null) ? new SharedValue(value.data(), value.cas()) : null;
	}

	void set(String key, byte[] data, int cas) {
		check(this.scope.set(key, data, cas));
	}

	int registerQueue(RootScope root, String name) {
		// The token is read inside the VM, hence not before it is there.
		AtomicInteger token = new AtomicInteger();
		Runnable wake = () -> root.queueReady(token::get);
		token.set(this.scope.registerQueue(name, wake));
		if (token.get() == 0) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		this.registered.put(token.get(), wake);
		return token.get();
	}

	int resolveQueue(String vmId, String name) {
		SharedScope target = vmId.isEmpty() ? this.scope : this.vm.services().sharedScopes().known(vmId);
		return (target != null) ? target.resolveQueue(name) : 0;
	}

	void enqueue(int token, byte[] data) {
		check(this.scope.enqueue(token, data));
	}

	byte[] dequeue(int token) {
		if (!this.scope.hasQueue(token)) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		byte[] data = this.scope.dequeue(token);
		if (data == null) {
			throw StatusException.of(Status.EMPTY);
		}
		return data;
	}

	void release() {
		this.registered.forEach(this.scope::releaseQueue);
		this.registered.clear();
	}

	private static void check(SharedScope.Result result) {
		switch (result) {
			case OK -> {
			}
			case CAS_MISMATCH -> throw StatusException.of(Status.CAS_MISMATCH);
			case NOT_FOUND -> throw StatusException.of(Status.NOT_FOUND);
			case FULL -> throw StatusException.of(Status.INTERNAL_FAILURE);
		}
	}

}
