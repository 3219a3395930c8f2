package io.gatewaywasm.boot.actuate;

import java.util.List;

import io.gatewaywasm.host.plugin.ModuleReport;
import io.gatewaywasm.host.plugin.PluginStatus;
import org.jspecify.annotations.Nullable;

/**
 * Describes a module.
 *
 * @param sha256 the digest
 * @param size the size in bytes
 * @param abiVersion the ABI version
 * @param abiMarked whether the module declares its ABI version
 * @param compileTime the duration of parsing and compiling
 * @param cached whether the compiled form came from the cache
 * @param functions the number of functions
 * @param interpretedFunctions the number of functions that are interpreted because they
 * could not be compiled
 * @param hugeMethods the number of functions that HotSpot interprets by default, because
 * their bytecode is larger than 8,000 bytes
 * @param unimplementedImports ABI functions that the module imports and this host does
 * not implement, or {@code null} if there are none
 * @param unknownImports functions that the module imports and that are not part of any
 * supported ABI, or {@code null} if there are none
 * @param imports the functions that the module imports, or {@code null} in the list of
 * all plugins
 */
public record ModuleDescriptor(String sha256, int size, String abiVersion, boolean abiMarked, String compileTime,
		boolean cached, int functions, int interpretedFunctions, int hugeMethods,
		@Nullable List<String> unimplementedImports, @Nullable List<String> unknownImports,
		@Nullable List<ImportDescriptor> imports) {

	static ModuleDescriptor of(PluginStatus status, boolean imports) {
		PluginStatus.Module module = status.module();
		return new ModuleDescriptor(module.sha256(), module.size(), module.report().abiVersion(),
				module.report().abiMarked(), JsonValue.of(module.compilation().duration()),
				module.compilation().cached(), module.compilation().functions(), module.compilation().interpreted(),
				module.compilation().hugeMethods(), JsonValue.of(module.unimplementedImports()),
				JsonValue.of(module.unknownImports()),
				imports ? JsonValue.of(module.report().functions().stream().map(ImportDescriptor::of).toList()) : null);
	}

	/**
	 * Describes a function that a module imports.
	 *
	 * @param name the qualified name
	 * @param support the level of support: built, unavailable, stub or unknown
	 * @param mayFailOpen whether the filter may pass requests that it should reject, if
	 * it calls the function and ignores the status
	 * @param effect what the function does not do, or {@code null} if it is built
	 */
	public record ImportDescriptor(String name, String support, boolean mayFailOpen, @Nullable String effect) {

		static ImportDescriptor of(ModuleReport.Function function) {
			return new ImportDescriptor(function.name(), JsonValue.of(function.support()), function.mayFailOpen(),
					function.effect());
		}

	}

}
