package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.function.Supplier;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.hostcall.HostCalls;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a VM: because the guest or the host failed, because a host function does not
 * return, or because it was closed. Informs its streams and its owner, and gives up the
 * instance. Used only inside the VM, unless a method says otherwise.
 */
final class VmFailures {

	/** Logs as {@code Vm}, the logger that operators configure. */
	private static final Logger logger = LoggerFactory.getLogger(VmFailures.class.getPackageName() + ".Vm");

	private final String plugin;

	private final VmLife life;

	private final VmContexts contexts;

	private final StreamsWithActions deferred;

	private final HostCalls host;

	private final ModuleInstance instance;

	private final CallGuard guard;

	private final Watchdog watchdog;

	private final Mailbox mailbox;

	private final HostScheduler scheduler;

	private final PluginObserver observer;

	private final Events events;

	private volatile boolean warmUp;

	private volatile Supplier<@Nullable RootStart> starting = () -> null;

	VmFailures(String plugin, VmLife life, VmContexts contexts, StreamsWithActions deferred, HostCalls host,
			ModuleInstance instance, CallGuard guard, Watchdog watchdog, Mailbox mailbox, HostScheduler scheduler,
			PluginObserver observer, Events events) {
		this.plugin = plugin;
		this.life = life;
		this.contexts = contexts;
		this.deferred = deferred;
		this.host = host;
		this.instance = instance;
		this.guard = guard;
		this.watchdog = watchdog;
		this.mailbox = mailbox;
		this.scheduler = scheduler;
		this.observer = observer;
		this.events = events;
	}

	/** From now on, failures and slow callbacks are not reported to the owner. */
	void markAsWarmUp() {
		this.warmUp = true;
	}

	/**
	 * Runs work that enters the guest, and then the actions that host calls have
	 * deferred. Anything that is thrown ends the VM and is not thrown to the caller.
	 */
	void guarded(Runnable work) {
		if (this.life.isOver()) {
			return;
		}
		try {
			work.run();
			this.deferred.run();
		}
		catch (Throwable ex) {
			caught(ex);
		}
	}

	/**
	 * Ends the VM because the guest or the host threw an exception, unless the VM has
	 * already failed. A {@link VmTakenException} is thrown again, because this thread is
	 * not inside the VM any more.
	 */
	void caught(Throwable thrown) {
		if (thrown instanceof VmTakenException taken) {
			throw taken;
		}
		if (thrown instanceof VmFailedException) {
			// The failure was logged and reported where it happened
			this.deferred.clear();
		}
		else {
			fail(VmFailure.of(FailureReason.INTERNAL, "The host failed: " + thrown), thrown);
		}
	}

	/**
	 * Returns the failure of a stream with the guest's last lines. Called by any thread.
	 */
	VmFailure withLastLines(VmFailure why) {
		return why.quoting(this.host.lastLines());
	}

	/**
	 * Ends the VM because of a failure in the guest, and returns the exception that
	 * unwinds to the code that entered the VM.
	 */
	VmFailedException fail(VmFailure what, Throwable cause) {
		VmFailure why = withLastLines(what);
		VmState before = this.life.fail(why);
		if (before == VmState.CLOSING) {
			// Some SDKs abort when a root context is done, which no longer matters here
			logger.debug("Wasm plugin '{}', closing a VM: {}", this.plugin, why.message());
			failStreams(why);
			this.events.closed();
		}
		else if (before != null && this.warmUp) {
			this.host.inLogContext(() -> logger.warn(
					"Wasm plugin '{}' failed on a synthetic request of its warm-up, and may fail on a real one: {}",
					this.plugin, why.report()));
			failStreams(why);
		}
		else if (before != null) {
			lost(why, cause);
		}
		return new VmFailedException(why);
	}

	private void lost(VmFailure why, Throwable cause) {
		this.observer.failed(why.reason());
		RootStart start = this.starting.get();
		if (start != null) {
			// Before the streams are informed, which may be retried at once
			start.lost(why);
		}
		if (logger.isErrorEnabled()) {
			this.host.inLogContext(() -> logger.error("Wasm plugin '{}': {}", this.plugin, why.report(),
					(cause instanceof GuestTrapException || cause instanceof VmTakenException) ? null : cause));
		}
		this.host.detachCallouts();
		failStreams(why);
		this.mailbox
			.afterRelease(new Delivery(this.scheduler.background(), () -> this.events.failed(why, start != null)));
	}

	/** Reports that a callback was slow. */
	void slow(SlowCall call) {
		if (!this.warmUp) {
			this.mailbox.afterRelease(new Delivery(this.scheduler.background(), () -> this.events.slow(call)));
		}
	}

	/** Ends a VM that was closed, after its last root context. */
	void closed(VmFailure why) {
		if (this.life.end(why)) {
			failStreams(why);
			this.events.closed();
		}
	}

	/**
	 * Marks the VM as started. From now on, {@code starting} returns the root context
	 * that is being started for a stream, and the watchdog may take the VM from a thread
	 * that does not return from a host function. Called by any thread.
	 */
	void started(Supplier<@Nullable RootStart> starting) {
		this.starting = starting;
		// The watchdog must not be delayed, because it checks all VMs
		this.guard.onLoss(() -> Delivery.execute(this.plugin, this.scheduler.background(),
				() -> this.mailbox.take(() -> take(starting.get()))));
	}

	private void take(@Nullable RootStart start) {
		this.contexts.streams().forEach(VmStream::holderLost);
		VmFailure why = VmFailure.of(FailureReason.STUCK,
				"A host function that the filter called has not returned for " + this.watchdog.stuckAfter()
						+ "; it is at " + this.guard.where() + ". Look for a function of the application that blocks.");
		fail(why, VmTakenException.INSTANCE);
		if (start != null) {
			start.stream().holderLost();
			start.stream().vmLost(why);
		}
	}

	private void failStreams(VmFailure why) {
		List<VmStream> lost = this.contexts.streams();
		try {
			abandon();
		}
		finally {
			lost.forEach((stream) -> stream.vmLost(why));
		}
	}

	/** Gives up everything that could enter the guest again. */
	void abandon() {
		List<RootContext> roots = this.contexts.roots();
		this.contexts.clear();
		roots.forEach(RootContext::abandon);
		this.host.close();
		this.watchdog.forget(this.guard);
		this.instance.close();
	}

	/** Receives the events for the owner of the VM. */
	interface Events {

		/**
		 * Called on a background thread, after the VM was released. {@code startingRoot}
		 * says whether a root context was being started for a stream.
		 */
		void failed(VmFailure failure, boolean startingRoot);

		/** Called on a background thread, after the VM was released. */
		void slow(SlowCall call);

		/** Called inside the VM. */
		void closed();

	}

}
