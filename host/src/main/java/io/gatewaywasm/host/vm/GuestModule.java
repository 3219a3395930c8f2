package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.AbiVersion;
import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.DetectedAbi;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.imports.ImportReport;
import io.gatewaywasm.host.imports.ImportTable;

/**
 * A compiled module that was found to be a Proxy-Wasm guest this host can talk to.
 * Immutable; shared by all VMs made from it.
 */
public final class GuestModule {

	private static final String MALLOC = "malloc";

	private static final String MEMORY_ALLOCATE = "proxy_on_memory_allocate";

	private static final FunctionSignature ALLOCATOR = new FunctionSignature(List.of("i32"), List.of("i32"));

	private final CompiledModule module;

	private final DetectedAbi abi;

	private final String allocator;

	private final ImportReport imports;

	private GuestModule(CompiledModule module, DetectedAbi abi, String allocator) {
		this.module = module;
		this.abi = abi;
		this.allocator = allocator;
		this.imports = ImportTable.report(module.imports());
	}

	/**
	 * Look at a module's exports and imports.
	 * @param module the compiled module
	 * @return the guest
	 * @throws VmStartException if it is no Proxy-Wasm module or lacks what each must have
	 */
	public static GuestModule of(CompiledModule module) throws VmStartException {
		String unknown = DetectedAbi.unknownMarker(module.exports().keySet());
		if (unknown != null) {
			throw new VmStartException(
					"The module speaks a version of the ABI that this host does not know: it exports "
							+ PrintableText.of(unknown, PrintableText.NAME) + ".",
					"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", null);
		}
		DetectedAbi abi = DetectedAbi.detect(module.exports(), module.imports());
		if (abi == null) {
			throw new VmStartException(
					"The module is WebAssembly but not a Proxy-Wasm filter: it exports neither"
							+ " proxy_abi_version_* nor any proxy_on_* callback.",
					"Build it with a Proxy-Wasm SDK, and check that its callbacks are exported.", null);
		}
		for (Callback callback : Callback.values()) {
			FunctionSignature signature = module.exports().get(callback.export());
			if (signature != null && !callback.accepts(signature)) {
				throw new VmStartException(
						"The module exports " + callback.export() + " as " + signature + ", but the ABI wants "
								+ callback.expected() + ".",
						"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", null);
			}
		}
		return new GuestModule(module, abi, allocator(module.exports()));
	}

	private static String allocator(Map<String, FunctionSignature> exports) throws VmStartException {
		// As Envoy does; the few modules that have both accept either.
		for (String name : List.of(MALLOC, MEMORY_ALLOCATE)) {
			FunctionSignature signature = exports.get(name);
			if (signature != null) {
				if (!signature.equals(ALLOCATOR)) {
					throw new VmStartException(
							"The module exports " + name + " as " + signature + ", but the ABI wants " + ALLOCATOR
									+ ".",
							"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", null);
				}
				return name;
			}
		}
		throw new VmStartException(
				"The module exports no allocator: neither " + MALLOC + " nor " + MEMORY_ALLOCATE + ".",
				"Export one of them; the SDKs do so unless the linker was told to drop it.", null);
	}

	/**
	 * Return the compiled module.
	 * @return the module
	 */
	public CompiledModule module() {
		return this.module;
	}

	/**
	 * Return the version of the ABI that the guest speaks.
	 * @return the version and whether the module names it itself
	 */
	public DetectedAbi abi() {
		return this.abi;
	}

	/**
	 * Return what the guest imports that this host does not offer.
	 * @return the report
	 */
	public ImportReport imports() {
		return this.imports;
	}

	/**
	 * Return whether the guest wants to be called.
	 * @param callback the callback
	 * @return whether it exports the function
	 */
	public boolean has(Callback callback) {
		return this.module.exports().containsKey(callback.export());
	}

	/**
	 * Return whether a paused headers phase still shows bodies to this guest when nothing
	 * else is configured.
	 * @return {@code true} for Higress's dialect
	 */
	public boolean defaultHeadersStopIteration() {
		return this.abi.version() == AbiVersion.V0_2_100;
	}

	String allocator() {
		return this.allocator;
	}

	boolean hasShortForm(Callback callback) {
		FunctionSignature signature = this.module.exports().get(callback.export());
		return signature != null && signature.parameters().size() == callback.parameters() - 1;
	}

}
