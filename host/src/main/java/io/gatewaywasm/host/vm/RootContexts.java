package io.gatewaywasm.host.vm;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import org.jspecify.annotations.Nullable;

/**
 * Starts the root contexts of one VM, and connects them with it. Used only inside the VM,
 * except to submit work.
 */
final class RootContexts implements RootVm {

	/** A VM with so many root contexts is replaced, because few may still be in use. */
	private static final int MANY = 1000;

	private static final int MAX_ROOTS = 2000;

	private final VmSpec spec;

	private final VmContexts contexts;

	private final GuestCallbacks guest;

	private final HostScheduler scheduler;

	private final Mailbox mailbox;

	private final BackgroundWork background;

	private final Consumer<Runnable> guarded;

	private final Consumer<RootContext> ended;

	private final @Nullable VmSnapshot snapshot;

	/** The start of a root context for a stream that is in progress. */
	private @Nullable RootStart starting;

	/** Written only inside the VM; other threads may see an older number. */
	private int started;

	/**
	 * Creates the root contexts of a VM. {@code guarded} runs work that enters the guest,
	 * {@code ended} is called when a root context has ended, and {@code snapshot} is
	 * captured after each start.
	 */
	RootContexts(VmSpec spec, VmContexts contexts, GuestCallbacks guest, HostScheduler scheduler, Mailbox mailbox,
			BackgroundWork background, Consumer<Runnable> guarded, Consumer<RootContext> ended,
			@Nullable VmSnapshot snapshot) {
		this.spec = spec;
		this.contexts = contexts;
		this.guest = guest;
		this.scheduler = scheduler;
		this.mailbox = mailbox;
		this.background = background;
		this.guarded = guarded;
		this.ended = ended;
		this.snapshot = snapshot;
	}

	/**
	 * Returns whether the VM has so many root contexts that it should be replaced. Called
	 * by any thread.
	 */
	boolean areMany() {
		return this.started >= MANY;
	}

	/** Returns whether a root context does not exist yet and may be started now. */
	boolean mayStart(RootSpec rootSpec) {
		return this.contexts.root(rootSpec) == null && !failedRootStarts().isBlocked(rootSpec);
	}

	/**
	 * Returns a root context, and starts it if the VM does not have it yet. Fails if the
	 * guest refuses to start it, or if a VM was recently lost when it started. {@code
	 * stream} is the stream that needs it, or {@code null} if the VM starts with it.
	 */
	RootScope get(RootSpec rootSpec, @Nullable VmStream stream) throws VmStartException {
		RootContext root = this.contexts.root(rootSpec);
		if (root == null) {
			root = start(rootSpec, stream);
		}
		VmStartException refusal = root.refusal();
		if (refusal != null) {
			throw new VmStartException(refusal.problem(), refusal.remedy(), null);
		}
		return root;
	}

	private RootContext start(RootSpec rootSpec, @Nullable VmStream stream) throws VmStartException {
		if (stream != null) {
			VmFailure lost = failedRootStarts().tryStart(rootSpec, this.mailbox.isOnEventLoop());
			if (lost != null) {
				throw new VmStartException(lost.message(), RootContext.CHECK_CONFIGURATION, lost.guest(), null);
			}
			if (this.started >= MAX_ROOTS) {
				throw new VmStartException("The VM has " + MAX_ROOTS + " root contexts, the most that it can have.",
						"Each configuration of a route needs one. Use fewer configurations, or end long streams, so that"
								+ " the VM is replaced.",
						null);
			}
			this.starting = new RootStart(rootSpec, stream, failedRootStarts());
		}
		RootContext root = new RootContext(this, rootSpec);
		this.contexts.add(root);
		this.started++;
		try {
			root.start();
		}
		catch (VmStartException ex) {
			this.starting = null;
			throw ex;
		}
		// Still set if the VM was lost, because another thread may read it then
		this.starting = null;
		failedRootStarts().started(rootSpec);
		if (this.snapshot != null) {
			this.snapshot.capture(root);
		}
		return root;
	}

	/**
	 * Ends root contexts when no stream has them any more. Called by any thread. An
	 * isolated VM keeps them, because it returns to a state in which the guest knows
	 * them.
	 */
	void end(Collection<RootSpec> unused) {
		if (this.snapshot == null) {
			endInBackground(new ArrayDeque<>(unused));
		}
	}

	/** Ends each root context in a task of its own, so that streams do not wait long. */
	private void endInBackground(Queue<RootSpec> unused) {
		submitInBackground(new ControlTask(controlThreads(), () -> this.guarded.accept(() -> {
			RootContext root = null;
			while (root == null && !unused.isEmpty()) {
				root = this.contexts.root(unused.remove());
			}
			if (root != null) {
				this.contexts.ending(root);
				endIfUnused(root);
			}
			if (!unused.isEmpty()) {
				endInBackground(unused);
			}
		})));
	}

	/** Called inside the VM when a stream begins to use the root context. */
	void streamAdded(RootScope rootScope) {
		if (rootScope instanceof RootContext root) {
			root.streamAdded();
		}
	}

	/** Called inside the VM when a stream no longer uses the root context. */
	void streamRemoved(RootScope rootScope) {
		if (rootScope instanceof RootContext root) {
			root.streamRemoved();
			endIfUnused(root);
		}
	}

	private void endIfUnused(RootContext root) {
		if (this.contexts.mayEnd(root)) {
			root.end();
			if (!root.isDeleted()) {
				this.scheduler.schedule(() -> submitInBackground(root.task(root::delete)), VmClosing.DONE_GRACE);
			}
		}
	}

	private FailedRootStarts failedRootStarts() {
		return this.spec.shared().failedRootStarts();
	}

	/**
	 * Returns whether the refusal to start a root context must be logged. That is the
	 * case once for all VMs, until one of them starts it.
	 */
	boolean isFirstRefusal(RootSpec rootSpec) {
		return failedRootStarts().isFirst(rootSpec);
	}

	/**
	 * Returns the start of a root context for a stream that is in progress or has lost
	 * the VM, or {@code null}.
	 */
	@Nullable RootStart starting() {
		return this.starting;
	}

	@Override
	public GuestCallbacks guest() {
		return this.guest;
	}

	@Override
	public VmSpec spec() {
		return this.spec;
	}

	@Override
	public HostScheduler scheduler() {
		return this.scheduler;
	}

	@Override
	public Executor controlThreads() {
		return this.scheduler.starts(this.spec.plugin());
	}

	@Override
	public void guarded(Runnable work) {
		this.guarded.accept(work);
	}

	@Override
	public void submit(VmTask task) {
		this.mailbox.submit(task);
	}

	@Override
	public void submitInBackground(VmTask task) {
		this.background.submit(task);
	}

	@Override
	public void wakeInBackground(VmTask task) {
		this.background.wake(task);
	}

	@Override
	public void forget(RootContext root) {
		this.contexts.remove(root);
		this.started--;
		this.ended.accept(root);
	}

}
