package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import io.gatewaywasm.host.vm.hostcall.VmHost;
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

	private static final VmFailure CLOSED = VmFailure.of(FailureReason.CLOSED, "The plugin was closed.");

	private static final Duration DONE_GRACE = Duration.ofSeconds(5);

	private final VmSpec spec;

	private final HostServices services;

	private final PluginObserver observer;

	private final VmLife life = new VmLife();

	private final Mailbox mailbox;

	private final BackgroundWork background;

	private final CallGuard guard = new CallGuard();

	private final VmContexts contexts = new VmContexts();

	private final HostScope scope;

	private final VmHost host;

	private final ModuleInstance instance;

	private final VmFailures failures;

	private final GuestCalls guest;

	private final StreamContexts streams;

	private final RootContexts roots;

	private Vm(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, VmListener listener)
			throws VmStartException {
		this.spec = spec;
		this.services = services;
		this.observer = services.observer(spec.plugin());
		this.mailbox = new Mailbox(new TaskQueue(spec.mailbox(), spec.vmWait(), services.scheduler()),
				services.scheduler(), services.scheduler().workers(spec.plugin()));
		this.background = new BackgroundWork(spec.plugin(), this.mailbox, services.scheduler(), this.life::isOver);
		this.scope = new HostScope(spec, services, this.observer, this.guard, this.contexts, this.mailbox);
		this.host = new VmHost(this.scope);
		ImportTable imports = new ImportTable(this.host);
		CallTrace trace = CallTrace.of(spec.plugin());
		UnsettledContexts unsettled = new UnsettledContexts();
		watchdog.watch(this.guard);
		boolean ok = false;
		try {
			this.instance = VmStarter.instantiate(module, spec, linker(imports, trace), this.guard);
			this.failures = new VmFailures(spec.plugin(), this.life, this.contexts, unsettled, this.host, this.instance,
					this.guard, watchdog, this.mailbox, services.scheduler(), this.observer,
					new OwnerEvents(this, listener));
			this.guest = new GuestCalls(new GuestExports(module, this.instance, spec.capabilities(), trace), spec,
					this.guard, imports, this.failures::fail, this.failures::slow);
			this.scope.guest(this.guest, this.instance);
			VmSnapshot snapshot = spec.isolated()
					? new VmSnapshot(this.contexts, this.instance, this.host.restorables()) : null;
			this.streams = new StreamContexts(this.contexts, unsettled, this.life, this.mailbox, snapshot);
			this.roots = new RootContexts(spec, this.contexts, this.guest, services.scheduler(), this.mailbox,
					this.background, this.failures::guarded, this::rootEnded, snapshot);
			ok = true;
		}
		catch (VmStartException ex) {
			throw ex.quoting(this.host.lastLines());
		}
		finally {
			if (!ok) {
				watchdog.forget(this.guard);
			}
		}
	}

	/**
	 * Creates an instance and starts it with one root context. Takes up to seconds, so it
	 * must not be called on an event loop. Fails if the guest traps or refuses to start.
	 */
	public static Vm start(GuestModule module, VmSpec spec, RootSpec root, HostServices services, Watchdog watchdog,
			VmListener listener) throws VmStartException {
		Vm vm = new Vm(module, spec, services, watchdog, listener);
		vm.start(root);
		vm.guard.onLoss(vm::takeInBackground);
		return vm;
	}

	private Linker linker(ImportTable imports, CallTrace trace) {
		Linker allowed = new CapabilityLinker(imports, this.spec.capabilities());
		Linker linker = this.spec.isolated()
				? new IsolationLinker(allowed, this::hasOpenStream, this.spec.shared().refusals()) : allowed;
		return new ClockedFunction.Functions(trace.functions(linker), this.guard);
	}

	/** Returns whether the VM has a stream that is not ending. */
	private boolean hasOpenStream() {
		return this.contexts.streams().stream().anyMatch((stream) -> !stream.isOver());
	}

	/**
	 * Starts the guest with one root context, as work in the mailbox like any other. A
	 * timer or callout that a start function requests can therefore not enter the guest
	 * before all start functions have returned.
	 */
	private void start(RootSpec root) throws VmStartException {
		AtomicReference<VmStartException> refused = new AtomicReference<>();
		submit(() -> {
			// Already needed for the first callout's response, which may arrive on an
			// event loop
			this.mailbox.onWorkers(this.host.waitsForStore());
			try {
				VmStarter.runStartFunctions(this.spec, this.instance, this.guard);
				root(root, null);
			}
			catch (VmStartException ex) {
				refused.set(ex);
			}
			catch (VmFailedException ex) {
				refused.set(new VmStartException(ex.failure().message(), VmStarter.SEE_LOG, ex));
			}
			catch (RuntimeException | Error ex) {
				refused.set(new VmStartException("The host could not start the filter: " + ex,
						"If that is an OutOfMemoryError, give the application more heap or the plugin fewer VMs.", ex));
			}
			if (refused.get() != null) {
				this.failures.abandon();
			}
		});
		VmStartException problem = refused.get();
		if (problem != null) {
			throw problem.quoting(this.host.lastLines());
		}
		this.life.started();
	}

	// --- For the owner

	/**
	 * Returns whether this VM accepts streams: it has not failed and was neither closed
	 * nor retired.
	 */
	public boolean isUsable() {
		return this.life.isLive() && !this.streams.count().isRetiring();
	}

	/** Returns whether a thread is inside the VM at this moment. */
	public boolean isBusy() {
		return this.mailbox.isBusy();
	}

	/**
	 * Runs the guest on worker threads from now on, so that a slow guest does not block
	 * an event loop.
	 */
	public void moveToWorkers() {
		this.mailbox.onWorkers(true);
	}

	/**
	 * Runs the guest on the thread that submits the work again. Work that is already
	 * queued for worker threads still runs there.
	 */
	public void moveToEventLoops() {
		this.mailbox.onWorkers(false);
	}

	/**
	 * Marks this VM as used for trial streams only: its failures and slow callbacks are
	 * not reported to the listener.
	 */
	public void rehearse() {
		this.failures.rehearse();
	}

	/** Returns the number of streams in this VM. */
	public int streams() {
		return this.streams.count().get();
	}

	/** Returns the number of streams that this VM has had in total. */
	public long served() {
		return this.streams.served();
	}

	/** Returns the size of the guest's memory in bytes. */
	public long memory() {
		return this.scope.memory();
	}

	/** Returns whether the guest has requested a new VM in place of this one. */
	public boolean isRebuildRequested() {
		return this.scope.isRebuildRequested();
	}

	/** Returns the reason why the VM is not usable, or {@code null}. */
	public @Nullable VmFailure failure() {
		return this.life.failure();
	}

	/** Stops accepting streams, and closes the VM when the last stream has ended. */
	public void retire() {
		if (this.streams.count().retire()) {
			close();
		}
	}

	/**
	 * Ends all contexts and gives up the instance. Remaining streams end in the guest as
	 * usual, and the fail strategy applies to them. A root context that delays its end
	 * gets a few seconds.
	 */
	public void close() {
		this.life.close();
		submit(() -> {
			guarded(() -> {
				this.contexts.streams().forEach((stream) -> stream.giveUp(CLOSED));
				this.contexts.roots().forEach(RootContext::end);
			});
			if (!this.contexts.hasRoots()) {
				closed();
			}
			else {
				this.services.scheduler()
					.schedule(() -> this.background.submit(new ControlTask(controlThreads(), this::closed)),
							DONE_GRACE);
			}
		});
	}

	private void rootEnded() {
		if (this.life.isClosing() && !this.contexts.hasRoots()) {
			closed();
		}
	}

	private void closed() {
		this.failures.closed(CLOSED);
	}

	private void submit(Runnable work) {
		this.mailbox.submit(new ControlTask(controlThreads(), work));
	}

	private Executor controlThreads() {
		return this.services.scheduler().starts(this.spec.plugin());
	}

	/** Called by the watchdog, which must not be delayed, because it checks all VMs. */
	private void takeInBackground() {
		Delivery.execute(this.services.scheduler().background(),
				() -> this.mailbox.take(() -> this.failures.take(this.roots.starting())));
	}

	// --- For streams

	/** Returns the mailbox, through which all work enters the VM. */
	public Mailbox mailbox() {
		return this.mailbox;
	}

	/**
	 * Runs work that ends something on a worker thread, or elsewhere if no worker thread
	 * becomes free.
	 */
	public void endInBackground(VmTask task) {
		this.background.submitEnd(task);
	}

	/** Returns the settings. */
	public VmSpec spec() {
		return this.spec;
	}

	/** Returns the gateway's services. */
	public HostServices services() {
		return this.services;
	}

	/** Returns the observer that receives the plugin's events. */
	public PluginObserver observer() {
		return this.observer;
	}

	/** Returns the calls of the guest. */
	public GuestCalls guest() {
		return this.guest;
	}

	/** Returns the stream contexts. */
	public StreamContexts contexts() {
		return this.streams;
	}

	/**
	 * Admits a stream, for which {@link #streamEnded} must be called later. Returns
	 * {@code false} if the VM has just been retired.
	 */
	public boolean admitStream() {
		return this.streams.count().enter();
	}

	/**
	 * Counts an admitted stream that has ended. If it was the last stream of a retired
	 * VM, the VM is closed.
	 */
	public void streamEnded() {
		if (this.streams.count().leave()) {
			close();
		}
	}

	/**
	 * Returns whether a root context does not exist yet and must be started first. Called
	 * inside the VM.
	 */
	public boolean startsRoot(RootSpec rootSpec) {
		return !this.life.isOver() && !this.roots.has(rootSpec);
	}

	/**
	 * Returns a root context, and starts it if the VM does not have it yet. Fails if the
	 * guest refuses to start it. The stream that needs it is informed if the VM is lost
	 * while the root context starts. Called inside the VM.
	 */
	public RootScope root(RootSpec rootSpec, @Nullable VmStream stream) throws VmStartException {
		return this.roots.get(rootSpec, stream);
	}

	/**
	 * Runs work that enters the guest. Anything that it throws ends the VM and is not
	 * thrown to the caller. Called inside the VM.
	 */
	public void guarded(Runnable work) {
		this.failures.guarded(work);
	}

	/**
	 * Ends the VM because the guest or the host threw an exception, unless the VM has
	 * already failed. A {@link VmTakenException} is thrown again, because this thread is
	 * not inside the VM any more. Called inside the VM.
	 */
	public void caught(Throwable thrown) {
		this.failures.caught(thrown);
	}

	/**
	 * Passes the events of a VM to its owner.
	 *
	 * @param vm the VM
	 * @param listener the owner's listener
	 */
	private record OwnerEvents(Vm vm, VmListener listener) implements VmFailures.Events {

		@Override
		public void failed(VmFailure failure) {
			this.listener.vmFailed(this.vm, failure);
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
