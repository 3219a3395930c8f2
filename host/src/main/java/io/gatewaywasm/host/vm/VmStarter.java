package io.gatewaywasm.host.vm;

import java.util.List;

import io.gatewaywasm.host.abi.GuestExitException;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportMismatchException;

/**
 * Starts an instance in the order that Envoy uses: start section, then {@code
 * _initialize} and {@code main}, or {@code _start} if there is no {@code _initialize}.
 */
final class VmStarter {

	static final String TRAPPED_AT_START = "The filter trapped while it was started: check its configuration, or correct the filter.";

	private VmStarter() {
	}

	static ModuleInstance instantiate(GuestModule module, VmSpec spec, Linker linker, CallGuard guard)
			throws VmStartException {
		guard.enter(CallLimit.ofStart(spec.limits().vm()));
		try {
			return module.module()
				.instantiate(linker, spec.limits().vm().memory(), spec.isolated(), spec.shared().memory());
		}
		catch (ImportMismatchException ex) {
			throw new VmStartException(String.valueOf(ex.getMessage()),
					"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", ex);
		}
		catch (ModuleException ex) {
			throw new VmStartException(String.valueOf(ex.getMessage()), "Check the module and 'limits.memory'.", ex);
		}
		catch (GuestTrapException ex) {
			if (guard.leave()) {
				throw timedOut(spec, "start section", ex);
			}
			throw new VmStartException("The module's start section trapped: " + ex.getMessage(), TRAPPED_AT_START,
					guest(ex), ex);
		}
		finally {
			guard.leave();
		}
	}

	static void runStartFunctions(VmSpec spec, ModuleInstance instance, CallGuard guard) throws VmStartException {
		GuestFunction initialize = instance.function("_initialize");
		if (initialize != null) {
			run(spec, guard, "_initialize", initialize);
			GuestFunction main = instance.function("main");
			GuestFunction voidMain = instance.function("__main_void");
			if (main != null) {
				run(spec, guard, "main", main, 0, 0);
			}
			else if (voidMain != null) {
				run(spec, guard, "__main_void", voidMain);
			}
			return;
		}
		GuestFunction start = instance.function("_start");
		if (start != null) {
			run(spec, guard, "_start", start);
		}
	}

	private static void run(VmSpec spec, CallGuard guard, String name, GuestFunction function, long... arguments)
			throws VmStartException {
		guard.enter(CallLimit.ofStart(spec.limits().vm()));
		try {
			function.call(arguments);
		}
		catch (GuestTrapException ex) {
			if (ex.reason() == GuestTrapException.Reason.EXIT && ex.getCause() instanceof GuestExitException exit
					&& exit.code() == 0) {
				// A command module ends main with proc_exit; its exports stay usable
				return;
			}
			if (guard.leave()) {
				throw timedOut(spec, name, ex);
			}
			throw new VmStartException("The module's " + name + " trapped: " + ex.getMessage(), TRAPPED_AT_START,
					guest(ex), ex);
		}
		finally {
			guard.leave();
		}
	}

	private static VmStartException timedOut(VmSpec spec, String name, GuestTrapException ex) {
		return new VmStartException(
				"The module's " + name + " did not return within " + spec.limits().vm().startTimeout() + ".",
				"Raise 'limits.start-timeout' if it needs longer.", guest(ex), ex);
	}

	private static GuestReport guest(GuestTrapException ex) {
		return new GuestReport(ex.guestStack(), List.of());
	}

}
