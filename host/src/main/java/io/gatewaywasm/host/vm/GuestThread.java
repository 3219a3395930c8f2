package io.gatewaywasm.host.vm;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The thread that entered the guest of one VM last. An interrupt that was pending before
 * a call is kept from the guest, and restored after it.
 */
final class GuestThread {

	private static final int FRAMES = 4;

	/** Written before the state of the call, read after it. */
	private @Nullable Thread thread;

	/** Used only by that thread. */
	private boolean interruptPending;

	void enter() {
		this.interruptPending = Thread.interrupted();
		// With G1, each store of a reference is followed by a memory fence
		Thread holder = Thread.currentThread();
		if (this.thread != holder) {
			this.thread = holder;
		}
	}

	/** Restores an interrupt that was pending before the call. */
	void leave() {
		if (this.interruptPending) {
			Thread.currentThread().interrupt();
		}
	}

	@Nullable Thread get() {
		return this.thread;
	}

	/** Returns the top stack frames of the thread, without frames of the JDK. */
	String where() {
		Thread holder = this.thread;
		return (holder == null) ? ""
				: Arrays.stream(holder.getStackTrace())
					.filter((frame) -> frame.getModuleName() == null || !frame.getModuleName().startsWith("java."))
					.limit(FRAMES)
					.map((frame) -> frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
							+ frame.getLineNumber() + ")")
					.collect(Collectors.joining(" < "));
	}

}
