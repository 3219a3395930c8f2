package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * The root contexts that did not start when a stream needed them, over all VMs of a
 * plugin: the guest refused them, or the VM was lost. A root context whose start lost a
 * VM is not started again for one second to one minute, because each attempt may cost
 * another VM with all its streams. Remembers the 1000 root contexts that were used last.
 * Thread-safe.
 */
public final class FailedRootStarts {

	static final int MAX_ROOTS = 1000;

	private static final GrowingDelay DELAY = new GrowingDelay(Duration.ofSeconds(1), Duration.ofMinutes(1));

	private final LongSupplier nanoTime;

	private final Map<RootSpec, Failure> failed = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<RootSpec, Failure> eldest) {
			return size() > MAX_ROOTS;
		}

	};

	public FailedRootStarts() {
		this(System::nanoTime);
	}

	FailedRootStarts(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/** Records a failure, and returns whether it must be logged. */
	synchronized boolean isFirst(RootSpec root) {
		Failure failure = this.failed.computeIfAbsent(root, (key) -> new Failure());
		boolean first = !failure.logged;
		failure.logged = true;
		return first;
	}

	/** Records that the root context has started in a VM. */
	synchronized void started(RootSpec root) {
		this.failed.remove(root);
	}

	/** Records that a VM was lost while the root context started. */
	synchronized void lost(RootSpec root, VmFailure why) {
		Failure failure = this.failed.computeIfAbsent(root, (key) -> new Failure());
		failure.why = why;
		failure.losses++;
		failure.since = this.nanoTime.getAsLong();
	}

	/** Returns whether the root context must not be started at this time. */
	synchronized boolean isBlocked(RootSpec root) {
		Failure failure = this.failed.get(root);
		return failure != null && failure.isBlocked(this.nanoTime.getAsLong());
	}

	/**
	 * Returns {@code null} if the root context may be started now, otherwise the failure
	 * of the last attempt. After a failure, only one caller may start it again, until the
	 * result of that attempt is known or the delay has passed once more. On an event loop
	 * it is not started again, because it may loop.
	 */
	synchronized @Nullable VmFailure tryStart(RootSpec root, boolean onEventLoop) {
		Failure failure = this.failed.get(root);
		if (failure == null || failure.why == null) {
			return null;
		}
		long now = this.nanoTime.getAsLong();
		if (onEventLoop || failure.isBlocked(now)) {
			return failure.why;
		}
		failure.since = now;
		return null;
	}

	private static final class Failure {

		private boolean logged;

		/** Why a VM was lost, or {@code null} if none was. */
		private @Nullable VmFailure why;

		/** How many VMs were lost in a row. */
		private int losses;

		private long since;

		private boolean isBlocked(long now) {
			return this.why != null && now - this.since < DELAY.after(this.losses).toNanos();
		}

	}

}
