package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.limits.MemoryBudget;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import org.jspecify.annotations.Nullable;

/**
 * A parsed, validated and compiled module. Immutable and thread-safe; shared by all its
 * instances.
 */
public interface CompiledModule {

	/**
	 * Returns the digest of the module's bytes.
	 * @return the SHA-256 in lower case hexadecimal
	 */
	String sha256();

	/**
	 * Returns the size of the module's bytes.
	 */
	int size();

	/**
	 * Returns the functions that the module imports.
	 * @return the imports in the module's order
	 */
	List<FunctionImport> imports();

	/**
	 * Returns the functions that the module exports.
	 * @return the signatures by export name, in the module's order
	 */
	Map<String, FunctionSignature> exports();

	/**
	 * Returns the size of the memory with which an instance starts.
	 * @return the initial memory in bytes
	 */
	long initialMemory();

	/**
	 * Returns the report on how the module was compiled.
	 */
	CompilationReport report();

	/**
	 * Loads the module's code into the JVM, so that the first calls are not slowed down
	 * by class loading. Takes up to a second for a large module.
	 */
	default void load() {
	}

	/**
	 * Creates an instance. Runs the module's start section, which can already call host
	 * functions. The caller is responsible for running exported start functions.
	 * @param linker provides the function for each import
	 * @param maximumMemory the size in bytes to which the instance's memory may grow;
	 * further growth returns -1 to the guest
	 * @throws ModuleException if the module's initial memory exceeds the maximum, or its
	 * segments do not fit into its memory and tables
	 * @throws GuestTrapException if the start section traps
	 */
	default ModuleInstance instantiate(Linker linker, long maximumMemory) throws ModuleException {
		return instantiate(linker, maximumMemory, false);
	}

	/**
	 * Creates an instance, like {@link #instantiate(Linker, long)}.
	 * @param linker provides the function for each import
	 * @param maximumMemory the size in bytes to which the instance's memory may grow
	 * @param restorable whether {@link ModuleInstance#capture()} and
	 * {@link ModuleInstance#restore()} can be used. Each write to the memory of a
	 * restorable instance costs a little more. If a module has both restorable and other
	 * instances, all of them are slower, since the JVM can no longer assume one memory
	 * class.
	 * @throws ModuleException for the same reasons, or if the instance is to be
	 * restorable and there is an {@linkplain #restoreObstacle() obstacle}
	 * @throws GuestTrapException if the start section traps
	 */
	default ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable) throws ModuleException {
		return instantiate(linker, maximumMemory, restorable, MemoryBudget.UNLIMITED);
	}

	/**
	 * Creates an instance that shares a memory budget with others, like
	 * {@link #instantiate(Linker, long, boolean)}.
	 * @param linker provides the function for each import
	 * @param maximumMemory the size in bytes to which the instance's memory may grow
	 * @param restorable whether the instance can be restored
	 * @param budget the budget from which the instance takes its memory until it is
	 * {@linkplain ModuleInstance#close() closed}; growth beyond it returns -1 to the
	 * guest
	 * @throws ModuleException for the same reasons, or if the budget is used up
	 * @throws GuestTrapException if the start section traps
	 */
	ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable, MemoryBudget budget)
			throws ModuleException;

	/**
	 * Returns the reason why instances of this module cannot be restored.
	 * @return a sentence for the person who supplied the module, or {@code null} if its
	 * instances can be restored
	 */
	@Nullable String restoreObstacle();

}
