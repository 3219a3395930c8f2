package io.gatewaywasm.host.vm;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * A VM: one module instance with its contexts.
 *
 * <h2>Life</h2> <pre>
 *   start ──ok──&gt; live ──trap, exit──&gt; lost   (never entered again)
 *     │             └───close──&gt; closing ──&gt; closed
 *     └─refused, trap──&gt; VmStartException
 * </pre> {@link VmState} has the transitions.
 *
 * <h2>Isolation</h2> The owner of an isolated VM gives it one stream at a time. After
 * each stream, the VM is restored from its {@link VmSnapshot}.
 *
 * <h2>Threads</h2> All work that enters the guest goes through the {@link Mailbox}: one
 * thread at a time is inside, and no other thread blocks. Public methods may be called by
 * any thread unless they say otherwise; all other methods run inside the VM. Anything
 * that a guest call throws is caught by {@link VmFailures}, logged once, and ends the VM,
 * because a guest that trapped can be in an inconsistent state. If a host function does
 * not return, a background thread takes the VM from the thread that is inside, and ends
 * it.
 */
public final class Vm {

	private final VmParts parts;

	private Vm(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, VmListener listener)
			throws VmStartException {
		this.parts = VmParts.create(module, spec, services, watchdog, new OwnerEvents(this, listener));
	}

	/**
	 * Creates an instance and starts it with one root context. Takes up to seconds, so it
	 * must not be called on an event loop. Fails if the guest traps or refuses to start.
	 */
	public static Vm start(GuestModule module, VmSpec spec, RootSpec root, HostServices services, Watchdog watchdog,
			VmListener listener) throws VmStartException {
		Vm vm = new Vm(module, spec, services, watchdog, listener);
		vm.start(spec, root);
		vm.parts.failures().started(vm.parts.roots()::starting);
		return vm;
	}

	/**
	 * Starts the guest with one root context, as work in the mailbox like any other. A
	 * timer or callout that a start function requests can therefore not enter the guest
	 * before all start functions have returned.
	 */
	private void start(VmSpec spec, RootSpec root) throws VmStartException {
		AtomicReference<VmStartException> refused = new AtomicReference<>();
		this.parts.scope().submit(() -> {
			// Already needed for the first callout's response, which may arrive on an
			// event loop
			if (this.parts.host().waitsForStore()) {
				this.parts.mailbox().moveToWorkers();
			}
			try {
				VmStarter.runStartFunctions(spec, this.parts.instance(), this.parts.guard());
				this.parts.roots().get(root, null);
			}
			catch (VmStartException ex) {
				refused.set(ex);
			}
			catch (VmFailedException ex) {
				refused.set(new VmStartException(ex.failure().message(), VmStarter.TRAPPED_AT_START,
						ex.failure().guest(), ex));
			}
			catch (RuntimeException | Error ex) {
				refused.set(new VmStartException("The host could not start the filter: " + ex,
						"If that is an OutOfMemoryError, give the application more heap or the plugin fewer VMs.", ex));
			}
			if (refused.get() != null) {
				this.parts.failures().abandon();
			}
		});
		VmStartException problem = refused.get();
		if (problem != null) {
			throw problem.quoting(this.parts.host().lastLines());
		}
		this.parts.life().started();
	}

	/** Returns the part of this VM that its streams use. */
	public StreamVm streams() {
		return this.parts.streams();
	}

	/**
	 * Returns whether this VM accepts streams: it has not failed and was neither closed
	 * nor retired.
	 */
	public boolean isUsable() {
		return this.parts.life().isLive() && !this.parts.closing().isRetiring();
	}

	/** Returns whether a thread is inside the VM at this moment. */
	public boolean isBusy() {
		return this.parts.mailbox().isBusy();
	}

	/**
	 * Runs the guest on worker threads from now on, so that a slow guest does not block
	 * an event loop.
	 */
	public void moveToWorkers() {
		this.parts.mailbox().moveToWorkers();
	}

	/**
	 * Runs the guest on the thread that submits the work again. Work that is already
	 * queued for worker threads still runs there.
	 */
	public void moveToEventLoops() {
		this.parts.mailbox().moveToCaller();
	}

	/**
	 * Marks this VM as used for the warm-up only: its failures and slow callbacks are not
	 * reported to the listener.
	 */
	public void markAsWarmUp() {
		this.parts.failures().markAsWarmUp();
	}

	/** Returns the number of streams that this VM has had in total. */
	public long served() {
		return this.parts.streams().contexts().served();
	}

	/** Returns the size of the guest's memory in bytes. */
	public long memory() {
		return this.parts.scope().memory();
	}

	/**
	 * Returns whether the VM has so many root contexts that it should be replaced,
	 * because streams still have them or it is isolated.
	 */
	public boolean hasManyRoots() {
		return this.parts.roots().areMany();
	}

	/** Returns whether the guest has requested a new VM in place of this one. */
	public boolean isRebuildRequested() {
		return this.parts.scope().isRebuildRequested();
	}

	/** Returns the reason why the VM is not usable, or {@code null}. */
	public @Nullable VmFailure failure() {
		return this.parts.life().failure();
	}

	/** Returns a report with the guest's last lines. */
	public GuestReport guest() {
		return new GuestReport(List.of(), this.parts.host().lastLines());
	}

	/**
	 * Ends root contexts that no new stream needs, each after its last stream. If a
	 * stream needs one after all, it is started again.
	 */
	public void endRoots(Collection<RootSpec> unused) {
		this.parts.roots().end(unused);
	}

	/** Stops accepting streams, and closes the VM when the last stream has ended. */
	public void retire() {
		this.parts.closing().retire();
	}

	/**
	 * Ends all contexts and gives up the instance. Remaining streams end in the guest as
	 * usual, and the fail strategy applies to them. A root context that delays its end
	 * gets a few seconds.
	 */
	public void close() {
		this.parts.closing().close();
	}

	/** Passes the events of a VM to its owner. */
	private record OwnerEvents(Vm vm, VmListener listener) implements VmFailures.Events {

		@Override
		public void failed(VmFailure failure, boolean startingRoot) {
			this.listener.vmFailed(this.vm, failure, startingRoot);
		}

		@Override
		public void slow(SlowCall call) {
			this.listener.vmSlow(this.vm, call);
		}

		@Override
		public void closed() {
			this.listener.vmClosed(this.vm);
		}

	}

}
