package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HostFunction;

/**
 * Adapts a host function to Chicory: returns as many results as the import declares.
 * Chicory only reads the result arrays, so arrays with small numbers, which nearly all
 * results are, are shared.
 */
final class HostCall implements WasmFunctionHandle {

	private static final long[] NOTHING = {};

	private static final long[][] SMALL = new long[64][];

	static {
		for (int i = 0; i < SMALL.length; i++) {
			SMALL[i] = new long[] { i };
		}
	}

	private final HostFunction function;

	private final GuestMemory memory;

	private HostCall(HostFunction function, GuestMemory memory) {
		this.function = function;
		this.memory = memory;
	}

	/** Adapts a host function to an import with the given number of results. */
	static WasmFunctionHandle of(HostFunction function, GuestMemory memory, int results) {
		return switch (results) {
			case 0 -> (instance, arguments) -> {
				function.call(memory, arguments);
				return NOTHING;
			};
			case 1 -> new HostCall(function, memory);
			default -> (instance, arguments) -> {
				long[] values = new long[results];
				values[0] = function.call(memory, arguments);
				return values;
			};
		};
	}

	@Override
	public long[] apply(Instance instance, long... arguments) {
		long result = this.function.call(this.memory, arguments);
		return (result >= 0 && result < SMALL.length) ? SMALL[(int) result] : new long[] { result };
	}

}
