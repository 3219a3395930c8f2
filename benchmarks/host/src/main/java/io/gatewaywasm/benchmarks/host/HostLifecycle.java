package io.gatewaywasm.benchmarks.host;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One exchange from its first header to the guest's delete callback, through the API that
 * the gateway uses: with deadline, mailbox, fail strategy and metrics.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HostLifecycle {

	private static final int BODY_BUFFER = 2 << 20;

	@Param
	public Scenario scenario;

	private BenchmarkServices services;

	private WasmHost host;

	private Plugin plugin;

	private BenchmarkExchange exchange;

	private byte[] body;

	private Decision decision;

	private final Consumer<Decision> sink = (decided) -> this.decision = decided;

	@Setup
	public void start() throws Exception {
		CompiledModule module = WasmEngine.create(EngineOptions.defaults()).compile(this.scenario.wasm());
		this.services = new BenchmarkServices();
		this.host = new WasmHost(this.services);
		// The filter makes the body longer than the default limit allows.
		PluginLimits limits = PluginLimits.builder().streams((streams) -> streams.bodyBuffer(BODY_BUFFER)).build();
		this.plugin = this.host.start(PluginSpec.builder("benchmark").limits(limits).build(), module);
		this.exchange = new BenchmarkExchange(this.scenario);
		this.body = this.scenario.body();
		lifecycle();
		byte[] sent = (this.decision instanceof Decision.Forward forward) ? forward.data() : new byte[0];
		this.scenario.verify(this.exchange.request(), sent);
	}

	@TearDown
	public void stop() {
		this.plugin.close();
		this.host.close();
		this.services.close();
	}

	/** Runs one exchange and returns the last decision on the request. */
	@Benchmark
	public Decision lifecycle() {
		this.exchange.reset();
		FilterStream stream = this.plugin.openStream(this.exchange, 0);
		stream.requestHeaders(!this.scenario.hasBody(), this.sink);
		if (this.scenario.hasBody()) {
			stream.requestBody(this.body, true, this.sink);
		}
		Decision ofRequest = this.decision;
		stream.responseHeaders(true, this.sink);
		stream.end();
		this.decision = ofRequest;
		return ofRequest;
	}

}
