package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.Linker;

/**
 * A host function whose CPU time does not count towards the guest's limit. {@code guard}
 * stops the guest's clock meanwhile.
 */
record UncountedFunction(HostFunction function, CallGuard guard) implements HostFunction {

	@Override
	public long call(GuestMemory memory, long[] arguments) {
		this.guard.beginFunction();
		try {
			return this.function.call(memory, arguments);
		}
		finally {
			this.guard.endFunction();
		}
	}

	/**
	 * Wraps the functions of another linker, so that their CPU time does not count.
	 * {@code next} links the functions, {@code guard} has the guest's clock.
	 */
	record Functions(Linker next, CallGuard guard) implements Linker {

		@Override
		public HostFunction link(FunctionImport functionImport) {
			return new UncountedFunction(this.next.link(functionImport), this.guard);
		}

	}

}
