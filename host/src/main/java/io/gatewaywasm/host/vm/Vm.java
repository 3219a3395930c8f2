package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportTable;
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
 * One module instance with its contexts.
 *
 * <h2>Life</h2> <pre>
 *   start ──ok──&gt; usable ──trap, exit──&gt; failed   (never entered again)
 *     │             └──────close─────&gt; closed
 *     └─refused, trap──&gt; VmStartException
 * </pre>
 *
 * <h2>Isolation</h2> An isolated VM is given one stream at a time by its owner, and
 * returns after each to its {@link VmSnapshot}.
 *
 * <h2>Threads</h2> Everything that enters the guest goes through the {@link Mailbox}: one
 * thread at a time, nobody waits. Public methods may be called by any thread; what is not
 * public runs inside the VM. Anything thrown by a guest call is caught at this border,
 * logged here once, and ends the VM: a guest that trapped has broken invariants.
 */
public final class Vm implements VmScope, RootHost {

	private static final Logger logger = LoggerFactory.getLogger(Vm.class);

	private static final VmFailure CLOSED = VmFailure.of("closed", "The plugin was closed.");

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

	/** Written inside the VM only; others may see an older number. */
	private long served;

	private final @Nullable VmSnapshot snapshot;

	private volatile @Nullable VmFailure failure;

	private volatile boolean closing;

	private volatile boolean rehearsing;

	private Vm(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, VmListener listener)
			throws VmStartException {
		this.spec = spec;
		this.services = services;
		this.listener = listener;
		this.observer = services.observer(spec.plugin());
		this.mailbox = new Mailbox(new TaskQueue(spec.mailbox(), spec.vmWait(), services.scheduler()),
				services.scheduler(), services.scheduler().workers(spec.plugin()));
		this.watchdog = watchdog;
		this.host = new VmHost(this);
		ImportTable imports = new ImportTable(this.host);
		watchdog.watch(this.guard);
		boolean ok = false;
		try {
			this.instance = VmStarter.instantiate(module, spec, linker(imports), this.guard);
			this.guest = new GuestCalls(new GuestExports(module, this.instance, spec.capabilities()), spec, this.guard,
					imports, this::fail, this::slow);
			this.snapshot = spec.isolated() ? new VmSnapshot(this.contexts, this.instance, this.host.restorables())
					: null;
			ok = true;
		}
		finally {
			if (!ok) {
				watchdog.forget(this.guard);
			}
		}
	}

	/**
	 * Make an instance and start it with one root context. Takes up to seconds; not for
	 * event loops.
	 * @param module the guest
	 * @param spec what the VM needs to know
	 * @param root the first root context
	 * @param services the gateway's services
	 * @param watchdog stops the guest when it runs for too long
	 * @param listener told when the VM is lost
	 * @return a VM that can be used
	 * @throws VmStartException if the guest traps or refuses to start
	 */
	public static Vm start(GuestModule module, VmSpec spec, RootSpec root, HostServices services, Watchdog watchdog,
			VmListener listener) throws VmStartException {
		Vm vm = new Vm(module, spec, services, watchdog, listener);
		vm.start(root);
		return vm;
	}

	private Linker linker(ImportTable imports) {
		Linker allowed = new CapabilityLinker(imports, this.spec.capabilities());
		Linker linker = this.spec.isolated()
				? new IsolationLinker(allowed, this::hasOpenStream, this.spec.shared().refusals()) : allowed;
		return new ClockedFunction.Functions(linker, this.guard);
	}

