package io.gatewaywasm.host.fuzz;

import java.time.Duration;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.plugin.WasmHost;
import org.slf4j.LoggerFactory;

/**
 * Starts arbitrary bytes as a plugin. It runs, or an exception describes the error.
 */
public final class ModuleFuzz {

	private static final WasmEngine ENGINE = WasmEngine.create(EngineOptions.defaults());

	private static final WasmHost HOST = new WasmHost(new TestServices());

	private static final PluginSpec SPEC = PluginSpec.builder("fuzz")
		.limits(PluginLimits.builder().vm((vm) -> vm.memory(4 << 20).startTimeout(Duration.ofMillis(200))).build())
		.build();

	static {
		((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.OFF);
	}

	private ModuleFuzz() {
	}

	/**
	 * Runs slow initialization before the first input, because the time of each input is
	 * limited.
	 */
	public static void fuzzerInitialize() {
		fuzzerTestOneInput(new byte[0]);
	}

	public static void fuzzerTestOneInput(byte[] data) {
		try {
			HOST.start(SPEC, ENGINE.compile(data)).close();
		}
		catch (ModuleException | PluginStartException ex) {
			if (ex.getMessage() == null || ex.getMessage().isBlank()) {
				throw new AssertionError("nothing is said", ex);
			}
		}
	}

}
