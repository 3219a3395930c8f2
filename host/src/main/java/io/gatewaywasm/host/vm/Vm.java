package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.hostcall.ContextScope;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import io.gatewaywasm.host.vm.hostcall.VmHost;
import io.gatewaywasm.host.vm.hostcall.VmScope;
import io.gatewaywasm.host.vm.hostcall.VmSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A VM: one module instance with its contexts.
 *
 * <h2>Life</h2> <pre>
 *   start ──ok──&gt; usable ──trap, exit──&gt; failed   (never entered again)
 *     │             └──────close─────&gt; closed
 *     └─refused, trap──&gt; VmStartException
 * </pre>
 *
 * <h2>Isolation</h2> The owner of an isolated VM gives it one stream at a time. After
 * each stream, the VM is restored from its {@link VmSnapshot}.
 *
 * <h2>Threads</h2> All work that enters the guest goes through the {@link Mailbox}: one
 * thread at a time is inside, and no other thread blocks. Public methods may be called by
 * any thread unless they say otherwise; all other methods run inside the VM. Anything
 * that a guest call throws is caught here, logged once, and ends the VM, because a guest
 * that trapped can be in an inconsistent state. If a host function does not return, a
 * background thread takes the VM from the thread that is inside, and ends it.
 */
public final class Vm implements VmScope, RootHost {

	private static final Logger logger = LoggerFactory.getLogger(Vm.class);

	private static final VmFailure CLOSED = VmFailure.of(FailureReason.CLOSED, "The plugin was closed.");

	/**
	 * The id of the context that exists before any root context. It never is a stream.
	 */
	private static final int VM_CONTEXT = 0;

	private static final Duration DONE_GRACE = Duration.ofSeconds(5);

	private final VmSpec spec;

	private final HostServices services;

	private final VmListener listener;

	private final PluginObserver observer;

	private final Mailbox mailbox;

	private final VmHost host;

	private final ModuleInstance instance;

	private final GuestCalls guest;

	private final CallGuard guard = new CallGuard();

	private final Watchdog watchdog;

	private final VmContexts contexts = new VmContexts();

	private final TouchedContexts touched = new TouchedContexts();

	private final StreamCount streams = new StreamCount();

	/** Written only inside the VM; other threads may see an older number. */
	private long served;

	private final BackgroundWork background;

	private final @Nullable VmSnapshot snapshot;

	private volatile boolean rebuildRequested;

	private volatile @Nullable VmFailure failure;

	private volatile boolean closing;

	private volatile boolean rehearsing;

	/** The stream for which a root context is being started. */
	private @Nullable VmStream starting;

