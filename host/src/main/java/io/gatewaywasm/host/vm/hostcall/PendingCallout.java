package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.spi.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP or Redis callout that a guest waits for. Used only inside the VM.
 */
final class PendingCallout {

	private final ContextScope context;

	private final String upstream;

	private final long start;

	private @Nullable Cancellable handle;

	PendingCallout(ContextScope context, String upstream) {
		this.context = context;
		this.upstream = upstream;
		this.start = System.nanoTime();
	}

	RootScope root() {
		return this.context.root();
	}

	String upstream() {
		return this.upstream;
	}

	long nanos() {
		return System.nanoTime() - this.start;
	}

	void handle(@Nullable Cancellable cancellable) {
		this.handle = cancellable;
	}

	/**
	 * Delivers a result. If the stream of the callout was answered, the result waits
	 * until the stream has ended.
	 */
	void deliver(Runnable delivery) {
		StreamScope stream = this.context.stream();
		if (stream != null) {
			stream.deliver(delivery);
		}
		else {
			delivery.run();
		}
	}

	/**
	 * Cancels a callout of the root context or its streams, and returns whether it is
	 * one.
	 */
	boolean cancelIfOf(RootScope root) {
		boolean own = root() == root;
		if (own) {
			cancel();
		}
		return own;
	}

	void cancel() {
		if (this.handle != null) {
			this.handle.cancel();
		}
	}

}
