package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.abi.GuestExitException;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportMismatchException;
import io.gatewaywasm.host.imports.ImportTable;

/**
 * Brings an instance to life in the order that Envoy uses: start section,
 * {@code _initialize} and {@code main}, else {@code _start}.
 */
final class VmStarter {

	static final String SEE_LOG = "See the filter's log lines above; the filter trapped while it was started.";

	private VmStarter() {
	}

	static ModuleInstance instantiate(Vm vm, ImportTable table) throws VmStartException {
		vm.guard().enter(vm.spec().timeouts().startLimit());
		try {
			return vm.module()
				.module()
				.instantiate(linker(vm, table), vm.spec().memory(), vm.spec().isolated(), vm.spec().shared().memory());
		}
		catch (ImportMismatchException ex) {
			throw new VmStartException(String.valueOf(ex.getMessage()),
					"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", ex);
		}
		catch (ModuleException ex) {
			throw new VmStartException(String.valueOf(ex.getMessage()), "Check the module and 'limits.memory'.", ex);
		}
		catch (GuestTrapException ex) {
			if (vm.guard().leave()) {
				throw timedOut(vm, "start section", ex);
			}
			throw new VmStartException("The module's start section trapped: " + ex.getMessage() + stack(ex), SEE_LOG,
					ex);
		}
		finally {
			vm.guard().leave();
		}
	}

	private static Linker linker(Vm vm, ImportTable table) {
		Linker allowed = new CapabilityLinker(table, vm.spec().capabilities());
		Linker linker = vm.spec().isolated() ? new IsolationLinker(allowed, vm) : allowed;
		return new ClockedFunction.Functions(linker, vm.guard());
	}

	/**
	 * Start the guest with one root context. This is work like any other: a timer or an
	 * answer that a start function asks for must not enter before all of them have
	 * returned.
	 */
	static void start(Vm vm, ModuleInstance instance, RootSpec root) throws VmStartException {
		AtomicReference<VmStartException> refused = new AtomicReference<>();
		vm.submit(new ControlTask(vm, () -> {
			try {
				runStartFunctions(vm, instance);
				vm.root(root);
			}
			catch (VmStartException ex) {
				refused.set(ex);
			}
			catch (VmFailedException ex) {
				refused.set(new VmStartException(ex.failure().message(), SEE_LOG, ex));
			}
			catch (RuntimeException | Error ex) {
				refused.set(new VmStartException("The host could not start the filter: " + ex,
						"If that is an OutOfMemoryError, give the application more heap or the plugin fewer VMs.", ex));
			}
			if (refused.get() != null) {
				vm.abandon();
			}
		}));
		VmStartException problem = refused.get();
		if (problem != null) {
			throw problem;
		}
	}

	private static void runStartFunctions(Vm vm, ModuleInstance instance) throws VmStartException {
		GuestFunction initialize = instance.function("_initialize");
		if (initialize != null) {
			run(vm, "_initialize", initialize);
			GuestFunction main = instance.function("main");
			GuestFunction voidMain = instance.function("__main_void");
			if (main != null) {
				run(vm, "main", main, 0, 0);
			}
			else if (voidMain != null) {
				run(vm, "__main_void", voidMain);
			}
			return;
		}
		GuestFunction start = instance.function("_start");
		if (start != null) {
			run(vm, "_start", start);
		}
	}

	private static void run(Vm vm, String name, GuestFunction function, long... arguments) throws VmStartException {
		vm.guard().enter(vm.spec().timeouts().startLimit());
		try {
			function.call(arguments);
		}
		catch (GuestTrapException ex) {
			if (ex.reason() == GuestTrapException.Reason.EXIT && ex.getCause() instanceof GuestExitException exit
					&& exit.code() == 0) {
				// A command module ends main by exiting; its exports stay usable.
				return;
			}
			if (vm.guard().leave()) {
				throw timedOut(vm, name, ex);
			}
			throw new VmStartException("The module's " + name + " trapped: " + ex.getMessage() + stack(ex), SEE_LOG,
					ex);
		}
		finally {
			vm.guard().leave();
		}
	}

	private static VmStartException timedOut(Vm vm, String name, GuestTrapException ex) {
		return new VmStartException(
				"The module's " + name + " did not return within " + vm.spec().timeouts().start() + "." + stack(ex),
				"Raise 'limits.start-timeout' if it needs longer.", ex);
	}

	static VmFailure describe(Callback callback, Context context, Throwable ex) {
		String where = callback.export() + " trapped in context #" + context.id() + ": ";
		if (ex instanceof GuestTrapException trap) {
			String reason = trap.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
			return new VmFailure(reason, where + trap.getMessage(), trap.guestStack());
		}
		if (ex instanceof VmFailedException failed) {
			return failed.failure();
		}
		return new VmFailure("internal", where + ex, List.of());
	}

	static VmFailure timedOut(Callback callback, Context context, long limit, Throwable ex) {
		String message = callback.export() + " in context #" + context.id() + " used more than "
				+ Duration.ofNanos(limit) + " of CPU time and was stopped.";
		return new VmFailure("timeout", message,
				(ex instanceof GuestTrapException trap) ? trap.guestStack() : List.of());
	}

	private static String stack(GuestTrapException ex) {
		return ex.guestStack().isEmpty() ? "" : " at " + String.join(" < ", ex.guestStack());
	}

}
