package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.Map;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.imports.AbiVersion;
import io.gatewaywasm.host.imports.DetectedAbi;
import io.gatewaywasm.host.imports.ImportReport;
import io.gatewaywasm.host.imports.ImportTable;

/**
 * A compiled module that was recognized as a Proxy-Wasm guest that this host supports.
 * Immutable; shared by all VMs created from it.
 */
public final class GuestModule {

	private static final String MALLOC = "malloc";

	private static final String MEMORY_ALLOCATE = "proxy_on_memory_allocate";

	private static final FunctionSignature ALLOCATOR = new FunctionSignature(List.of("i32"), List.of("i32"));

	private final CompiledModule module;

	private final DetectedAbi abi;

	private final String allocator;

	private final ImportReport imports;

	private final Set<String> importedNames;

	private GuestModule(CompiledModule module, DetectedAbi abi, String allocator) {
		this.module = module;
		this.abi = abi;
		this.allocator = allocator;
		this.imports = ImportTable.report(module.imports());
		this.importedNames = module.imports()
			.stream()
			.map(FunctionImport::name)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Inspects the exports and imports of a module. Fails if it is not a Proxy-Wasm
	 * module or lacks a required export.
	 */
	public static GuestModule of(CompiledModule module) throws VmStartException {
		String unknown = DetectedAbi.unknownMarker(module.exports().keySet());
		if (unknown != null) {
			throw new VmStartException(
					"The module uses a version of the ABI that this host does not support: it exports "
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
						"The module exports " + callback.export() + " as " + signature + ", but the ABI requires "
								+ callback.expected() + ".",
						"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", null);
			}
		}
		return new GuestModule(module, abi, allocator(module.exports()));
	}

	private static String allocator(Map<String, FunctionSignature> exports) throws VmStartException {
		// As in Envoy. The few modules that export both accept either.
		for (String name : List.of(MALLOC, MEMORY_ALLOCATE)) {
			FunctionSignature signature = exports.get(name);
			if (signature != null) {
				if (!signature.equals(ALLOCATOR)) {
					throw new VmStartException(
							"The module exports " + name + " as " + signature + ", but the ABI requires " + ALLOCATOR
									+ ".",
							"Rebuild the filter with an SDK for Proxy-Wasm ABI 0.1.0, 0.2.0 or 0.2.1.", null);
				}
				return name;
			}
		}
		throw new VmStartException(
				"The module exports no allocator: neither " + MALLOC + " nor " + MEMORY_ALLOCATE + ".",
				"Export one of them; the SDKs do so unless a linker option removes it.", null);
	}

	public CompiledModule module() {
		return this.module;
	}

	/** Returns the ABI version of the guest, and whether the module declares it. */
	public DetectedAbi abi() {
		return this.abi;
	}

	/** Returns a report on the guest's imports that this host does not offer. */
	public ImportReport imports() {
		return this.imports;
	}

	/** Returns whether the guest imports a host function. */
	public boolean imports(String function) {
		return this.importedNames.contains(function);
	}

	/** Returns whether the guest exports a callback. */
	public boolean has(Callback callback) {
		return this.module.exports().containsKey(callback.export());
	}

	/**
	 * Returns whether bodies are still shown to this guest while the headers are paused,
	 * unless configured otherwise. True for guests built for Higress.
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
