package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.RootSpec;

/** Interim signature; see the design. */
@SuppressWarnings("DoNotCallSuggester")
public final class Plugin implements AutoCloseable {

	private Plugin() {
	}

	/** Blocking: canary, then VMs. */
	public static Plugin start(PluginSpec spec, CompiledModule module, HostServices services)
			throws PluginStartException {
		throw new UnsupportedOperationException();
	}

	/** Never throws, never blocks. */
	public PluginStream openStream(HttpStream stream, int affinity) {
		throw new UnsupportedOperationException();
	}

	public PluginStream openStream(HttpStream stream, RootSpec root, int affinity) {
		throw new UnsupportedOperationException();
	}

	public boolean hasRequestBodyCallback() {
		throw new UnsupportedOperationException();
	}

	public boolean hasResponseBodyCallback() {
		throw new UnsupportedOperationException();
	}

	/** New generation beside the old; old keeps serving if this throws. */
	public void reload(PluginSpec spec, CompiledModule module) throws PluginStartException {
		throw new UnsupportedOperationException();
	}

	public PluginStatus status() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void close() {
	}

}
