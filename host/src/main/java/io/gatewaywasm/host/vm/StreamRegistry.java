package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of one VM as its streams use them: assigns ids and root contexts to
 * streams, runs their deferred actions, and restores an isolated VM after them. Used only
 * inside the VM, unless a method says otherwise.
 */
public final class StreamRegistry {

	private final VmContexts contexts;

	private final RootContexts roots;

	private final StreamsWithActions deferred;

	private final VmLife life;

	private final Mailbox mailbox;

	private final @Nullable VmSnapshot snapshot;

	/** Written only inside the VM; other threads may see an older number. */
	private long served;

	StreamRegistry(VmContexts contexts, RootContexts roots, StreamsWithActions deferred, VmLife life, Mailbox mailbox,
			@Nullable VmSnapshot snapshot) {
		this.contexts = contexts;
		this.roots = roots;
		this.deferred = deferred;
		this.life = life;
		this.mailbox = mailbox;
		this.snapshot = snapshot;
	}

	/**
	 * Returns the number of streams that the VM has had in total. Called by any thread.
	 */
	long served() {
		return this.served;
	}

	/**
	 * Returns whether a root context does not exist yet and is started first. That is not
	 * the case if a VM was recently lost when it started.
	 */
	public boolean startsRoot(RootSpec rootSpec) {
		return !this.life.isOver() && this.roots.mayStart(rootSpec);
	}

	/**
	 * Returns a root context, and starts it if the VM does not have it yet. Fails if the
	 * guest refuses to start it, or if a VM was recently lost when it started. The stream
	 * that needs it is informed if the VM is lost while the root context starts.
	 */
	public RootScope root(RootSpec rootSpec, VmStream stream) throws VmStartException {
		return this.roots.get(rootSpec, stream);
	}

	/**
	 * Returns whether the refusal to start a root context must be logged. That is the
	 * case once for all VMs of the plugin, until one of them starts it.
	 */
	public boolean isFirstRefusal(RootSpec rootSpec) {
		return this.roots.isFirstRefusal(rootSpec);
	}

	/**
	 * Assigns an id to a stream context, by which the guest knows it from now on.
	 */
	public void register(VmStream stream) {
		this.contexts.add(stream);
		this.roots.streamAdded(stream.root());
		this.served++;
	}

	/**
	 * Removes a stream context that was deleted, and ends its root context if nothing
	 * else uses it.
	 */
	public void forget(VmStream stream) {
		this.contexts.remove(stream);
		this.roots.streamRemoved(stream.root());
	}

	/**
	 * Restores an isolated VM to its state before the stream, which has ended. Does
	 * nothing if the VM is shared or failed.
	 */
	public void restore(VmStream ended) {
		if (this.snapshot == null || this.life.isOver()) {
			return;
		}
		if (!this.life.isClosing()) {
			this.deferred.clear();
			this.snapshot.restore();
		}
		this.mailbox.afterRelease(Delivery.onHolder(ended::vmRestored));
	}

	/**
	 * Adds a stream with deferred actions, which run when the callback has returned.
	 */
	public void defer(VmStream stream) {
		this.deferred.add(stream);
	}

	/**
	 * Runs the actions that host calls have deferred. Called after callbacks.
	 */
	public void runDeferredActions() {
		this.deferred.run();
	}

}
