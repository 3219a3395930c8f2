package io.gatewaywasm.host.vm;

import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.imports.ImportTable;
import org.jspecify.annotations.Nullable;

/**
 * The calls into a guest. Sets the effective context, bounds the time, and turns whatever
 * comes out, apart from a result, into the end of the VM. Used inside the VM only.
 */
public final class GuestCalls {

	private final BiFunction<VmFailure, Throwable, VmFailedException> failures;

	private final CallGuard guard;

	private final ImportTable imports;

	private final GuestExports exports;

	private final Consumer<SlowCall> slowCalls;

	private final CallLimit callbackLimit;

	private final CallLimit startLimit;

	private final long slow;

	/** How often each callback was called, by ordinal. */
	private final int[] calls = new int[Callback.values().length];

	private final long[][] arguments = new long[6][];

	private final long[] allocation = new long[1];

	private @Nullable Context effective;

	GuestCalls(GuestExports exports, VmSpec spec, CallGuard guard, ImportTable imports,
			BiFunction<VmFailure, Throwable, VmFailedException> failures, Consumer<SlowCall> slowCalls) {
		this.failures = failures;
		this.slowCalls = slowCalls;
		this.guard = guard;
		this.imports = imports;
		this.exports = exports;
		VmTimeouts timeouts = spec.timeouts();
		this.callbackLimit = timeouts.callbackLimit();
		this.startLimit = timeouts.startLimit();
		this.slow = timeouts.slow().toNanos();
		for (int i = 0; i < this.arguments.length; i++) {
			this.arguments[i] = new long[i];
		}
	}

	/**
	 * Returns whether the guest exports a callback that it may use.
	 * @param callback the callback
	 * @return whether it does
	 */
	public boolean has(Callback callback) {
		return this.exports.has(callback);
	}

	@Nullable Context effective() {
		return this.effective;
	}

	void effective(Context context) {
		this.effective = context;
	}

	/**
	 * Enters the guest with a context as the effective one. Does nothing and returns 1 if
	 * the guest does not export the callback.
	 * @param callback the callback
	 * @param context the context
	 * @param first the first argument
	 * @return the guest's result
	 * @throws VmFailedException if the guest trapped; the VM has been ended then
	 */
	public long call(Callback callback, Context context, int first) {
		this.arguments[1][0] = first;
		return call(callback, context, this.arguments[1]);
	}

	/**
	 * Enters the guest with a context as the effective one. Does nothing and returns 1 if
	 * the guest does not export the callback.
	 * @param callback the callback
	 * @param context the context
	 * @param first the first argument
	 * @param second the second argument
	 * @return the guest's result
	 * @throws VmFailedException if the guest trapped; the VM has been ended then
	 */
	public long call(Callback callback, Context context, int first, int second) {
		this.arguments[2][0] = first;
		this.arguments[2][1] = second;
		return call(callback, context, this.arguments[2]);
	}

	/**
	 * Enters the guest with a context as the effective one. Does nothing and returns 1 if
	 * the guest does not export the callback.
	 * @param callback the callback
	 * @param context the context
	 * @param first the first argument
	 * @param second the second argument
	 * @param third the third argument, left out if the guest exports the short form
	 * @return the guest's result
	 * @throws VmFailedException if the guest trapped; the VM has been ended then
	 */
	public long call(Callback callback, Context context, int first, int second, int third) {
		if (this.exports.isShort(callback)) {
			return call(callback, context, first, second);
		}
		this.arguments[3][0] = first;
		this.arguments[3][1] = second;
		this.arguments[3][2] = third;
		return call(callback, context, this.arguments[3]);
	}

	/**
	 * Enters the guest with a context as the effective one. Does nothing and returns 1 if
	 * the guest does not export the callback.
	 * @param callback the callback
	 * @param context the context
	 * @param callArguments the arguments
	 * @return the guest's result
	 * @throws VmFailedException if the guest trapped; the VM has been ended then
	 */
	long call(Callback callback, Context context, long[] callArguments) {
		GuestFunction function = this.exports.get(callback);
		if (function == null) {
			return 1;
		}
		boolean starting = callback == Callback.VM_START || callback == Callback.CONFIGURE
				|| (callback == Callback.CONTEXT_CREATE && context instanceof RootContext);
		this.effective = context;
		CallLimit limit = starting ? this.startLimit : this.callbackLimit;
		this.guard.enter(limit);
		Throwable thrown = null;
		long result = 0;
		try {
			result = function.call(callArguments);
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		boolean stopped = this.guard.leave();
		// What the guest wrote last is often why it trapped: it comes first in the log.
		this.imports.flush();
		if (thrown != null) {
			VmFailure failure = stopped ? VmFailure.timedOut(callback, context.id(), this.guard.exceeded(), thrown)
					: VmFailure.describe(callback, context.id(), thrown);
			throw this.failures.apply(failure, thrown);
		}
		this.effective = null;
		if (!starting) {
			note(callback);
		}
		return result;
	}

	@SuppressWarnings("EnumOrdinal")
	private void note(Callback callback) {
		int number = ++this.calls[callback.ordinal()];
		long used = this.guard.used();
		if (used >= this.slow) {
			this.slowCalls.accept(new SlowCall(callback, used, number));
		}
	}

	/**
	 * Allocate memory in the guest. The effective context stays.
	 * @param size the number of bytes
	 * @return the pointer, 0 if the guest has no memory left
	 */
	int allocate(int size) {
		this.allocation[0] = size;
		this.guard.reenter();
		try {
			return (int) this.exports.allocator().call(this.allocation);
		}
		finally {
			this.guard.leaveAgain();
		}
	}

}
