package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.HostScheduler;

/**
 * Closes a VM on request: immediately, or, if the VM is retired, after its last stream.
 * Called by any thread, unless a method says otherwise.
 */
final class VmClosing {

	private static final VmFailure CLOSED = VmFailure.of(FailureReason.CLOSED, "The plugin was closed.");

	/** The time in which a root context that delays its end must have ended. */
	static final Duration DONE_GRACE = Duration.ofSeconds(5);

	private final String plugin;

	private final VmLife life;

	private final VmContexts contexts;

	private final Mailbox mailbox;

	private final BackgroundWork background;

	private final HostScheduler scheduler;

	private final VmFailures failures;

	private final StreamCount streams = new StreamCount();

	VmClosing(String plugin, VmLife life, VmContexts contexts, Mailbox mailbox, BackgroundWork background,
			HostScheduler scheduler, VmFailures failures) {
		this.plugin = plugin;
		this.life = life;
		this.contexts = contexts;
		this.mailbox = mailbox;
		this.background = background;
		this.scheduler = scheduler;
		this.failures = failures;
	}

	boolean isRetiring() {
		return this.streams.isRetiring();
	}

	/**
	 * Admits a stream, for which {@link #streamEnded} must be called later. Returns
	 * {@code false} if the VM has just been retired.
	 */
	boolean admitStream() {
		return this.streams.enter();
	}

	/**
	 * Counts an admitted stream that has ended. If it was the last stream of a retired
	 * VM, the VM is closed.
	 */
	void streamEnded() {
		if (this.streams.leave()) {
			close();
		}
	}

	/** Closes the VM when the last stream has ended, and admits no new ones. */
	void retire() {
		if (this.streams.retire()) {
			close();
		}
	}

	/** Ends all contexts. A root context that delays its end gets a few seconds. */
	void close() {
		this.life.close();
		this.mailbox.submit(task(this::endContexts));
	}

	private void endContexts() {
		this.failures.guarded(() -> {
			this.contexts.streams().forEach((stream) -> stream.endForClose(CLOSED));
			this.contexts.roots().forEach(RootContext::end);
		});
		if (!this.contexts.hasRoots()) {
			closed();
		}
		else {
			this.scheduler.schedule(() -> this.background.submit(task(this::closed)), DONE_GRACE);
		}
	}

	/** Called inside the VM when a root context has ended. */
	void rootEnded() {
		if (this.life.isClosing() && !this.contexts.hasRoots()) {
			closed();
		}
	}

	private void closed() {
		this.failures.closed(CLOSED);
	}

	private VmTask task(Runnable work) {
		Executor controlThreads = this.scheduler.starts(this.plugin);
		return new ControlTask(controlThreads, work);
	}

}
