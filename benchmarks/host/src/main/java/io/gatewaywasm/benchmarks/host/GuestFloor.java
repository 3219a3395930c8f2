package io.gatewaywasm.benchmarks.host;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.benchmarks.SignedText;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.WasmEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Runs the same callbacks on a bare instance whose host functions do almost nothing. The
 * result is the guest's own share of a lifecycle, which no host can reduce.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GuestFloor {

	private static final byte[] VALUE = "shop.example.org".getBytes(StandardCharsets.US_ASCII);

	private static final long BAD_FILE_DESCRIPTOR = 8;

	private static final int SIZE = 1 << 26;

	@Param({ "MIN_ADD", "ADD_HEADER", "HELLO_WORLD", "HEADERS_GO", "SIGNATURE_GO" })
	public Scenario scenario;

	private final long[] one = new long[1];

	private final long[] two = new long[2];

	private final long[] three = new long[3];

	private final Map<String, byte[]> values = new HashMap<>();

	private byte[] configuration = new byte[0];

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
		if (this.scenario == Scenario.SIGNATURE_GO) {
			SignedText signed = SignedText.read();
			this.configuration = signed.key().getBytes(StandardCharsets.US_ASCII);
			this.values.put("x-signed", signed.signed().getBytes(StandardCharsets.US_ASCII));
			this.values.put("x-signature", signed.signature().getBytes(StandardCharsets.US_ASCII));
		}
		this.instance = WasmEngine.create(EngineOptions.defaults())
			.compile(this.scenario.wasm())
			.instantiate((imported) -> answer(imported.name()), SIZE);
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
		GuestFunction configure = this.instance.function("proxy_on_configure");
		if (configure != null && configure.call(1, this.configuration.length) == 0) {
			throw new IllegalStateException("The filter refused its configuration");
		}
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
		return switch (name) {
			case "proxy_get_header_map_value" -> (memory, arguments) -> {
				byte[] value = value(memory.readLatin1((int) arguments[1], (int) arguments[2]));
				return give(memory, value, (int) arguments[3], (int) arguments[4]);
			};
			case "proxy_get_buffer_bytes" ->
				(memory, arguments) -> give(memory, this.configuration, (int) arguments[3], (int) arguments[4]);
			case "clock_time_get" -> (memory, arguments) -> {
				memory.writeLong((int) arguments[2], System.nanoTime());
				return 0;
			};
			case "fd_prestat_get", "fd_fdstat_get" -> (memory, arguments) -> BAD_FILE_DESCRIPTOR;
			case "proxy_send_local_response" -> (memory, arguments) -> {
				throw new IllegalStateException("The filter answered itself");
			};
			default -> (memory, arguments) -> 0;
		};
	}

	private byte[] value(String name) {
		byte[] value = this.values.get(name);
		return (value != null) ? value : VALUE;
	}

	private long give(GuestMemory memory, byte[] value, int pointer, int size) {
		this.one[0] = value.length;
		int address = (int) this.allocate.call(this.one);
		memory.write(address, value);
		memory.writeInt(pointer, address);
		memory.writeInt(size, value.length);
		return 0;
	}

	/** Runs one exchange and returns the last decision of the filter. */
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
