package io.gatewaywasm.host.vm.hostcall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostQueues;
import io.gatewaywasm.host.spi.SharedScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues that the VMs of one VM id share. Guests can guess tokens, so a VM can only
 * use queues of its own VM id, and add to queues of others that it has found by name.
 */
final class GuestQueues implements HostQueues {

	private static final Logger logger = LoggerFactory.getLogger(GuestQueues.class);

	private final VmScope vm;

	private final SharedScope scope;

	/** The registrations of each queue by token, the owner last. */
	private final Map<Integer, List<Registration>> registered = new HashMap<>();

	/** The scopes of queues of other VM ids that the guest has found, by token. */
	private final Map<Integer, SharedScope> found = new HashMap<>();

	/** Acknowledgements for the entries that the current callback has taken. */
	private final List<Runnable> processed = new ArrayList<>();

	private boolean unreachableLogged;

	GuestQueues(VmScope vm, SharedScope scope) {
		this.vm = vm;
		this.scope = scope;
	}

	@Override
	public int registerQueue(String name) {
		RootScope root = this.vm.context().root();
		// Another thread may wake the guest before the token is set, but the token is
		// read inside the VM, after this host call
		AtomicInteger token = new AtomicInteger();
		Runnable wake = () -> root.queueReady(token::get);
		token.set(this.scope.registerQueue(name, wake));
		if (token.get() == 0) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		List<Registration> all = this.registered.computeIfAbsent(token.get(), (key) -> new ArrayList<>());
		all.removeIf((earlier) -> earlier.root() == root);
		all.add(new Registration(root, wake));
		return token.get();
	}

	@Override
	public int resolveQueue(String vmId, String name) {
		SharedScope target = vmId.isEmpty() ? this.scope : this.vm.services().sharedScopes().known(vmId);
		if (target == null) {
			return 0;
		}
		if (vmId.isEmpty()) {
			return target.resolveQueue(name);
		}
		if (!target.isRemote()) {
			return find(target, name);
		}
		return this.scope.isRemote() ? find(new RemoteSharedScope(this.vm, target), name) : unreachable(vmId);
	}

	private int find(SharedScope target, String name) {
		int token = target.resolveQueue(name);
		if (token != 0) {
			this.found.put(token, target);
		}
		return token;
	}

	/** Logs that a guest on an event loop cannot wait for the store of another VM id. */
	private int unreachable(String vmId) {
		if (!this.unreachableLogged) {
			this.unreachableLogged = true;
			logger.warn("A filter of the VM id '{}' looked for a queue of the VM id '{}' and got NOT_FOUND,"
					+ " because the queue is in Redis and its own store is not. Give both the same 'store' below"
					+ " 'gateway.wasm.shared-data'.", this.vm.settings().vm().id(), vmId);
		}
		return 0;
	}

	@Override
	public void enqueue(int token, byte[] data) {
		SharedScope target = this.scope.hasQueue(token) ? this.scope : this.found.get(token);
		if (target == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		this.vm.outside(() -> SharedResult.check(target.enqueue(token, data)));
	}

	@Override
	public byte[] dequeue(int token) {
		if (!this.scope.hasQueue(token)) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		SharedScope.Entry entry = this.scope.dequeue(token);
		if (entry == null) {
			throw StatusException.of(Status.EMPTY);
		}
		if (this.scope.isRemote()) {
			this.processed.add(entry.processed());
		}
		return entry.data();
	}

	/**
	 * {@inheritDoc} This also applies to an entry whose callback trapped, because it
	 * would trap again.
	 */
	@Override
	public void callbackEnded() {
		if (!this.processed.isEmpty()) {
			this.processed.forEach(Runnable::run);
			this.processed.clear();
		}
	}

	/**
	 * Hands over the queues of a root context to the one of this VM that registered them
	 * before, if there is one and the VM is not closing. Does not call the store, which
	 * may be unavailable.
	 */
	void rootEnded(RootScope root, boolean closing) {
		this.registered.forEach((token, all) -> {
			Registration owner = all.get(all.size() - 1);
			all.removeIf((registration) -> registration.root() == root);
			if (owner.root() == root) {
				if (closing || all.isEmpty()) {
					this.scope.releaseQueue(token, owner.wake());
				}
				else {
					this.scope.handOverQueue(token, owner.wake(), all.get(all.size() - 1).wake());
				}
			}
		});
		this.registered.values().removeIf(List::isEmpty);
	}

	/** Stops the notifications of all queues. */
	void release() {
		this.registered.forEach((token, all) -> this.scope.releaseQueue(token, all.get(all.size() - 1).wake()));
		this.registered.clear();
	}

	private record Registration(RootScope root, Runnable wake) {

	}

}
