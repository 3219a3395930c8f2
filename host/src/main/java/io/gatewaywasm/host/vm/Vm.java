package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
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
 * <h2>Threads</h2> Everything that enters the guest goes through the {@link Mailbox}: one
 * thread at a time, nobody waits. Public methods may be called by any thread; what is not
 * public runs inside the VM. Anything thrown by a guest call is caught at this border,
 * logged here once, and ends the VM: a guest that trapped has broken invariants.
 */
public final class Vm {

	private static final Logger logger = LoggerFactory.getLogger(Vm.class);

	private static final int RETIRED = Integer.MIN_VALUE;

	private static final Duration DONE_GRACE = Duration.ofSeconds(5);

	private final GuestModule module;

	private final VmSpec spec;

	private final HostServices services;

	private final VmListener listener;

	private final PluginObserver observer;

	private final Mailbox mailbox;

	private final VmHost host;

	private final ModuleInstance instance;

	private final GuestBorder guest;

	private final CallGuard guard = new CallGuard();

	private final Watchdog watchdog;

	private final Map<Integer, Context> contexts = new HashMap<>();

	private final Map<RootSpec, RootContext> roots = new LinkedHashMap<>();

	private final List<StreamContext> touched = new ArrayList<>();

	/** The number of streams, or {@link #RETIRED}. */
	private final AtomicInteger streams = new AtomicInteger();

	private final LongAdder served = new LongAdder();

	private int lastContextId;

	private @Nullable VmTask task;

	private volatile @Nullable VmFailure failure;

	private volatile boolean retiring;

	private volatile boolean closing;

