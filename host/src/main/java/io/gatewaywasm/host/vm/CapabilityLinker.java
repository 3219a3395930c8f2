package io.gatewaywasm.host.vm;

import java.util.Set;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.imports.ImportTable;

/**
 * Links only the functions that the guest is allowed to call. As in Envoy, all other
 * functions can be linked but return {@code INTERNAL_FAILURE}, or WASI's
 * {@code ENOTCAPABLE}. {@code capabilities} has the names of the allowed functions, or an
 * empty set to allow all.
 */
record CapabilityLinker(ImportTable table, Set<String> capabilities) implements Linker {

	private static final int NOT_CAPABLE = 76;

	@Override
	public HostFunction link(FunctionImport functionImport) {
		String module = functionImport.module();
		boolean restricted = functionImport.name().startsWith("proxy_") || module.startsWith("wasi");
		if (!restricted || this.capabilities.isEmpty() || this.capabilities.contains(functionImport.name())) {
			return this.table.link(functionImport);
		}
		int answer = module.startsWith("wasi") ? NOT_CAPABLE : Status.INTERNAL_FAILURE.code();
		return (memory, arguments) -> answer;
	}

}
