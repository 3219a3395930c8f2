package io.gatewaywasm.host.vm;

import java.util.Set;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.engine.Linker;

/**
 * Links what a guest may use whose VM returns after each stream to how it was before.
 * Whatever would have to reach the guest while no stream is there is refused: timers,
 * queues that wake it, and calls of a root context or of a stream that ends. As with
 * functions that are not {@linkplain CapabilityLinker allowed}, the guest gets
 * {@code INTERNAL_FAILURE}.
 *
 * @param next links everything else
 * @param openStream whether the VM has a stream that goes on
 * @param refusals where refusals are noted
 */
record IsolationLinker(Linker next, BooleanSupplier openStream, Refusals refusals) implements Linker {

	private static final String TIMER = "proxy_set_tick_period_milliseconds";

	private static final String QUEUE = "proxy_register_shared_queue";

	private static final Set<String> CALLS = Set.of("proxy_http_call", "proxy_grpc_call", "proxy_grpc_stream");

	@Override
	public HostFunction link(FunctionImport functionImport) {
		HostFunction function = this.next.link(functionImport);
		String name = functionImport.name();
		if (name.equals(TIMER)) {
			// Switching it off is what guests without one may do, too.
			return (memory, arguments) -> ((int) arguments[0] == 0) ? function.call(memory, arguments)
					: refuse(name, "is refused");
		}
		if (name.equals(QUEUE)) {
			return (memory, arguments) -> refuse(name, "is refused");
		}
		if (CALLS.contains(name)) {
			return (memory, arguments) -> this.openStream.getAsBoolean() ? function.call(memory, arguments)
					: refuse(name, "is refused outside of streams and when a stream ends");
		}
		return function;
	}

	private long refuse(String function, String reason) {
		this.refusals.refused(function, reason);
		return Status.INTERNAL_FAILURE.code();
	}

}
