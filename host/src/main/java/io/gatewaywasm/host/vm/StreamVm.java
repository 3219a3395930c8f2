package io.gatewaywasm.host.vm;

import java.time.Duration;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.TimeSource;
import io.gatewaywasm.host.vm.hostcall.VmSettings;
import org.jspecify.annotations.Nullable;

/**
 * The part of a VM that its streams use. Methods may be called by any thread unless they
 * say otherwise.
 */
public final class StreamVm {

	private final VmSpec spec;

	private final HostServices services;

	private final PluginObserver observer;

	private final Mailbox mailbox;

	private final BackgroundWork background;

	private final GuestCallbacks guest;

	private final StreamRegistry contexts;

	private final VmLife life;

	private final VmFailures failures;

	private final VmClosing closing;

	StreamVm(VmSpec spec, HostServices services, PluginObserver observer, Mailbox mailbox, BackgroundWork background,
			GuestCallbacks guest, StreamRegistry contexts, VmLife life, VmFailures failures, VmClosing closing) {
		this.spec = spec;
		this.services = services;
		this.observer = observer;
		this.mailbox = mailbox;
		this.background = background;
		this.guest = guest;
		this.contexts = contexts;
		this.life = life;
		this.failures = failures;
		this.closing = closing;
	}

	/**
	 * Admits a stream, for which {@link #ended} must be called later. Returns
	 * {@code false} if the VM has just been retired.
	 */
	public boolean admit() {
		return this.closing.admitStream();
	}

	/**
	 * Counts an admitted stream that has ended. If it was the last stream of a retired
	 * VM, the VM is closed.
	 */
	public void ended() {
		this.closing.streamEnded();
	}

	/** Returns the mailbox, through which all work enters the VM. */
	public Mailbox mailbox() {
		return this.mailbox;
	}

	/**
	 * Schedules a timeout of a stream. It runs on a worker thread of the plugin or, if no
	 * worker thread has taken it in time, on a thread that starts VMs.
	 */
	public Cancellable scheduleTimeout(VmTask task, Duration delay) {
		return this.services.scheduler().schedule(() -> this.background.submitEnd(task), delay);
	}

	/** Returns the clock of the host. */
	public TimeSource time() {
		return this.services.time();
	}

	/** Returns the settings that host calls depend on. */
	public VmSettings settings() {
		return this.spec;
	}

	/** Returns the observer that receives the plugin's events. */
	public PluginObserver observer() {
		return this.observer;
	}

	/** Returns the calls of the guest. Used only inside the VM. */
	public GuestCallbacks guest() {
		return this.guest;
	}

	/** Returns the contexts of the VM. Used only inside the VM. */
	public StreamRegistry contexts() {
		return this.contexts;
	}

	/** Returns the reason why the VM is not usable, or {@code null}. */
	public @Nullable VmFailure failure() {
		return this.life.failure();
	}

	/** Returns the failure of a stream, extended by the guest's last log lines. */
	public VmFailure withLastLines(VmFailure why) {
		return this.failures.withLastLines(why);
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

}
