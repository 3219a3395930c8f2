package io.gatewaywasm.host.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.slf4j.LoggerFactory;

/**
 * Calls host functions with arbitrary pointers and lengths. Each call returns or the
 * guest exits; no other exception leaves the host.
 */
public final class HostCallsFuzz {

	private static final TestServices SERVICES = new TestServices();

	private static final WasmHost HOST = new WasmHost(SERVICES);

	private static final CompiledModule MODULE = compile();

	private static Plugin plugin = start();

	private HostCallsFuzz() {
	}

	/**
	 * Runs slow initialization before the first input, because the time of each input is
	 * limited.
	 */
	public static void fuzzerInitialize() {
		fuzzerTestOneInput(new byte[0]);
	}

	public static void fuzzerTestOneInput(byte[] data) {
		SERVICES.calls.clear();
		SERVICES.grpcCalls.clear();
		SERVICES.callouts.clear();
		SERVICES.lines.clear();
		SERVICES.phases.clear();
		SERVICES.failures.clear();
		FakeExchange exchange = new FakeExchange(Runnable::run, "x-program",
				new String(data, StandardCharsets.ISO_8859_1));
		List<Decision> decisions = new ArrayList<>();
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, decisions::add);
		stream.requestBody("body".getBytes(StandardCharsets.US_ASCII), true, decisions::add);
		stream.responseHeaders(false, decisions::add);
		stream.responseBody("body".getBytes(StandardCharsets.US_ASCII), true, decisions::add);
		stream.end();
		if (SERVICES.failures.contains("internal")) {
			throw new AssertionError("the host failed: " + plugin.status().lastError());
		}
		if (decisions.isEmpty() && exchange.earlyEnds.isEmpty()) {
			throw new AssertionError("no decision");
		}
		if (SERVICES.phases.isEmpty()) {
			throw new AssertionError("the guest did not run");
		}
		if (!SERVICES.failures.isEmpty()) {
			// The VM would be replaced, but only after a delay.
			plugin.close();
			plugin = start();
		}
	}

	private static CompiledModule compile() {
		((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.OFF);
		try {
			return WasmEngine.create(EngineOptions.defaults()).compile(ProgramGuest.wasm());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Plugin start() {
		try {
			return HOST.start(PluginSpec.builder("fuzz").vms(1).build(), MODULE);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
