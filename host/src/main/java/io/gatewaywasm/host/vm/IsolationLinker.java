package io.gatewaywasm.host.vm;

import java.util.Set;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.engine.Linker;

/**
 * Links the functions for a guest whose VM is restored after each stream. Functions that
 * would reach the guest while it has no stream are refused: timers, queues that wake it,
 * and callouts of a root context or of a stream that is ending. As with functions that
 * are not {@linkplain CapabilityLinker allowed}, the guest gets {@code INTERNAL_FAILURE}.
 * {@code next} links all other functions, {@code openStream} returns whether the VM has a
 * stream that is not ending, and {@code blockedFunctions} records refused functions.
 */
record IsolationLinker(Linker next, BooleanSupplier openStream,
		BlockedHostFunctions blockedFunctions) implements Linker {

	private static final String TIMER = "proxy_set_tick_period_milliseconds";

	private static final String QUEUE = "proxy_register_shared_queue";

	private static final Set<String> CALLS = Set.of("proxy_http_call", "proxy_grpc_call", "proxy_grpc_stream",
			"proxy_redis_call");

	@Override
	public HostFunction link(FunctionImport functionImport) {
		HostFunction function = this.next.link(functionImport);
		String name = functionImport.name();
		if (name.equals(TIMER)) {
			// Guests without a timer may switch it off, too
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
		this.blockedFunctions.refused(function, reason);
		return Status.INTERNAL_FAILURE.code();
	}

}
