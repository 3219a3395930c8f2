package io.gatewaywasm.host.plugin;

import java.util.List;
import java.util.Set;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.spi.HostServices;

/**
 * The checks of a plugin's settings against its module, before a VM is started.
 */
record StartChecks(PluginSpec spec, CompiledModule module, HostServices services) {

	static final String SHARE_VMS = "Use 'isolation: shared', the default, which keeps VMs between streams.";

	/** The host functions that use the store of shared data. */
	private static final Set<String> SHARING = Set.of("proxy_get_shared_data", "proxy_set_shared_data",
			"proxy_register_shared_queue", "proxy_resolve_shared_queue", "proxy_enqueue_shared_queue",
			"proxy_dequeue_shared_queue");

	/** Runs all checks, and throws an exception if one fails. */
	void check() throws PluginStartException {
		checkIsolation();
		checkCapabilities();
		checkExecution();
	}

	private void checkIsolation() throws PluginStartException {
		String obstacle = this.module.restoreObstacle();
		if (this.spec.run().isolation() == Isolation.STREAM && obstacle != null) {
			throw new PluginStartException("'isolation: stream' is not possible with this module. " + obstacle,
					SHARE_VMS);
		}
	}

	private void checkExecution() throws PluginStartException {
		if (this.spec.run().execution() == Execution.EVENT_LOOP && sharesRemotely()) {
			throw new PluginStartException(
					"'execution: event-loop' is not possible, because the module uses shared data, and the store of its VM id '"
							+ this.spec.vm().id() + "' is a server. An event loop must not wait for a server.",
					"Remove 'execution', or set 'store: local' for the VM id under 'gateway.wasm.shared-data'.");
		}
	}

	/**
	 * Returns whether the guest waits for a server when it uses shared data. A module
	 * that does not use shared data never waits.
	 */
	boolean sharesRemotely() {
		return this.module.imports().stream().anyMatch((candidate) -> SHARING.contains(candidate.name()))
				&& this.services.sharedScopes().scope(this.spec.vm().id()).isRemote();
	}

	private void checkCapabilities() throws PluginStartException {
		List<String> unknown = this.spec.vm()
			.capabilities()
			.stream()
			.filter((name) -> !Capabilities.isKnown(name))
			.sorted()
			.map((name) -> PrintableText.of(name, PrintableText.NAME))
			.toList();
		if (!unknown.isEmpty()) {
			throw new PluginStartException(
					"'allowed-capabilities' contains names that are not host functions or callbacks: "
							+ String.join(", ", unknown) + ".",
					"Correct them. Valid names are listed in docs/abi.md.");
		}
	}

}
