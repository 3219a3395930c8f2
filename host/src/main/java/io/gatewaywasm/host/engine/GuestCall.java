package io.gatewaywasm.host.engine;

import com.dylibso.chicory.runtime.ExportFunction;

/**
 * An exported function of one instance. Nothing but {@link GuestTrapException} leaves it.
 */
final class GuestCall implements GuestFunction {

	private final ExportFunction function;

	private final Traps traps;

	GuestCall(ExportFunction function, Traps traps) {
		this.function = function;
		this.traps = traps;
	}

	@Override
	public long call(long... arguments) {
		try {
			long[] results = this.function.apply(arguments);
			return (results != null && results.length > 0) ? results[0] : 0;
		}
		catch (Throwable ex) {
			GuestTrapException trap = Traps.NO_STACK;
			try {
				trap = this.traps.convert(ex);
			}
			catch (RuntimeException | Error again) {
				// Most likely this frame itself is too close to the end of the stack
			}
			throw trap;
		}
	}

}
