package io.gatewaywasm.host.plugin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.imports.ImportMismatchException;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.VmStartException;
import org.jspecify.annotations.Nullable;

/**
 * A report on a module that is made without starting it: what it requires, and what this
 * host supports.
 *
 * @param abiVersion the ABI version in the form {@code 0.2.1}
 * @param abiMarked whether the module declares its ABI version
 * @param memory the initial memory of a VM in bytes
 * @param functions the functions that the module imports, in the module's order
 * @param callbacks the callbacks that the module exports and this host calls
 * @param neverCalled the callbacks that the module exports and this host never calls
 * @param needs the properties and libraries that the module needs if it calls what it
 * imports
 * @param warnings sentences that say how requests can bypass the filter or its checks
 */
public record ModuleReport(String abiVersion, boolean abiMarked, long memory, List<Function> functions,
		List<String> callbacks, List<String> neverCalled, List<Need> needs, List<String> warnings) {

	/** The abilities that a filter lacks without a function. */
	private static final Map<String, String> EFFECTS = Map.of(//
			"proxy_redis_init", "limits, sessions and lists kept in Redis are not enforced", //
			"proxy_redis_call", "limits, sessions and lists kept in Redis are not enforced", //
			"envoy_resolve_dns", "the filter does not resolve names");

	private static final String ANY_EFFECT = "their effect on other hosts is missing";

	private static final String UPSTREAMS = "gateway.wasm.upstreams";

	private static final Map<String, Need> NEEDS = Map.of(//
			"proxy_http_call",
			new Need(UPSTREAMS, "the HTTP upstreams that the filter calls, except that of its own route"), //
			"proxy_grpc_call", new Need(UPSTREAMS, "the gRPC upstreams that the filter calls, and a gRPC library"), //
			"proxy_grpc_stream", new Need(UPSTREAMS, "the gRPC upstreams that the filter calls, and a gRPC library"), //
			"proxy_redis_call", new Need("gateway.wasm.redis", "the Redis servers that the filter calls, and Lettuce"), //
			"proxy_call_foreign_function",
			new Need("ForeignFunction", "a bean for each foreign function of the application that the filter calls"));

	/**
	 * The prefix of exports that are callbacks, whether this host calls them or not.
	 */
	private static final String CALLBACK = "proxy_on_";

	private static final Set<String> ALLOCATOR = Set.of("proxy_on_memory_allocate");

	/** How far this host supports a function. */
	public enum Support {

		/** The function is implemented. */
		BUILT,

		/**
		 * The function is implemented, but needs a library that is not on the class path.
		 */
		UNAVAILABLE,

		/** The function is known and can be linked, but does nothing. */
		STUB,

		/** The function is unknown. It can be linked, but does nothing. */
		UNKNOWN

	}

	/**
	 * A function that a module imports.
	 *
	 * @param name the qualified name
	 * @param support the level of support
	 * @param mayFailOpen whether the filter may pass requests that it should reject, if
	 * it calls the function and ignores the status
	 * @param effect the consequence of the missing implementation for the filter, or
	 * {@code null} if the function is implemented
	 */
	public record Function(String name, Support support, boolean mayFailOpen, @Nullable String effect) {

	}

	/**
	 * A property or bean that the operator must provide if the filter uses the feature.
	 * The concrete names are known only when the filter runs.
	 *
	 * @param property the property, or the type of a bean
	 * @param reason the objects that the property must declare, for example the HTTP
	 * upstreams that the filter calls
	 */
	public record Need(String property, String reason) {

	}

	public ModuleReport {
		functions = List.copyOf(functions);
		callbacks = List.copyOf(callbacks);
		neverCalled = List.copyOf(neverCalled);
		needs = List.copyOf(needs);
		warnings = List.copyOf(warnings);
	}

	/**
	 * Creates a report for a gateway with all optional libraries.
	 * @throws PluginStartException if the module cannot run on this host with any
	 * configuration
	 */
	public static ModuleReport of(CompiledModule compiled) throws PluginStartException {
		try {
			GuestModule module = GuestModule.of(compiled);
			ImportTable.check(compiled.imports());
			return of(module, true, StartWarnings.find(PluginSpec.builder("module").build(), module, true));
		}
		catch (VmStartException ex) {
			throw new PluginStartException(ex.problem(), ex.remedy(), ex);
		}
		catch (ImportMismatchException ex) {
			throw new PluginStartException(ex.getMessage() + ".",
					"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", ex);
		}
	}

	/**
	 * Creates a report. {@code redis} says whether the gateway supports Redis,
	 * {@code warnings} has sentences that say how requests can bypass the filter or its
	 * checks.
	 */
	static ModuleReport of(GuestModule module, boolean redis, List<String> warnings) {
		Set<String> known = Arrays.stream(Callback.values()).map(Callback::export).collect(Collectors.toSet());
		List<String> exports = module.module()
			.exports()
			.keySet()
			.stream()
			.filter((name) -> name.startsWith(CALLBACK) && !ALLOCATOR.contains(name))
			.toList();
		List<String> called = exports.stream().filter(known::contains).toList();
		List<String> neverCalled = exports.stream().filter((name) -> !known.contains(name)).toList();
		return new ModuleReport(module.abi().version().version(), module.abi().marked(),
				module.module().initialMemory(), functions(module, redis), called, neverCalled, needs(module),
				warnings);
	}

	/**
	 * Returns the functions that a module imports with their level of support, in the
	 * module's order. {@code redis} says whether the gateway supports Redis.
	 */
	static List<Function> functions(GuestModule module, boolean redis) {
		Set<String> stubs = Set.copyOf(module.imports().unimplemented());
		Set<String> unknown = Set.copyOf(module.imports().unknown());
		return module.module()
			.imports()
			.stream()
			.map(FunctionImport::qualifiedName)
			.distinct()
			.map((name) -> function(name,
					stubs.contains(name) ? Support.STUB
							: unknown.contains(name) ? Support.UNKNOWN : redis ? Support.BUILT : withoutRedis(name)))
			.toList();
	}

	/**
	 * The level of support without a Redis client. Redis functions can be linked, but do
	 * nothing.
	 */
	private static Support withoutRedis(String name) {
		return name.startsWith("env.proxy_redis_") ? Support.UNAVAILABLE : Support.BUILT;
	}

	private static Function function(String name, Support support) {
		if (support == Support.BUILT) {
			return new Function(name, support, false, null);
		}
		if (name.startsWith("wasi")) {
			return new Function(name, support, false, "the function returns an error number");
		}
		return new Function(name, support, true,
				EFFECTS.getOrDefault(name.substring(name.lastIndexOf('.') + 1), ANY_EFFECT));
	}

	private static List<Need> needs(GuestModule module) {
		List<Need> needs = new ArrayList<>();
		module.module()
			.imports()
			.stream()
			.map((candidate) -> NEEDS.get(candidate.name()))
			.filter((need) -> need != null && !needs.contains(need))
			.forEach(needs::add);
		long memory = module.module().initialMemory();
		if (memory > PluginLimits.DEFAULTS.vm().memory()) {
			needs.add(new Need("gateway.wasm.plugins.<name>.limits.memory",
					"at least " + ((memory + (1 << 20) - 1) >> 20) + "MB"));
		}
		needs.sort(Comparator.comparing(Need::property));
		return needs;
	}

}
