package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.ExportFunction;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.GuestTrapException;

/**
 * An exported function of one instance. Throws only {@link GuestTrapException}.
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
				// This frame itself is probably too close to the end of the stack
			}
			throw trap;
		}
	}

}
