package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.StringJoiner;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.Linker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the calls between the host and the guest of one VM with their arguments and
 * results, in the format of Envoy's trace. The log level is read once, when the VM
 * starts. If the trace is off, calls are not wrapped and cost nothing extra.
 */
final class CallTrace {

	private static final String NAME = "gateway.wasm.trace.";

	private final @Nullable Logger logger;

	private CallTrace(@Nullable Logger logger) {
		this.logger = logger;
	}

	/**
	 * Returns the trace of a plugin's VM. It is on if {@code gateway.wasm.trace.<plugin>}
	 * logs at {@code TRACE}.
	 */
	static CallTrace of(String plugin) {
		Logger logger = LoggerFactory.getLogger(NAME + plugin);
		return new CallTrace(logger.isTraceEnabled() ? logger : null);
	}

	/** Returns the guest function, wrapped to log its calls if the trace is on. */
	GuestFunction guest(String name, boolean hasResult, GuestFunction function) {
		Logger on = this.logger;
		if (on == null) {
			return function;
		}
		return (arguments) -> {
			on.trace("[host->vm] {}({})", name, list(arguments, null));
			long result = function.call(arguments);
			on.trace("[host<-vm] {} return: {}", name, hasResult ? (Object) (int) result : "void");
			return result;
		};
	}

	/**
	 * Returns the linker, with functions wrapped to log their calls if the trace is on.
	 */
	Linker functions(Linker next) {
		Logger on = this.logger;
		return (on != null) ? (functionImport) -> traced(on, functionImport, next.link(functionImport)) : next;
	}

	private static HostFunction traced(Logger on, FunctionImport functionImport, HostFunction function) {
		String name = functionImport.qualifiedName();
		List<String> types = functionImport.signature().parameters();
		boolean hasResult = !functionImport.signature().results().isEmpty();
		return (memory, arguments) -> {
			on.trace("[vm->host] {}({})", name, list(arguments, types));
			long result = function.call(memory, arguments);
			on.trace("[vm<-host] {} return: {}", name, hasResult ? (Object) (int) result : "void");
			return result;
		};
	}

	private static String list(long[] arguments, @Nullable List<String> types) {
		StringJoiner list = new StringJoiner(", ");
		for (int i = 0; i < arguments.length; i++) {
			boolean wide = types != null && types.get(i).equals("i64");
			list.add(wide ? Long.toUnsignedString(arguments[i]) : Integer.toUnsignedString((int) arguments[i]));
		}
		return list.toString();
	}

}
