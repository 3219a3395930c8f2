package io.gatewaywasm.benchmarks.host;

import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;

/**
 * Measures the compilation of one module in a newly started JVM.
 */
public final class ColdLoad {

	private ColdLoad() {
	}

	/** Arguments: the output file, the filter. */
	public static void main(String[] args) throws Exception {
		byte[] wasm = Scenario.wasm(args[1]);
		WasmEngine.create(EngineOptions.defaults()).compile(wasm);
		double seconds = ProcessHandle.current()
			.info()
			.totalCpuDuration()
			.orElseThrow(() -> new IllegalStateException("This system does not tell a process's CPU time"))
			.toMillis() / 1000.0;
		new ObjectMapper().writeValue(Path.of(args[0]).toFile(),
				Map.of("filter", args[1], "bytes", wasm.length, "cpuSeconds", seconds));
	}

}
