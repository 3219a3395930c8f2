package io.gatewaywasm.boot.services;

/**
 * The names of meters and tags.
 */
final class WasmMeters {

	/** Timer: a phase of a stream in the guest, including host calls. */
	static final String FILTER_DURATION = "wasm.filter.duration";

	/** Counter: streams that were started. */
	static final String FILTER_STREAMS = "wasm.filter.streams";

	/** Counter: failures of guests. */
	static final String FILTER_FAILURES = "wasm.filter.failures";

	/** Counter: headers of the connection that guests have set. */
	static final String HEADERS_NOT_SENT = "wasm.filter.headers.not.sent";

	/** Counter: reloads. */
	static final String RELOADS = "wasm.reloads";

	/** Timer: HTTP, gRPC and Redis callouts. */
	static final String CALLOUT_DURATION = "wasm.callout.duration";

	/** Gauge: active streams. */
	static final String ACTIVE_STREAMS = "wasm.filter.streams.active";

	/** Gauge: buffered bytes of bodies. */
	static final String BUFFERED = "wasm.filter.buffered";

	/** Gauge: VMs that can serve. */
	static final String INSTANCES = "wasm.instances";

	/** Gauge: memory of a plugin's VMs in bytes. */
	static final String MEMORY_USED = "wasm.memory.used";

	/** Counter: lookups in the cache of fetched modules. */
	static final String FETCH_CACHE = "wasm.fetch.cache";

	/** Timer: transfers of modules. */
	static final String FETCH_DURATION = "wasm.fetch.duration";

	/** Counter: failed transfers of modules. */
	static final String FETCH_FAILURES = "wasm.fetch.failures";

	/** Timer: calls of guests to shared data on a server. */
	static final String SHARED_DATA = "wasm.shared.data";

	/** Gauge: 1 if that server is available, otherwise 0. */
	static final String SHARED_DATA_AVAILABLE = "wasm.shared.data.available";

	static final String OPERATION = "operation";

	static final String HEADER = "header";

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
