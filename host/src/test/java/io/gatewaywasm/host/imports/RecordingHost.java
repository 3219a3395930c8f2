package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import org.jspecify.annotations.Nullable;

/**
 * A host that records every call with an effect and returns values from its fields. The
 * guest's allocator appends to the used memory and grows it if needed.
 */
class RecordingHost implements HostContext, HostLog, HostClock, HostBuffers, HostHeaders, HostProperties, HostStreams,
		HostHttpCalls, HostGrpcCalls, HostRedisCalls, HostUpstreams, HostSecrets, HostSharedData, HostQueues,
		HostMetrics, HostFunctions, HostProcess {

	private static final int FIRST_ALLOCATION = 32 * 1024;

	final List<String> calls = new ArrayList<>();

	final List<String> unimplemented = new ArrayList<>();

	final Map<BufferType, FakeBuffer> buffers = new EnumMap<>(BufferType.class);

	final Map<MapType, HeaderList> headers = new EnumMap<>(MapType.class);

	final Map<MapType, HeaderMap> mutableHeaders = new EnumMap<>(MapType.class);

	final Map<List<String>, byte[]> properties = new HashMap<>();

	final Map<String, String> environment = new LinkedHashMap<>();

	final Map<String, SharedValue> shared = new HashMap<>();

	final FakeMemory memory;

	LogLevel level = LogLevel.TRACE;

	boolean missingHeaderIsEmpty;

	boolean inLogPhase;

	byte[] configuration = {};

	byte[] foreignResult = {};

	byte[] dequeued = {};

	int statusCode;

	String statusMessage = "";

	int resolved;

	int next = FIRST_ALLOCATION;

	int allocations;

	Runnable duringAllocation = () -> {
	};

	@Nullable RuntimeException failure;

	RecordingHost(FakeMemory memory) {
		this.memory = memory;
	}

	private void record(Object... parts) {
		if (this.failure != null) {
			throw this.failure;
		}
		this.calls.add(Arrays.stream(parts).map(RecordingHost::show).collect(Collectors.joining(" ")));
	}

	private static String show(Object part) {
		if (part instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		if (part instanceof List<?> list) {
			return list.stream().map(RecordingHost::show).collect(Collectors.joining(",", "[", "]"));
		}
		return (part instanceof HeaderPair pair) ? pair.name() + "=" + pair.value() : String.valueOf(part);
	}

	@Override
	public HostLog log() {
		return this;
	}

	@Override
	public HostClock clock() {
		return this;
	}

	@Override
	public HostBuffers buffers() {
		return this;
	}

	@Override
	public HostHeaders headers() {
		return this;
	}

	@Override
	public HostProperties properties() {
		return this;
	}

	@Override
	public HostStreams streams() {
		return this;
	}

	@Override
	public HostHttpCalls httpCalls() {
		return this;
	}

	@Override
	public HostGrpcCalls grpcCalls() {
		return this;
	}

	@Override
	public HostRedisCalls redisCalls() {
		return this;
	}

	@Override
	public HostUpstreams upstreams() {
		return this;
	}

	@Override
	public HostSecrets secrets() {
		return this;
	}

	@Override
	public HostSharedData sharedData() {
		return this;
	}

	@Override
	public HostQueues queues() {
		return this;
	}

	@Override
	public HostMetrics metrics() {
		return this;
	}

	@Override
	public HostFunctions functions() {
		return this;
	}

	@Override
	public HostProcess process() {
		return this;
	}

	@Override
	public int maximumBody() {
		return 1024;
	}

	@Override
	public int allocate(int size) {
		this.duringAllocation.run();
		this.allocations++;
		int pointer = this.next;
		this.next += size;
		if (this.next > this.memory.size()) {
			this.memory.grow(this.next);
		}
		return pointer;
	}

	@Override
	public boolean isLogEnabled(LogLevel candidate) {
		return candidate.compareTo(this.level) >= 0;
	}

	@Override
	public void log(LogLevel at, String message) {
		record("log", at, message);
	}

	@Override
	public LogLevel logLevel() {
		return this.level;
	}

	@Override
	public void unimplemented(String function) {
		this.unimplemented.add(function);
	}

	@Override
	public long currentTimeNanos() {
		return 1_700_000_000_123_456_789L;
	}

	@Override
	public long monotonicTimeNanos() {
		return 42_000_000_000L;
	}

	@Override
	public void setTickPeriod(int milliseconds) {
		record("tick", Integer.toUnsignedString(milliseconds));
	}

	@Override
	public @Nullable HostBuffer buffer(BufferType type) {
		return this.buffers.get(type);
	}

	@Override
	public byte[] configuration() {
		return this.configuration;
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return this.headers.get(type);
	}

	@Override
	public @Nullable HeaderMap measuredHeaders(MapType type) {
		return this.headers.get(type);
	}

	@Override
	public void notSent(String name) {
		this.calls.add("notSent " + name);
	}

	@Override
	public @Nullable HeaderMap mutableHeaders(MapType type) {
		return this.mutableHeaders.get(type);
	}

	@Override
	public boolean missingHeaderIsEmpty() {
		return this.missingHeaderIsEmpty;
	}

	@Override
	public boolean inLogPhase() {
		return this.inLogPhase;
	}

	@Override
	public byte @Nullable [] property(List<String> path) {
		return this.properties.get(path);
	}

	@Override
	public void setProperty(List<String> path, byte[] value) {
		record("setProperty", path, value);
	}

	@Override
	public void setEffectiveContext(int contextId) {
		record("effectiveContext", contextId);
	}

	@Override
	public void done() {
		record("done");
	}

	@Override
	public void continueStream(StreamType type) {
		record("continue", type);
	}

	@Override
	public void injectResponseBody(byte[] data, boolean endOfStream) {
		record("inject", data, endOfStream);
	}

	@Override
	public void closeStream(StreamType type) {
		record("close", type);
	}

	@Override
	public void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers,
			int grpcStatus) {
		record("reply", statusCode, details, body, headers, grpcStatus);
	}

	@Override
	public byte[] secret(String name) {
		record("secret", name);
		return ("secret of " + name).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public byte[] variable(String name) {
		record("variable", name);
		return ("value of " + name).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public List<HeaderPair> upstreamHosts() {
		record("upstreamHosts");
		return List.of(new HeaderPair("10.0.0.1:80", "{}"));
	}

	@Override
	public void overrideUpstreamHost(String address) {
		record("overrideUpstreamHost", address);
	}

	@Override
	public void clearRouteCache() {
		record("clearRouteCache");
	}

	@Override
	public int httpCall(String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds) {
		record("httpCall", upstream, headers, body, trailers, timeoutMilliseconds);
		return 4;
	}

	@Override
	public int refusedHttpCall(String upstream, String reason) {
		record("refusedHttpCall", upstream, reason);
		return 8;
	}

	@Override
	public int callStatusCode() {
		return this.statusCode;
	}

	@Override
	public String callStatusMessage() {
		return this.statusMessage;
	}

	@Override
	public int grpcCall(byte[] service, String serviceName, String methodName, @Nullable List<HeaderPair> metadata,
			byte[] message, int timeoutMilliseconds) {
		record("grpcCall", service, serviceName, methodName, metadata, message, timeoutMilliseconds);
		return 5;
	}

	@Override
	public int grpcStream(byte[] service, String serviceName, String methodName, @Nullable List<HeaderPair> metadata) {
		record("grpcStream", service, serviceName, methodName, metadata);
		return 6;
	}

	@Override
	public void redisInit(String upstream, String user, String password, int timeoutMilliseconds) {
		record("redisInit", upstream, user, password, timeoutMilliseconds);
	}

	@Override
	public int redisCall(String upstream, byte[] query) {
		record("redisCall", upstream, query);
		return 7;
	}

	@Override
	public void grpcSend(int token, byte[] message, boolean endOfStream) {
		record("grpcSend", token, message, endOfStream);
	}

	@Override
	public void grpcCancel(int token) {
		record("grpcCancel", token);
	}

	@Override
	public void grpcClose(int token) {
		record("grpcClose", token);
	}

	@Override
	public @Nullable SharedValue sharedData(String key) {
		return this.shared.get(key);
	}

	@Override
	public void setSharedData(String key, byte[] data, int cas) {
		record("setSharedData", key, data, cas);
	}

	@Override
	public int registerQueue(String name) {
		record("registerQueue", name);
		return 7;
	}

	@Override
	public int resolveQueue(String vmId, String name) {
		return (vmId + "/" + name).equals("vm/queue") ? 7 : 0;
	}

	@Override
	public void enqueue(int token, byte[] data) {
		record("enqueue", token, data);
	}

	@Override
	public byte[] dequeue(int token) {
		record("dequeue", token);
		return this.dequeued;
	}

	@Override
	public void callbackEnded() {
		// The VM decides which memory it can give up.
	}

	@Override
	public int defineMetric(MetricType type, String name) {
		record("defineMetric", type, name);
		return 8 | type.code();
	}

	@Override
	public void incrementMetric(int id, long offset) {
		record("incrementMetric", id, offset);
	}

	@Override
	public void recordMetric(int id, long value) {
		record("recordMetric", id, value);
	}

	@Override
	public long metric(int id) {
		if (this.failure != null) {
			throw this.failure;
		}
		return 0x1234_5678_9ABC_DEF0L;
	}

	@Override
	public byte[] callForeignFunction(String name, byte[] arguments) {
		if (name.equals("unknown")) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		record("foreign", name, arguments);
		return this.foreignResult;
	}

	@Override
	public Map<String, String> environment() {
		return this.environment;
	}

	@Override
	public void random(byte[] target) {
		Arrays.fill(target, (byte) 7);
	}

	@Override
	public void write(int descriptor, byte[] data) {
		record("write", descriptor, data);
	}

}
