package io.gatewaywasm.host.vm;

import org.jspecify.annotations.Nullable;

/**
 * The streams of one VM: counts them, gives them ids, carries out their requests, and
 * restores an isolated VM after them. Used only inside the VM, unless a method says
 * otherwise.
 */
public final class StreamContexts {

	private final VmContexts contexts;

	private final UnsettledContexts unsettled;

	private final VmLife life;

	private final Mailbox mailbox;

	private final @Nullable VmSnapshot snapshot;

	private final StreamCount count = new StreamCount();

	/** Written only inside the VM; other threads may see an older number. */
	private long served;

	StreamContexts(VmContexts contexts, UnsettledContexts unsettled, VmLife life, Mailbox mailbox,
			@Nullable VmSnapshot snapshot) {
		this.contexts = contexts;
		this.unsettled = unsettled;
		this.life = life;
		this.mailbox = mailbox;
		this.snapshot = snapshot;
	}

	/** Returns the count of the admitted streams. Called by any thread. */
	StreamCount count() {
		return this.count;
	}

	/**
	 * Returns the number of streams that the VM has had in total. Called by any thread.
	 */
	long served() {
		return this.served;
	}

	/**
	 * Assigns an id to a stream context, by which the guest knows it from now on.
	 */
	public void register(VmStream stream) {
		this.contexts.add(stream);
		this.served++;
	}

	/** Removes a stream context that was deleted. */
	public void forget(VmStream stream) {
		this.contexts.remove(stream);
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
			this.unsettled.clear();
			this.snapshot.restore();
		}
		this.mailbox.afterRelease(new Delivery(null, ended::vmRestored));
	}

	/**
	 * Records that the guest made a request for a stream by a host call. The request is
	 * carried out when the callback has returned.
	 */
	public void touch(VmStream stream) {
		this.unsettled.add(stream);
	}

	/**
	 * Carries out the requests that the guest made by host calls. Called after callbacks.
	 */
	public void settle() {
		this.unsettled.settle();
	}

}
