package io.gatewaywasm.test.trace;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.limits.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * A module whose instances record all calls to and from the filter in a
 * {@link CallTrace}. It wraps the engine's module, so neither host nor engine depends on
 * it.
 */
public final class TracingModule implements CompiledModule {

	private final CompiledModule module;

	private final CallTrace trace;

	private final CallBound bound;

	private final BiConsumer<String, Throwable> onThrown;

	private final Runnable onInstance;

	/**
	 * Creates a module.
	 * @param module the module to run
	 * @param trace receives the calls
	 * @param bound limits the calls
	 * @param onThrown receives the name of a callback that has thrown an exception, and
	 * the exception
	 * @param onInstance runs before each instance is created
	 */
	public TracingModule(CompiledModule module, CallTrace trace, CallBound bound,
			BiConsumer<String, Throwable> onThrown, Runnable onInstance) {
		this.bound = bound;
		this.onThrown = onThrown;
		this.module = module;
		this.trace = trace;
		this.onInstance = onInstance;
	}

	@Override
	public String sha256() {
		return this.module.sha256();
	}

	@Override
	public int size() {
		return this.module.size();
	}

	@Override
	public List<FunctionImport> imports() {
		return this.module.imports();
	}

	@Override
	public Map<String, FunctionSignature> exports() {
		return this.module.exports();
	}

	@Override
	public long initialMemory() {
		return this.module.initialMemory();
	}

	@Override
	public CompilationReport report() {
		return this.module.report();
	}

	@Override
	public ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable, MemoryBudget budget)
			throws ModuleException {
		this.onInstance.run();
		Linker traced = (function) -> traced(function, linker.link(function));
		return new Instance(this.module.instantiate(traced, maximumMemory, restorable, budget));
	}

	@Override
	public @Nullable String restoreObstacle() {
		return this.module.restoreObstacle();
	}

	private HostFunction traced(FunctionImport function, HostFunction target) {
		CallSignature signature = CallSignature.ofHost(function);
		return (memory, arguments) -> {
			this.bound.count();
			long[] own = arguments.clone();
			TracedCall call = this.trace.begin(function.name(), signature.arguments(memory, own));
			try {
				long result = target.call(memory, arguments);
				this.trace.end(call, signature.result(result), signature.values(memory, own, result));
				return result;
			}
			finally {
				this.trace.leave(call);
			}
		};
	}

	private GuestFunction traced(String name, GuestFunction target, GuestMemory memory) {
		CallSignature signature = CallSignature.ofCallback(name);
		return (arguments) -> {
			TracedCall call = this.trace.begin(name, signature.arguments(memory, arguments));
			try {
				this.bound.count();
				long result = target.call(arguments);
				this.trace.end(call, signature.result(result), List.of());
				return result;
			}
			catch (RuntimeException | Error ex) {
				this.onThrown.accept(name, ex);
				throw ex;
			}
			finally {
				this.trace.leave(call);
			}
		};
	}

	private final class Instance implements ModuleInstance {

		private final ModuleInstance instance;

		private Instance(ModuleInstance instance) {
			this.instance = instance;
		}

		@Override
		public GuestMemory memory() {
			return this.instance.memory();
		}

		@Override
		public @Nullable GuestFunction function(String name) {
			GuestFunction function = this.instance.function(name);
			return (function != null && CallSignature.isCallback(name)) ? traced(name, function, memory()) : function;
		}

		@Override
		public void close() {
			this.instance.close();
		}

		@Override
		public void capture() throws ModuleException {
			this.instance.capture();
		}

		@Override
		public void restore() {
			this.instance.restore();
		}

	}

}
