package io.gatewaywasm.host.engine;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import org.jspecify.annotations.Nullable;

/**
 * A module that has been parsed, validated and compiled once. Immutable and thread-safe;
 * shared by all instances made from it.
 */
public interface CompiledModule {

	/**
	 * Return the digest of the bytes the module was made from.
	 * @return the SHA-256 in lower case hexadecimal
	 */
	String sha256();

	/**
	 * Return the number of bytes the module was made from.
	 * @return the size in bytes
	 */
	int size();

	/**
	 * Return the functions that the module imports.
	 * @return the imports in the module's order
	 */
	List<FunctionImport> imports();

	/**
	 * Return the functions that the module exports.
	 * @return the signatures by export name, in the module's order
	 */
	Map<String, FunctionSignature> exports();

	/**
	 * Return the memory an instance starts with.
	 * @return the initial memory in bytes
	 */
	long initialMemory();

	/**
	 * Return how the module was brought into this form.
	 * @return facts about the compilation
	 */
	CompilationReport report();

	/**
	 * Have the JVM load the module's code, so that the first calls do not pay for it.
	 * Takes up to a second for a large module.
	 */
	default void load() {
	}

	/**
	 * Make an instance. Runs the module's start section, which can already call host
	 * functions; exported start functions are left to the caller.
	 * @param linker gives the function behind each import
	 * @param maximumMemory the bytes that the instance's memory may grow to; growth
	 * beyond answers -1 to the guest
	 * @return a new instance
	 * @throws ModuleException if the module starts with more memory than that, or its
	 * segments do not fit into its memory and tables
	 * @throws GuestTrapException if the start section traps
	 */
	default ModuleInstance instantiate(Linker linker, long maximumMemory) throws ModuleException {
		return instantiate(linker, maximumMemory, false);
	}

	/**
	 * Make an instance, like {@link #instantiate(Linker, long)}.
	 * @param linker gives the function behind each import
	 * @param maximumMemory the bytes that the instance's memory may grow to
	 * @param restorable whether {@link ModuleInstance#capture()} and
	 * {@link ModuleInstance#restore()} will be used, for which each write to the memory
	 * costs a little more; instances of both kinds of the same module slow each other
	 * down, since the JVM can no longer assume one kind of memory
	 * @return a new instance
	 * @throws ModuleException for the same reasons, or if the instance is to be
	 * restorable and there is an {@linkplain #restoreObstacle() obstacle}
	 * @throws GuestTrapException if the start section traps
	 */
	default ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable) throws ModuleException {
		return instantiate(linker, maximumMemory, restorable, MemoryBudget.UNLIMITED);
	}

	/**
	 * Make an instance that shares a budget of memory with others, like
	 * {@link #instantiate(Linker, long, boolean)}.
	 * @param linker gives the function behind each import
	 * @param maximumMemory the bytes that the instance's memory may grow to
	 * @param restorable whether the instance can be restored
	 * @param budget what its memory is taken from, until it is
	 * {@linkplain ModuleInstance#close() closed}; growth beyond answers -1 to the guest
	 * @return a new instance
	 * @throws ModuleException for the same reasons, or if the budget is used up
	 * @throws GuestTrapException if the start section traps
	 */
	ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable, MemoryBudget budget)
			throws ModuleException;

	/**
	 * Return why instances of this module cannot be restored.
	 * @return a sentence for the person who supplied the module, or {@code null} if they
	 * can
	 */
	@Nullable String restoreObstacle();

}