	private Vm(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, VmListener listener)
			throws VmStartException {
		this.module = module;
		this.spec = spec;
		this.services = services;
		this.listener = listener;
		this.observer = services.observer(spec.plugin());
		this.mailbox = new Mailbox(spec.mailbox());
		this.watchdog = watchdog;
		this.host = new VmHost(this);
		ImportTable imports = new ImportTable(this.host);
		watchdog.watch(this.guard);
		boolean ok = false;
		try {
			this.instance = VmStarter.instantiate(this, imports);
			this.guest = new GuestBorder(this, this.guard, imports, this.instance);
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
		try {
			VmStarter.runStartFunctions(vm, vm.instance);
			vm.root(root);
			return vm;
		}
		catch (VmStartException ex) {
			vm.abandon();
			throw ex;
		}
		catch (VmFailedException ex) {
			vm.abandon();
			throw new VmStartException(ex.failure().message(),
					"See the filter's log lines above; the filter trapped" + " while it was started.", ex);
		}
	}

	/**
	 * Return whether streams can still be given to this VM.
	 * @return {@code false} once it failed or was closed
	 */
	public boolean isUsable() {
		return this.failure == null && !this.closing && !this.retiring;
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
		this.mailbox.workers(this.services.scheduler().workers());
	}

	/**
	 * Return how many streams have a context in this VM.
	 * @return the number of streams
	 */
	public int streams() {
		return Math.max(0, this.streams.get());
	}

	/**
	 * Return how many streams this VM ever had.
	 * @return the number of streams
	 */
	public long served() {
		return this.served.sum();
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
	 * Return a new stream of this VM. The guest learns of it with its first phase.
	 * @param root the root context it belongs to
	 * @param owner receives its decisions
	 * @return the stream, or {@code null} if the VM has just been retired
	 */
	public @Nullable StreamContext stream(RootSpec root, StreamOwner owner) {
		int count;
		do {
			count = this.streams.get();
			if (count == RETIRED) {
				return null;
			}
		}
		while (!this.streams.compareAndSet(count, count + 1));
		this.served.increment();
		return new StreamContext(this, root, owner);
	}

	/**
	 * Take no more streams and close when the last one has ended.
	 */
	public void retire() {
		this.retiring = true;
		closeIfUnused();
	}

	private void closeIfUnused() {
		if (this.retiring && this.streams.compareAndSet(0, RETIRED)) {
			close();
		}
	}

	/**
	 * End all contexts and give up the instance. Streams that are still there get no
	 * further callbacks. A root context that is not done yet gets a few seconds.
	 */
	public void close() {
		this.closing = true;
		submit(new ControlTask(this, () -> {
			guarded(() -> List.copyOf(this.roots.values()).forEach(RootContext::end));
			if (this.roots.isEmpty()) {
				closed();
			}
			else {
				this.services.scheduler()
					.schedule(() -> submitInBackground(new ControlTask(this, this::closed)), DONE_GRACE);
			}
		}));
	}

	private void closed() {
		if (this.failure == null) {
			VmFailure why = VmFailure.of("closed", "The plugin was closed.");
			this.failure = why;
			tellStreams(why);
		}
	}

	void submit(VmTask task) {
		this.mailbox.submit(task);
	}

	/**
	 * Submit work from a timer, on whose thread no guest may run.
	 * @param task the work
	 */
	void submitInBackground(VmTask task) {
		this.services.scheduler().workers().execute(() -> submit(task));
	}

	GuestModule module() {
		return this.module;
	}

	VmSpec spec() {
		return this.spec;
	}

	HostServices services() {
		return this.services;
	}

	PluginObserver observer() {
		return this.observer;
	}

	Mailbox mailbox() {
		return this.mailbox;
	}

	VmHost host() {
		return this.host;
	}

	GuestBorder guest() {
		return this.guest;
	}

	CallGuard guard() {
		return this.guard;
	}

	/**
	 * Make a context the effective one.
	 * @param contextId its id
	 * @return {@code false} if there is none of that id
	 */
	boolean effective(int contextId) {
		Context context = this.contexts.get(contextId);
		if (context == null) {
			return false;
		}
		this.guest.effective(context);
		return true;
	}

	/**
	 * Return the task that is running, if any.
	 * @return the task
	 */
	@Nullable VmTask task() {
		return this.task;
	}

	int register(Context context) {
		do {
			this.lastContextId++;
		}
		while (this.lastContextId <= 0 || this.contexts.containsKey(this.lastContextId));
		context.id(this.lastContextId);
		this.contexts.put(this.lastContextId, context);
		return this.lastContextId;
	}

	void forget(Context context) {
		this.contexts.remove(context.id());
		if (context instanceof RootContext root) {
			this.roots.remove(root.spec());
			if (this.closing && this.roots.isEmpty()) {
				closed();
			}
		}
	}

	void streamEnded() {
		this.streams.decrementAndGet();
		closeIfUnused();
	}

	/**
	 * Return a root context, which is started if it is not there yet.
	 * @param rootSpec what it is
	 * @return the root context
	 * @throws VmStartException if the guest refuses it
	 */
	RootContext root(RootSpec rootSpec) throws VmStartException {
		RootContext root = this.roots.get(rootSpec);
		if (root == null) {
			root = new RootContext(this, rootSpec);
			this.roots.put(rootSpec, root);
			register(root);
			root.start();
		}
		VmFailure refused = root.startFailure();
		if (refused != null) {
			throw new VmStartException(refused.message(), "Check the configuration.", null);
		}
		return root;
	}

	/** Note that a guest asked something of a stream other than by its own callback. */
	void touch(StreamContext stream) {
		if (!this.touched.contains(stream)) {
			this.touched.add(stream);
		}
	}

	/**
	 * Run work that enters the guest; whatever it throws ends the VM, not the caller.
	 * @param work the work
	 */
	void guarded(Runnable work) {
		if (this.failure != null) {
			return;
		}
		try {
			work.run();
			while (!this.touched.isEmpty()) {
				this.touched.remove(this.touched.size() - 1).settleRequests();
			}
		}
		catch (VmFailedException ex) {
			// Logged and told to everybody where it happened.
			this.touched.clear();
		}
		catch (Throwable ex) {
			fail(new VmFailure("internal", "The host failed: " + ex, List.of()), ex);
		}
	}

	void guarded(VmTask current, Runnable work) {
		this.task = current;
		try {
			guarded(work);
		}
		finally {
			this.task = null;
		}
	}

	/**
	 * End the VM because of what came out of the guest.
	 * @param why what happened
	 * @param cause what was thrown
	 * @return the exception that unwinds to the one who entered
	 */
	VmFailedException fail(VmFailure why, Throwable cause) {
		VmFailedException unwind = new VmFailedException(why);
		if (this.failure != null) {
			return unwind;
		}
		this.failure = why;
		if (this.closing) {
			// Some SDKs abort when a root context is done. Nobody needs the VM any more.
			logger.debug("Plugin '{}', closing a VM: {}", this.spec.plugin(), why.message());
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
		this.mailbox.afterRelease(new Mailbox.Effect(this.services.scheduler().background(), null,
				() -> this.listener.vmFailed(this, why)));
		return unwind;
	}

	private void tellStreams(VmFailure why) {
		List<Context> lost = List.copyOf(this.contexts.values());
		abandon();
		for (Context context : lost) {
			if (context instanceof StreamContext stream) {
				stream.fail(why);
			}
		}
	}

	/** Let go of everything that could enter the guest again. */
	private void abandon() {
		this.contexts.clear();
		this.roots.values().forEach(RootContext::abandon);
		this.roots.clear();
		this.host.close();
		this.watchdog.forget(this.guard);
		this.instance.close();
	}

}
