package io.gatewaywasm.host.vm;

import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.limits.VmLimits;
import org.jspecify.annotations.Nullable;

/**
 * Calls the guest. Sets the effective context, limits the time, and ends the VM if the
 * guest throws. Used only inside the VM.
 */
public final class GuestCallbacks {

	private final BiFunction<VmFailure, Throwable, VmFailedException> failures;

	private final CallGuard guard;

	private final ImportTable imports;

	private final GuestExports exports;

	private final Consumer<SlowCall> slowCalls;

	private final CallLimit callbackLimit;

	private final CallLimit coldLimit;

	private final CallLimit startLimit;

	private final long slow;

	/** The number of calls of each callback, by ordinal. */
	private final int[] calls = new int[Callback.values().length];

	private final long[][] arguments = new long[6][];

	private final long[] allocation = new long[1];

	/**
	 * The context of the running or last callback. Stored only if it changes, because G1
	 * follows each store of a reference by a memory fence.
	 */
	private @Nullable Context current;

	private boolean running;

	/** The context that the guest has chosen in the running callback. */
	private @Nullable Context effective;

	GuestCallbacks(GuestExports exports, VmSpec spec, CallGuard guard, ImportTable imports,
			BiFunction<VmFailure, Throwable, VmFailedException> failures, Consumer<SlowCall> slowCalls) {
		this.failures = failures;
		this.slowCalls = slowCalls;
		this.guard = guard;
		this.imports = imports;
		this.exports = exports;
		VmLimits limits = spec.limits().vm();
		this.callbackLimit = CallLimit.ofCallbacks(limits);
		this.coldLimit = this.callbackLimit.cold();
		this.startLimit = CallLimit.ofStart(limits);
		this.slow = limits.slowCallback().toNanos();
		for (int i = 0; i < this.arguments.length; i++) {
			this.arguments[i] = new long[i];
		}
	}

	/** Returns whether the guest exports a callback and is allowed to use it. */
	public boolean has(Callback callback) {
		return this.exports.has(callback);
	}

	/** Returns the context of the running callback. */
	@Nullable Context current() {
		return this.running ? this.current : null;
	}

	@Nullable Context effective() {
		Context chosen = this.effective;
		return (chosen != null) ? chosen : current();
	}

	void effective(@Nullable Context context) {
		this.effective = context;
	}

	/**
	 * Calls the guest with this effective context, and returns the result. Returns 1
	 * without a call if the guest does not export the callback. If the guest traps, the
	 * VM is ended and a {@link VmFailedException} is thrown.
	 */
	public long call(Callback callback, Context context, int first) {
		this.arguments[1][0] = first;
		return call(callback, context, this.arguments[1]);
	}

	/**
	 * Calls a callback with two arguments, like {@link #call(Callback, Context, int)}.
	 */
	public long call(Callback callback, Context context, int first, int second) {
		this.arguments[2][0] = first;
		this.arguments[2][1] = second;
		return call(callback, context, this.arguments[2]);
	}

	/**
	 * Calls a callback with three arguments, like {@link #call(Callback, Context, int)}.
	 * The third is omitted if the guest exports the short form.
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
	 * Calls a callback with any arguments, like {@link #call(Callback, Context, int)}.
	 */
	long call(Callback callback, Context context, long[] callArguments) {
		GuestFunction function = this.exports.get(callback);
		if (function == null) {
			return 1;
		}
		boolean starting = callback == Callback.VM_START || callback == Callback.CONFIGURE
				|| (callback == Callback.CONTEXT_CREATE && context.isRoot());
		begin(context);
		this.guard.enter(starting ? this.startLimit : limit(callback));
		Throwable thrown = null;
		long result = 0;
		try {
			result = function.call(callArguments);
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		boolean stopped = this.guard.leave();
		// The guest's last lines often explain the trap, so they are logged before it
		this.imports.callbackEnded();
		if (thrown != null) {
			VmFailure failure = stopped ? VmFailure.timedOut(callback, context.id(), this.guard.exceeded(), thrown)
					: VmFailure.describe(callback, context.id(), thrown);
			throw this.failures.apply(failure, thrown);
		}
		end(callback);
		if (!starting) {
			countCall(callback);
		}
		return result;
	}

	private void begin(Context context) {
		if (this.current != context) {
			this.current = context;
		}
		this.effective = null;
		this.running = true;
	}

	private void end(Callback callback) {
		this.running = false;
		this.effective = null;
		if (callback == Callback.DELETE) {
			this.current = null;
		}
	}

	@SuppressWarnings("EnumOrdinal")
	private CallLimit limit(Callback callback) {
		return (this.calls[callback.ordinal()] < SlowCall.COLD_CALLS) ? this.coldLimit : this.callbackLimit;
	}

	@SuppressWarnings("EnumOrdinal")
	private void countCall(Callback callback) {
		int number = ++this.calls[callback.ordinal()];
		long used = this.guard.used();
		if (used >= this.slow) {
			this.slowCalls.accept(new SlowCall(callback, used, number));
		}
	}

	/**
	 * Allocates memory in the guest and returns the pointer, or 0 if the guest has no
	 * memory left. The effective context does not change.
	 */
	int allocate(int size) {
		this.allocation[0] = size;
		this.guard.beginNestedCall();
		try {
			return (int) this.exports.allocator().call(this.allocation);
		}
		finally {
			this.guard.endNestedCall();
		}
	}

}
