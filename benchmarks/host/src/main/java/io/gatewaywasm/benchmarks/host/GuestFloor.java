package io.gatewaywasm.benchmarks.host;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.ChicoryEngine;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.ModuleInstance;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The same callbacks on a bare instance whose host functions do next to nothing: what of
 * a lifecycle is the guest's own, which no host can save.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GuestFloor {

	private static final byte[] VALUE = "shop.example.org".getBytes(StandardCharsets.US_ASCII);

	/** What is measured. */
	@Param({ "MIN_ADD", "ADD_HEADER", "HELLO_WORLD" })
	public Scenario scenario;

	private final long[] one = new long[1];

	private final long[] two = new long[2];

	private final long[] three = new long[3];

	private ModuleInstance instance;

	private GuestFunction allocate;

	private GuestFunction create;

	private GuestFunction requestHeaders;

	private GuestFunction responseHeaders;

	private GuestFunction done;

	private GuestFunction log;

	private GuestFunction delete;

	private int id = 1;

	@Setup
	public void start() throws Exception {
		this.instance = ChicoryEngine.create(EngineOptions.defaults())
			.compile(this.scenario.wasm())
			.instantiate((imported) -> answer(imported.name()), 1 << 24);
		this.allocate = function("proxy_on_memory_allocate");
		this.create = function("proxy_on_context_create");
		this.requestHeaders = function("proxy_on_request_headers");
		this.responseHeaders = function("proxy_on_response_headers");
		this.done = function("proxy_on_done");
		this.log = function("proxy_on_log");
		this.delete = function("proxy_on_delete");
		GuestFunction initialize = this.instance.function("_initialize");
		if (initialize != null) {
			initialize.call();
		}
		this.create.call(1, 0);
		lifecycle();
	}

	private GuestFunction function(String name) {
		GuestFunction function = this.instance.function(name);
		if (function == null) {
			throw new IllegalStateException("The filter does not export " + name);
		}
		return function;
	}

	private HostFunction answer(String name) {
		if (!name.equals("proxy_get_header_map_value")) {
			return (memory, arguments) -> 0;
		}
		return (memory, arguments) -> {
			this.one[0] = VALUE.length;
			int pointer = (int) this.allocate.call(this.one);
			memory.write(pointer, VALUE);
			memory.writeInt((int) arguments[3], pointer);
			memory.writeInt((int) arguments[4], VALUE.length);
			return 0;
		};
	}

	/**
	 * Run one exchange.
	 * @return what the filter decided last
	 */
	@Benchmark
	public long lifecycle() {
		this.id++;
		this.two[0] = this.id;
		this.two[1] = 1;
		this.create.call(this.two);
		this.three[0] = this.id;
		this.three[1] = 10;
		this.three[2] = 1;
		long action = this.requestHeaders.call(this.three);
		this.three[1] = 6;
		this.responseHeaders.call(this.three);
		this.one[0] = this.id;
		this.done.call(this.one);
		this.one[0] = this.id;
		this.log.call(this.one);
		this.one[0] = this.id;
		this.delete.call(this.one);
		return action;
	}

}