	private Vm(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, VmListener listener)
			throws VmStartException {
		this.spec = spec;
		this.services = services;
		this.listener = listener;
		this.observer = services.observer(spec.plugin());
		this.mailbox = new Mailbox(new TaskQueue(spec.mailbox(), spec.vmWait(), services.scheduler()),
				services.scheduler(), services.scheduler().workers(spec.plugin()));
		this.background = new BackgroundWork(spec.plugin(), this.mailbox, services.scheduler(),
				() -> this.failure != null);
		this.watchdog = watchdog;
		this.host = new VmHost(this);
		ImportTable imports = new ImportTable(this.host);
		CallTrace trace = CallTrace.of(spec.plugin());
		watchdog.watch(this.guard);
		boolean ok = false;
		try {
			this.instance = VmStarter.instantiate(module, spec, linker(imports, trace), this.guard);
			this.guest = new GuestCalls(new GuestExports(module, this.instance, spec.capabilities(), trace), spec,
					this.guard, imports, this::fail, this::slow);
			this.snapshot = spec.isolated() ? new VmSnapshot(this.contexts, this.instance, this.host.restorables())
					: null;
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
				root(root);
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
				abandon();
			}
		});
		VmStartException problem = refused.get();
		if (problem != null) {
			throw problem.quoting(this.host.lastLines());
		}
	}

	/**
	 * Returns whether this VM accepts streams: it has not failed and was neither closed
	 * nor retired.
	 */
	public boolean isUsable() {
		return this.failure == null && !this.closing && !this.streams.isRetiring();
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
		this.rehearsing = true;
	}

	private void slow(SlowCall call) {
		if (!this.rehearsing) {
			this.mailbox.afterRelease(
					new Delivery(this.services.scheduler().background(), () -> this.listener.vmSlow(this, call)));
		}
	}

	/** Returns the number of streams in this VM. */
	public int streams() {
		return this.streams.get();
	}

	/** Returns the number of streams that this VM has had in total. */
	public long served() {
		return this.served;
	}

	/** Returns the size of the guest's memory in bytes. */
	@Override
	public long memory() {
		return this.instance.memory().size();
	}

	@Override
	public void requestRebuild() {
		this.rebuildRequested = true;
	}

	/** Returns whether the guest has requested a new VM in place of this one. */
	public boolean isRebuildRequested() {
		return this.rebuildRequested;
	}

	/** Returns the reason why the VM is not usable, or {@code null}. */
	public @Nullable VmFailure failure() {
		return this.failure;
	}

	/**
	 * Admits a stream, for which {@link #streamEnded} must be called later. Returns
	 * {@code false} if the VM has just been retired.
	 */
	public boolean admitStream() {
		return this.streams.enter();
	}

	/** Stops accepting streams, and closes the VM when the last stream has ended. */
	public void retire() {
		if (this.streams.retire()) {
			close();
		}
	}

	/**
	 * Ends all contexts and gives up the instance. Remaining streams end in the guest as
	 * usual, and the fail strategy applies to them. A root context that delays its end
	 * gets a few seconds.
	 */
	public void close() {
		this.closing = true;
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
					.schedule(() -> submitInBackground(new ControlTask(controlThreads(), this::closed)), DONE_GRACE);
			}
		});
	}

	private void closed() {
		if (this.failure == null) {
			this.failure = CLOSED;
			tellStreams(CLOSED);
			this.listener.vmClosed(this);
		}
	}

	@Override
	public void submit(Runnable work) {
		submit(new ControlTask(controlThreads(), work));
	}

	@Override
	public void submit(VmTask task) {
		this.mailbox.submit(task);
	}

	/**
	 * Enters the VM if it is idle; the caller must then {@link #leave} it. Returns {@code
	 * false} if the work must be {@linkplain #queue queued}.
	 */
	public boolean enter() {
		return this.mailbox.enter();
	}

	/** Leaves the VM and queues work for worker threads. */
	public void leaveLater(VmTask task) {
		this.mailbox.leaveLater(task);
	}

	/**
	 * Returns whether the calling thread is an event loop, so that it must not do work
	 * that may take seconds.
	 */
	public boolean isOnEventLoop() {
		return this.mailbox.isOnEventLoop();
	}

	/**
	 * Returns whether a root context does not exist yet and must be started first. Called
	 * inside the VM.
	 */
	public boolean startsRoot(RootSpec rootSpec) {
		return this.failure == null && this.contexts.root(rootSpec) == null;
	}

	/**
	 * Does some of the work that was queued in the meantime, and leaves the VM. Returns
	 * the deliveries that the caller must run now.
	 */
	public @Nullable Delivery leave() {
		return this.mailbox.leave();
	}

	/** Queues work because the VM was busy. */
	public void queue(VmTask task) {
		this.mailbox.queue(task);
	}

	/** Adds a delivery to be made when the VM is released. Called inside the VM. */
	public void afterRelease(Delivery delivery) {
		this.mailbox.afterRelease(delivery);
	}

	/**
	 * Returns whether deliveries are waiting for the release of the VM. Called inside the
	 * VM.
	 */
	public boolean hasDeliveries() {
		return this.mailbox.hasDeliveries();
	}

	@Override
	public void submitInBackground(VmTask task) {
		this.background.submit(task);
	}

	/**
	 * Runs work that ends something on a worker thread, or elsewhere if no worker thread
	 * becomes free.
	 */
	public void endInBackground(VmTask task) {
		this.background.submitEnd(task);
	}

	@Override
	public void wakeInBackground(VmTask task) {
		this.background.wake(task);
	}

	@Override
	public VmSpec spec() {
		return this.spec;
	}

	@Override
	public VmSettings settings() {
		return this.spec;
	}

	@Override
	public HostServices services() {
		return this.services;
	}

	@Override
	public Executor controlThreads() {
		return this.services.scheduler().starts(this.spec.plugin());
	}

	@Override
	public HostScheduler scheduler() {
		return this.services.scheduler();
	}

	@Override
	public PluginObserver observer() {
		return this.observer;
	}

	@Override
	public GuestCalls guest() {
		return this.guest;
	}

	@Override
	public void enterHost() {
		this.guard.enterHost();
	}

	@Override
	public void leaveHost() {
		this.guard.leaveHost();
	}

	@Override
	public @Nullable ContextScope effective() {
		// A start section makes host calls before the guest's functions are known
		GuestCalls calls = this.guest;
		return (calls != null) ? calls.effective() : null;
	}

	@Override
	public int allocate(int size) {
		GuestCalls calls = this.guest;
		return (calls != null) ? calls.allocate(size) : 0;
	}

	@Override
	public boolean effective(int contextId) {
		if (contextId == VM_CONTEXT) {
			this.guest.effective(null);
			return true;
		}
		Context context = this.contexts.get(contextId);
		if (context == null) {
			return false;
		}
		this.guest.effective(context);
		return true;
	}

	/**
	 * Assigns an id to a stream context, by which the guest knows it from now on. Called
	 * inside the VM.
	 */
	public void register(VmStream stream) {
		this.contexts.add(stream);
		this.served++;
	}

	/** Removes a stream context that was deleted. Called inside the VM. */
	public void forget(VmStream stream) {
		this.contexts.remove(stream);
	}

	@Override
	public void forget(RootContext root) {
		this.contexts.remove(root);
		if (this.closing && !this.contexts.hasRoots()) {
			closed();
		}
	}

	/** Returns whether the VM has a stream that is not ending. */
	private boolean hasOpenStream() {
		return this.contexts.streams().stream().anyMatch((stream) -> !stream.isOver());
	}

	/**
	 * Restores an isolated VM to its state before the stream, which has ended. Does
	 * nothing if the VM is shared or failed. Called inside the VM.
	 */
	public void restore(VmStream ended) {
		if (this.snapshot == null || this.failure != null) {
			return;
		}
		if (!this.closing) {
			this.touched.clear();
			this.snapshot.restore();
		}
		this.mailbox.afterRelease(new Delivery(null, ended::vmRestored));
	}

	/**
	 * Counts an admitted stream that has ended. If it was the last stream of a retired
	 * VM, the VM is closed.
	 */
	public void streamEnded() {
		if (this.streams.leave()) {
			close();
		}
	}

	/**
	 * Returns a root context, and starts it if the VM does not have it yet. Fails if the
	 * guest refuses to start it. Called inside the VM.
	 */
	public RootScope root(RootSpec rootSpec) throws VmStartException {
		return root(rootSpec, null);
	}

	/**
	 * Returns a root context for a stream, like {@link #root(RootSpec)}. The stream is
	 * informed if the VM is lost while the root context starts.
	 */
	public RootScope root(RootSpec rootSpec, @Nullable VmStream stream) throws VmStartException {
		RootContext root = this.contexts.root(rootSpec);
		if (root == null) {
			root = new RootContext(this, rootSpec);
			this.contexts.add(root);
			this.starting = stream;
			root.start();
			this.starting = null;
			if (this.snapshot != null) {
				this.snapshot.capture(root);
			}
		}
		VmFailure refused = root.startFailure();
		if (refused != null) {
			throw new VmStartException(refused.message(), "Check the configuration.", null);
		}
		return root;
	}

	/**
	 * Records that the guest made a request for a stream by a host call. The request is
	 * carried out when the callback has returned. Called inside the VM.
	 */
	public void touch(VmStream stream) {
		this.touched.add(stream);
	}

	/**
	 * Carries out the requests that the guest made by host calls. Called inside the VM
	 * after callbacks.
	 */
	public void settle() {
		this.touched.settle();
	}

	@Override
	public void guarded(Runnable work) {
		if (this.failure != null) {
			return;
		}
		try {
			work.run();
			this.touched.settle();
		}
		catch (Throwable ex) {
			caught(ex);
		}
	}

	/**
	 * Ends the VM because the guest or the host threw an exception, unless the VM has
	 * already failed. A {@link VmTakenException} is thrown again, because this thread is
	 * not inside the VM any more. Called inside the VM.
	 */
	public void caught(Throwable thrown) {
		if (thrown instanceof VmTakenException taken) {
			throw taken;
		}
		if (thrown instanceof VmFailedException) {
			// The failure was logged and reported where it happened
			this.touched.clear();
		}
		else {
			fail(VmFailure.of(FailureReason.INTERNAL, "The host failed: " + thrown), thrown);
		}
	}

	/**
	 * Ends the VM because of a failure in the guest, and returns the exception that
	 * unwinds to the code that entered the VM.
	 */
	private VmFailedException fail(VmFailure what, Throwable cause) {
		VmFailure why = what.quoting(this.host.lastLines());
		VmFailedException unwind = new VmFailedException(why);
		if (this.failure != null) {
			return unwind;
		}
		this.failure = why;
		if (this.closing) {
			// Some SDKs abort when a root context is done, which no longer matters
			logger.debug("Plugin '{}', closing a VM: {}", this.spec.plugin(), why.message());
			tellStreams(why);
			this.listener.vmClosed(this);
			return unwind;
		}
		if (this.rehearsing) {
			logger.warn("Plugin '{}' failed on a made-up request of its warm-up, and may fail on a real one: {}",
					this.spec.plugin(), why.report());
			tellStreams(why);
			return unwind;
		}
		this.observer.failed(why.reason());
		if (logger.isErrorEnabled()) {
			this.host.inLogContext(() -> logger.error("Plugin '{}': {}", this.spec.plugin(), why.report(),
					(cause instanceof GuestTrapException || cause instanceof VmTakenException) ? null : cause));
		}
		tellStreams(why);
		this.mailbox.afterRelease(
				new Delivery(this.services.scheduler().background(), () -> this.listener.vmFailed(this, why)));
		return unwind;
	}

	private void tellStreams(VmFailure why) {
		List<VmStream> lost = this.contexts.streams();
		try {
			abandon();
		}
		finally {
			lost.forEach((stream) -> stream.vmLost(why));
		}
	}

	/** Called by the watchdog, which must not be delayed, because it checks all VMs. */
	private void takeInBackground() {
		Delivery.execute(this.services.scheduler().background(), () -> this.mailbox.take(this::take));
	}

	/**
	 * Ends the VM, because the thread that was inside does not return from a host
	 * function.
	 */
	private void take() {
		VmStream first = this.starting;
		this.contexts.streams().forEach(VmStream::holderLost);
		VmFailure why = VmFailure.of(FailureReason.STUCK,
				"A host function that the filter called has not returned for " + this.watchdog.stuckAfter()
						+ "; it is at " + this.guard.where() + ". Look for a function of the application that blocks.");
		fail(why, VmTakenException.INSTANCE);
		if (first != null) {
			first.holderLost();
			first.vmLost(why);
		}
	}

	/** Gives up everything that could enter the guest again. */
	private void abandon() {
		List<RootContext> roots = this.contexts.roots();
		this.contexts.clear();
		roots.forEach(RootContext::abandon);
		this.host.close();
		this.watchdog.forget(this.guard);
		this.instance.close();
	}

}
