package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.spi.Decision;
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
 * <h2>Isolation</h2> An isolated VM is given one stream at a time by its owner, and
 * returns after each to its {@link VmSnapshot}.
 *
 * <h2>Threads</h2> Everything that enters the guest goes through the {@link Mailbox}: one
 * thread at a time, nobody waits. Public methods may be called by any thread; what is not
 * public runs inside the VM. Anything thrown by a guest call is caught at this border,
 * logged here once, and ends the VM: a guest that trapped has broken invariants.
 */
public final class Vm {

	private static final Logger logger = LoggerFactory.getLogger(Vm.class);

	private static final VmFailure CLOSED = VmFailure.of("closed", "The plugin was closed.");

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

	private final VmContexts contexts = new VmContexts();

	private final TouchedStreams touched = new TouchedStreams();

	private final StreamCount streams = new StreamCount();

	/** Written inside the VM only; others may see an older number. */
	private long served;

	private final Visit visit = new Visit();

	private final BackgroundWork background = new BackgroundWork(this);

	private final @Nullable VmSnapshot snapshot;

	private volatile @Nullable VmFailure failure;

	private volatile boolean closing;

	private volatile boolean rehearsing;

	private Vm(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog, VmListener listener)
			throws VmStartException {
		this.module = module;
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
			this.instance = VmStarter.instantiate(this, imports);
			this.guest = new GuestBorder(this, this.guard, imports, this.instance);
			this.snapshot = spec.isolated() ? new VmSnapshot(this, this.instance) : null;
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
		VmStarter.start(vm, vm.instance, root);
		return vm;
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
	 * Report a slow callback.
	 * @param call the callback and its CPU time
	 */
	void slow(SlowCall call) {
		if (!this.rehearsing) {
			this.mailbox.afterRelease(
					new Effect(this.services.scheduler().background(), () -> this.listener.vmSlow(this, call)));
		}
	}

	boolean isRehearsing() {
		return this.rehearsing;
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
	 * Return a new stream of this VM. The guest learns of it with its first phase.
	 * @param root the root context it belongs to
	 * @param owner receives its decisions
	 * @return the stream, or {@code null} if the VM has just been retired
	 */
	public @Nullable StreamContext stream(RootSpec root, StreamOwner owner) {
		return this.streams.enter() ? new StreamContext(this, root, owner) : null;
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
		submit(new ControlTask(this, () -> {
			guarded(() -> {
				this.contexts.streams().forEach((stream) -> stream.giveUp(CLOSED));
				this.contexts.roots().forEach(RootContext::end);
			});
			if (!this.contexts.hasRoots()) {
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
			this.failure = CLOSED;
			tellStreams(CLOSED);
			this.listener.vmClosed(this);
		}
	}

	void submit(VmTask task) {
		this.mailbox.submit(task);
	}

	/**
	 * Do a stream's work now, if the VM is idle, or have it done.
	 * @param direction the direction that it is about
	 * @param work what to do
	 * @param chunk the part of the body, if it is about one
	 * @param endOfStream whether nothing follows
	 */
	void submit(Direction direction, StreamWork work, byte[] chunk, boolean endOfStream) {
		if (!this.mailbox.enter()) {
			this.mailbox.queue(new StreamTask(direction, work, chunk, endOfStream));
			return;
		}
		StreamContext stream = direction.stream();
		if (work == StreamWork.HEADERS && stream.startsRoot() && this.mailbox.isOnEventLoop()) {
			// Configuring takes up to seconds: worker threads do that.
			this.mailbox.leaveLater(new StreamTask(direction, work, chunk, endOfStream));
			return;
		}
		this.visit.begin(stream);
		try {
			stream.run(direction, work, chunk, endOfStream);
		}
		catch (Throwable ex) {
			logger.error("Work on a VM failed outside of its guest", ex);
		}
		Direction about = this.visit.direction();
		Decision decision = this.visit.decision();
		this.visit.end();
		Effect effects = this.mailbox.leave();
		if (about != null && decision != null) {
			Effect.deliver(stream.owner(), about.type(), decision);
		}
		Effect.deliver(effects);
	}

	/**
	 * Submit work from a thread on which this guest may not run, such as that of a timer.
	 * @param task the work
	 */
	void submitInBackground(VmTask task) {
		this.background.submit(task);
	}

	/**
	 * Submit work like {@link #submitInBackground} that is dropped while much work waits.
	 * @param task the work
	 */
	void wakeInBackground(VmTask task) {
		this.background.wake(task);
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

	VmContexts contexts() {
		return this.contexts;
	}

	GuestBorder guest() {
		return this.guest;
	}

	CallGuard guard() {
		return this.guard;
	}

	/**
	 * Return the effective context.
	 * @return the context, or {@code null} outside of callbacks, of which a start section
	 * is none
	 */
	@Nullable Context effective() {
		GuestBorder border = this.guest;
		return (border != null) ? border.effective() : null;
	}

	/**
	 * Allocate memory in the guest.
	 * @param size the number of bytes
	 * @return the pointer, 0 if the guest has no memory left or has not been started
	 */
	int allocate(int size) {
		GuestBorder border = this.guest;
		return (border != null) ? border.allocate(size) : 0;
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

	Visit visit() {
		return this.visit;
	}

	void register(StreamContext stream) {
		this.contexts.add(stream);
		this.served++;
	}

	void forget(Context context) {
		this.contexts.remove(context);
		if (this.closing && context instanceof RootContext && !this.contexts.hasRoots()) {
			closed();
		}
	}

	/**
	 * Return whether a stream is in this VM that goes on.
	 * @return {@code false} if there is none, or it is ending
	 */
	boolean hasOpenStream() {
		return this.contexts.streams().stream().anyMatch((stream) -> !stream.isOver());
	}

	/**
	 * Return an isolated VM to how it was before its stream, which has ended. One that is
	 * closing has things to do in its present state.
	 * @param ended the stream
	 */
	void restore(StreamContext ended) {
		if (this.snapshot == null || this.failure != null) {
			return;
		}
		if (!this.closing) {
			this.touched.clear();
			this.snapshot.restore();
		}
		this.mailbox.afterRelease(new Effect(null, ended.owner()::vmRestored));
	}

	void streamEnded() {
		if (this.streams.leave()) {
			close();
		}
	}

	/**
	 * Return a root context, which is started if it is not there yet.
	 * @param rootSpec what it is
	 * @return the root context
	 * @throws VmStartException if the guest refuses it
	 */
	RootContext root(RootSpec rootSpec) throws VmStartException {
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
	 * Return the streams of which the guest asked something.
	 * @return those that are to be settled before the VM is left
	 */
	TouchedStreams touched() {
		return this.touched;
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
			this.touched.settle();
		}
		catch (Throwable ex) {
			caught(ex);
		}
	}

	/**
	 * End the VM because of what came out of the guest or the host, unless that was done.
	 * @param thrown what was thrown
	 */
	void caught(Throwable thrown) {
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
		this.mailbox
			.afterRelease(new Effect(this.services.scheduler().background(), () -> this.listener.vmFailed(this, why)));
		return unwind;
	}

	private void tellStreams(VmFailure why) {
		List<StreamContext> lost = this.contexts.streams();
		abandon();
		lost.forEach((stream) -> stream.fail(why));
	}

	/** Let go of everything that could enter the guest again. */
	void abandon() {
		List<RootContext> roots = this.contexts.roots();
		this.contexts.clear();
		roots.forEach(RootContext::abandon);
		this.host.close();
		this.watchdog.forget(this.guard);
		this.instance.close();
	}

}