	/**
	 * Starts the guest with one root context. This is work like any other: a timer or a
	 * callout that a start function asks for must not enter before all of them have
	 * returned.
	 */
	private void start(RootSpec root) throws VmStartException {
		AtomicReference<VmStartException> refused = new AtomicReference<>();
		submit(() -> {
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
			throw problem;
		}
	}

	/**
	 * Return whether streams can still be given to this VM.
	 * @return {@code false} once it failed or was closed
	 */
	public boolean isUsable() {
		return this.failure == null && !this.closing && !this.streams.isRetiring();
	}

	/**
	 * Return whether some thread is inside at this moment.
	 * @return whether the VM is held
	 */
	public boolean isBusy() {
		return this.mailbox.isBusy();
	}

	/**
	 * Run the guest on worker threads from now on, so that a slow one holds up no event
	 * loop.
	 */
	public void moveToWorkers() {
		this.mailbox.onWorkers(true);
	}

	/**
	 * Run the guest on the thread that has the work again. Work that worker threads have
	 * begun or are to begin is done there.
	 */
	public void moveToEventLoops() {
		this.mailbox.onWorkers(false);
	}

	/**
	 * From now on no real stream is shown to this VM: if it fails, nobody is told.
	 */
	public void rehearse() {
		this.rehearsing = true;
	}

	/**
	 * Reports a slow callback.
	 * @param call the callback and its CPU time
	 */
	private void slow(SlowCall call) {
		if (!this.rehearsing) {
			this.mailbox.afterRelease(
					new Delivery(this.services.scheduler().background(), () -> this.listener.vmSlow(this, call)));
		}
	}

	/**
	 * Return how many streams have a context in this VM.
	 * @return the number of streams
	 */
	public int streams() {
		return this.streams.get();
	}

	/**
	 * Return how many streams this VM ever had.
	 * @return the number of streams
	 */
	public long served() {
		return this.served;
	}

	/**
	 * Return the size of the guest's memory.
	 * @return the size in bytes
	 */
	public long memory() {
		return this.instance.memory().size();
	}

	/**
	 * Return why the VM is not usable.
	 * @return the failure or {@code null}
	 */
	public @Nullable VmFailure failure() {
		return this.failure;
	}

	/**
	 * Admits a stream, which {@link #streamEnded} counts out.
	 * @return {@code false} if the VM has just been retired
	 */
	public boolean admitStream() {
		return this.streams.enter();
	}

	/**
	 * Take no more streams and close when the last one has ended.
	 */
	public void retire() {
		if (this.streams.retire()) {
			close();
		}
	}

	/**
	 * End all contexts and give up the instance. Streams that are still there end in the
	 * guest as usual and get the failure policy. A root context that is not done yet gets
	 * a few seconds.
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
					.schedule(() -> submitInBackground(new ControlTask(scheduler(), this::closed)), DONE_GRACE);
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
		submit(new ControlTask(scheduler(), work));
	}

	@Override
	public void submit(VmTask task) {
		this.mailbox.submit(task);
	}

	/**
	 * Enters the VM if it is idle. The caller must {@link #leave} it.
	 * @return {@code false} if the work is to be {@linkplain #queue queued}
	 */
	public boolean enter() {
		return this.mailbox.enter();
	}

	/**
	 * Leaves the VM and has work done on worker threads, before all that is queued later.
	 * @param task the work
	 */
	public void leaveLater(VmTask task) {
		this.mailbox.leaveLater(task);
	}

	/**
	 * Returns whether the calling thread must not do work that may take seconds.
	 * @return whether it is an event loop
	 */
	public boolean isOnEventLoop() {
		return this.mailbox.isOnEventLoop();
	}

	/**
	 * Returns whether a root context has to be started first. Called inside the VM.
	 * @param rootSpec the identity of the root context
	 * @return whether it has
	 */
	public boolean startsRoot(RootSpec rootSpec) {
		return this.failure == null && this.contexts.root(rootSpec) == null;
	}

	/**
	 * Leaves the VM after some of the work that was queued meanwhile.
	 * @return the deliveries that leave now
	 */
	public @Nullable Delivery leave() {
		return this.mailbox.leave();
	}

	/**
	 * Queues work because the VM was busy.
	 * @param task the work
	 */
	public void queue(VmTask task) {
		this.mailbox.queue(task);
	}

	/**
	 * Adds a delivery to those that leave when the VM is released. Called inside the VM.
	 * @param delivery the delivery
	 */
	public void afterRelease(Delivery delivery) {
		this.mailbox.afterRelease(delivery);
	}

	/**
	 * Returns whether a delivery is to leave already. Called inside the VM.
	 * @return whether there is one
	 */
	public boolean hasDeliveries() {
		return this.mailbox.hasDeliveries();
	}

	@Override
	public void submitInBackground(VmTask task) {
		try {
			this.mailbox.workers().execute(() -> submit(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Plugin '{}': the gateway is shutting down, no more work is taken", this.spec.plugin());
		}
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
		// A start section calls the host before there is a way into the guest.
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
		Context context = this.contexts.get(contextId);
		if (context == null) {
			return false;
		}
		this.guest.effective(context);
		return true;
	}

	/**
	 * Gives a stream context an id by which the guest knows it from now on. Called inside
	 * the VM.
	 * @param stream the stream context
	 */
	public void register(VmStream stream) {
		this.contexts.add(stream);
		this.served++;
	}

	/**
	 * Forgets a stream context that was deleted. Called inside the VM.
	 * @param stream the stream context
	 */
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

	/**
	 * Returns whether a stream is in this VM that goes on.
	 * @return {@code false} if there is none, or it is ending
	 */
	private boolean hasOpenStream() {
		return this.contexts.streams().stream().anyMatch((stream) -> !stream.isOver());
	}

	/**
	 * Returns an isolated VM to its state before its stream, which has ended. Does
	 * nothing if the VM is shared or failed. Called inside the VM.
	 * @param ended the stream
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
	 * Counts an admitted stream out. The last stream of a retired VM closes it.
	 */
	public void streamEnded() {
		if (this.streams.leave()) {
			close();
		}
	}

	/**
	 * Returns a root context and starts it if the VM does not have it yet. Called inside
	 * the VM.
	 * @param rootSpec the identity of the root context
	 * @return the root context
	 * @throws VmStartException if the guest refuses it
	 */
	public RootScope root(RootSpec rootSpec) throws VmStartException {
		RootContext root = this.contexts.root(rootSpec);
		if (root == null) {
			root = new RootContext(this, rootSpec);
			this.contexts.add(root);
			root.start();
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
	 * Notes that the guest made a request for a stream by a host call. The stream is
	 * settled when the callback has returned. Called inside the VM.
	 * @param stream the stream
	 */
	public void touch(VmStream stream) {
		this.touched.add(stream);
	}

	/**
	 * Settles the requests that the guest made by host calls. Called inside the VM after
	 * callbacks.
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
	 * Ends the VM because of what came out of the guest or the host, unless that was
	 * done. Called inside the VM.
	 * @param thrown what was thrown
	 */
	public void caught(Throwable thrown) {
		if (thrown instanceof VmFailedException) {
			// Logged and told to everybody where it happened.
			this.touched.clear();
		}
		else {
			fail(new VmFailure("internal", "The host failed: " + thrown, List.of()), thrown);
		}
	}

	/**
	 * End the VM because of what came out of the guest.
	 * @param why what happened
	 * @param cause what was thrown
	 * @return the exception that unwinds to the one who entered
	 */
	private VmFailedException fail(VmFailure why, Throwable cause) {
		VmFailedException unwind = new VmFailedException(why);
		if (this.failure != null) {
			return unwind;
		}
		this.failure = why;
		if (this.closing) {
			// Some SDKs abort when a root context is done. Nobody needs the VM any more.
			logger.debug("Plugin '{}', closing a VM: {}", this.spec.plugin(), why.message());
			tellStreams(why);
			this.listener.vmClosed(this);
			return unwind;
		}
		if (this.rehearsing) {
			tellStreams(why);
			return unwind;
		}
		this.observer.failed(why.reason());
		if (logger.isErrorEnabled()) {
			String stack = why.guestStack().isEmpty() ? "" : "\n    at " + String.join("\n    at ", why.guestStack());
			logger.error("Plugin '{}': {}{}", this.spec.plugin(), why.message(), stack,
					(cause instanceof GuestTrapException) ? null : cause);
		}
		tellStreams(why);
		this.mailbox.afterRelease(
				new Delivery(this.services.scheduler().background(), () -> this.listener.vmFailed(this, why)));
		return unwind;
	}

	private void tellStreams(VmFailure why) {
		List<VmStream> lost = this.contexts.streams();
		abandon();
		lost.forEach((stream) -> stream.vmLost(why));
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
