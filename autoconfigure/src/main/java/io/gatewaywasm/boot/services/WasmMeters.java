package io.gatewaywasm.boot.services;

/**
 * The names of the meters and tags, in one place.
 */
final class WasmMeters {

	/** Timer: a phase of a stream in the guest and its host calls. */
	static final String FILTER_DURATION = "wasm.filter.duration";

	/** Counter: streams begun. */
	static final String FILTER_STREAMS = "wasm.filter.streams";

	/** Counter: failures of guests. */
	static final String FILTER_FAILURES = "wasm.filter.failures";

	/** Counter: attempts to put a new version in service. */
	static final String RELOADS = "wasm.reloads";

	/** Timer: HTTP and gRPC calls of guests. */
	static final String CALLS = "wasm.calls";

	/** Gauge: streams begun and not ended. */
	static final String ACTIVE_STREAMS = "wasm.filter.streams.active";

	/** Gauge: VMs that can be entered. */
	static final String INSTANCES = "wasm.instances";

	/** Gauge: memory of a plugin's VMs in bytes. */
	static final String MEMORY_USED = "wasm.memory.used";

	/** Counter: look-ups of fetched modules on disk. */
	static final String FETCH_CACHE = "wasm.fetch.cache";

	/** Timer: transfers of modules. */
	static final String FETCH_DURATION = "wasm.fetch.duration";

	/** Counter: modules that their source did not deliver. */
	static final String FETCH_FAILURES = "wasm.fetch.failures";

	static final String PLUGIN = "plugin";

	static final String PHASE = "phase";

	static final String OUTCOME = "outcome";

	static final String REASON = "reason";

	static final String RESULT = "result";

	static final String SCHEME = "scheme";

	static final String UPSTREAM = "upstream";

	private WasmMeters() {
	}

}
