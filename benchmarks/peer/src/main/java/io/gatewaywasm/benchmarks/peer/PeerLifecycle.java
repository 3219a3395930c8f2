package io.gatewaywasm.benchmarks.peer;

import java.io.InputStream;
import java.util.concurrent.TimeUnit;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.benchmarks.Scenario;
import io.roastedroot.proxywasm.PluginFactory;
import io.roastedroot.proxywasm.internal.Action;
import io.roastedroot.proxywasm.internal.HttpRequestBody;
import io.roastedroot.proxywasm.internal.Plugin;
import io.roastedroot.proxywasm.internal.PluginHttpContext;
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
 * Runs the exchange through the peer with the steps of its JAX-RS filter: one shared
 * plugin under its lock, in its compiled mode. The peer has no deadlines and no metrics.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerLifecycle {

	@Param
	public Scenario scenario;

	private Plugin plugin;

	private PeerExchange exchange;

	private byte[] body;

	private byte[] sent;

	@Setup
	public void start() throws Exception {
		WasmModule module = Parser.parse(this.scenario.wasm());
		this.plugin = (Plugin) PluginFactory.builder(module)
			.withName("benchmark")
			.withShared(true)
			.withMachineFactory(MachineFactoryCompiler.compile(module))
			.build()
			.create();
		this.exchange = new PeerExchange(this.scenario);
		this.body = this.scenario.body();
		this.sent = this.body;
		lifecycle();
		this.scenario.verify(this.exchange.request(), this.sent);
	}

	@TearDown
	public void stop() {
		this.plugin.close();
	}

	/** Runs one exchange and returns the last decision of the filter. */
	@Benchmark
	public Action lifecycle() {
		this.exchange.reset();
		PluginHttpContext context;
		this.plugin.lock();
		try {
			context = this.plugin.createHttpContext(this.exchange);
			if (context.context().hasOnRequestHeaders()) {
				context.context().callOnRequestHeaders(!this.scenario.hasBody());
			}
			if (this.scenario.hasBody() && context.context().hasOnRequestBody()) {
				HttpRequestBody state = new HttpRequestBody(InputStream::nullInputStream);
				state.setBody(this.body);
				context.setHttpRequestBodyState(state);
				context.context().callOnRequestBody(true);
				this.sent = context.getHttpRequestBody();
			}
		}
		finally {
			this.plugin.unlock();
		}
		this.plugin.lock();
		try {
			Action action = Action.CONTINUE;
			if (context.context().hasOnResponseHeaders()) {
				action = context.context().callOnResponseHeaders(true);
			}
			context.context().close();
			return action;
		}
		finally {
			this.plugin.unlock();
		}
	}

}
