package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.imports.HostContext;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Handles the host calls of one VM by delegating each to the class that is responsible
 * for its area. This is the only class that knows all areas.
 */
public final class VmHost implements HostContext {

	private static final byte[] TOO_LARGE_RESPONSE = "local response too large".getBytes(StandardCharsets.UTF_8);

	/**
	 * The smallest limit for bodies that a guest passes to a host call. A chunk can be
	 * larger than the body buffer, and the guest may replace it by as many bytes.
	 */
	private static final int MINIMUM_BODY = 16 << 20;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final VmScope vm;

	private final SizeLimits sizes;

	private final int maximumBody;

	private final GuestLog log;

	private final ContextMaps maps;

	private final ContextProperties properties;

	private final StreamControl streams;

	private final ForeignCalls foreignCalls;

	private final HttpCallTable httpCalls;

	private final GrpcCallTable grpcCalls;

	private final RedisCallTable redisCalls;

	private final SharedAccess shared;

	private final GuestSecrets secrets;

	private final GuestMetrics metrics;

	private final TimeSource time;

	public VmHost(VmScope vm) {
		this.vm = vm;
		this.sizes = vm.settings().sizes();
		int rewrittenBody = (int) Math.min(2L * vm.settings().maxBodyBuffer(), Integer.MAX_VALUE);
		this.maximumBody = Math.max(MINIMUM_BODY,
				Math.max(rewrittenBody, Math.max(this.sizes.localReply(), this.sizes.callBody())));
		this.log = new GuestLog(vm);
		this.httpCalls = new HttpCallTable(vm);
		this.grpcCalls = new GrpcCallTable(vm);
		this.redisCalls = new RedisCallTable(vm);
		this.maps = new ContextMaps(vm, this.httpCalls, this.grpcCalls.callbacks(), this.redisCalls);
		ControlProperties controls = new ControlProperties(vm);
		this.properties = new ContextProperties(vm, controls);
		this.streams = new StreamControl(vm);
		this.foreignCalls = new ForeignCalls(vm, this.properties, this.streams,
				new HigressFunctions(this.log, controls));
		this.shared = new SharedAccess(vm);
		this.secrets = new GuestSecrets(vm);
		this.metrics = new GuestMetrics(vm);
		this.time = vm.services().time();
	}

	/** Returns the parts whose state can be captured and restored. */
	public List<Restorable> restorables() {
		return List.of(this.httpCalls, this.grpcCalls, this.redisCalls, this.metrics);
	}

	/**
	 * Returns up to 16 lines that the guest logged last, with their levels, oldest first.
	 */
	public List<String> lastLines() {
		return this.log.lastLines();
	}

	/**
	 * Writes to the host's log with the same logging context as the guest's lines: the
	 * plugin, the context, and the route, request and trace of a stream.
	 */
	public void inLogContext(Runnable write) {
		this.log.inContext(write);
	}

	/** Cancels everything that could enter the guest again. */
	public void close() {
		this.httpCalls.cancelAll();
		this.grpcCalls.cancelAll();
		this.redisCalls.close();
		this.shared.release();
	}

	/**
	 * Runs an action that may do I/O or call application code. The watchdog does not
	 * interrupt it.
	 */
	private void outside(Runnable action) {
		this.vm.enterHost();
		try {
			action.run();
		}
		finally {
			this.vm.leaveHost();
		}
	}

	private <T> T outside(Supplier<T> action) {
		this.vm.enterHost();
		try {
			return action.get();
		}
		finally {
			this.vm.leaveHost();
		}
	}

	@Override
	public int allocate(int size) {
		int pointer = this.vm.allocate(size);
		if (pointer == 0) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		return pointer;
	}

	@Override
	public int maximumBody() {
		return this.maximumBody;
	}

	@Override
	public boolean isLogEnabled(LogLevel level) {
		return this.log.isEnabled(level);
	}

	@Override
	public void log(LogLevel level, String message) {
		outside(() -> this.log.write(level, message));
	}

	@Override
	public LogLevel logLevel() {
		return this.log.level();
	}

	@Override
	public void unimplemented(String function) {
		outside(() -> this.log.unimplemented(function));
	}

	@Override
	public void write(int descriptor, byte[] data) {
		outside(() -> this.log.output(descriptor, data));
	}

	private void check(boolean allowed) {
		if (!allowed) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	@Override
	public long currentTimeNanos() {
		Instant now = this.time.now();
		return now.getEpochSecond() * 1_000_000_000L + now.getNano();
	}

	@Override
	public long monotonicTimeNanos() {
		return this.time.nanoTime();
	}

	@Override
	public void random(byte[] target) {
		RANDOM.nextBytes(target);
	}

	@Override
	public Map<String, String> environment() {
		return this.vm.settings().environment();
	}

	@Override
	public void setTickPeriod(int milliseconds) {
		this.streams.root().tickPeriod(milliseconds);
	}

	@Override
	public @Nullable HostBuffer buffer(BufferType type) {
		return this.maps.buffer(type);
	}

	@Override
	public byte[] configuration() {
		RootScope root = this.streams.root();
		return root.isConfiguring() ? root.configuration() : this.vm.settings().vmConfiguration();
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return this.maps.headers(type);
	}

	@Override
	public @Nullable HeaderMap mutableHeaders(MapType type) {
		return this.maps.mutableHeaders(type);
	}

	@Override
	public boolean missingHeaderIsEmpty() {
		return this.vm.settings().missingHeaderIsEmpty();
	}

	@Override
	public boolean inLogPhase() {
		ContextScope context = this.vm.effective();
		return context != null && context.isLogging();
	}

	@Override
	public byte @Nullable [] property(List<String> path) {
		return this.properties.get(path);
	}

	@Override
	public void setProperty(List<String> path, byte[] value) {
		outside(() -> this.properties.setByGuest(path, value));
	}

	@Override
	public void setEffectiveContext(int contextId) {
		if (!this.vm.effective(contextId)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	@Override
	public void done() {
		this.streams.done();
	}

	@Override
	public void continueStream(StreamType type) {
		this.streams.continueStream(type);
	}

	@Override
	public void injectResponseBody(byte[] data, boolean endOfStream) {
		this.streams.injectResponseBody(data, endOfStream);
	}

	@Override
	public void closeStream(StreamType type) {
		this.streams.closeStream(type);
	}

	@Override
	public void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers,
			int grpcStatus) {
		if (body.length > this.sizes.localReply() || BoundedHeaders.exceed(headers, this.sizes)) {
			// SDKs panic at any status other than OK, and a denied request must stay
			// denied
			this.streams.sendLocalResponse(500, "local_response_too_large", TOO_LARGE_RESPONSE.clone(), List.of(), -1);
			return;
		}
		this.streams.sendLocalResponse(statusCode, details, body, headers, grpcStatus);
	}

	@Override
	public List<HeaderPair> upstreamHosts() {
		return outside(() -> this.streams.upstreamHosts());
	}

	@Override
	public void overrideUpstreamHost(String address) {
		outside(() -> this.streams.overrideUpstreamHost(address));
	}

	@Override
	public void clearRouteCache() {
		outside(() -> this.streams.clearRouteCache());
	}

	@Override
	public int httpCall(String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds) {
		check(body.length <= this.sizes.callBody());
		BoundedHeaders.check(headers, this.sizes);
		BoundedHeaders.check(trailers, this.sizes);
		return outside(() -> this.httpCalls.send(this.streams.context(), upstream, headers, body, trailers,
				timeoutMilliseconds));
	}

	@Override
	public int callStatusCode() {
		return this.grpcCalls.callbacks().isRunning() ? this.grpcCalls.callbacks().statusCode()
				: this.httpCalls.statusCode();
	}

	@Override
	public String callStatusMessage() {
		return this.grpcCalls.callbacks().isRunning() ? this.grpcCalls.callbacks().statusMessage()
				: this.httpCalls.statusMessage();
	}

	@Override
	public int grpcCall(byte[] service, String serviceName, String methodName, List<HeaderPair> metadata,
			byte[] message, int timeoutMilliseconds) {
		check(message.length <= this.sizes.callBody());
		BoundedHeaders.check(metadata, this.sizes);
		return outside(() -> this.grpcCalls.call(this.streams.context(), service, serviceName + "/" + methodName,
				metadata, message, timeoutMilliseconds));
	}

	@Override
	public int grpcStream(byte[] service, String serviceName, String methodName, List<HeaderPair> metadata) {
		BoundedHeaders.check(metadata, this.sizes);
		return outside(
				() -> this.grpcCalls.stream(this.streams.context(), service, serviceName + "/" + methodName, metadata));
	}

	@Override
	public void grpcSend(int token, byte[] message, boolean endOfStream) {
		check(message.length <= this.sizes.callBody());
		outside(() -> this.grpcCalls.send(token, message, endOfStream));
	}

	@Override
	public void grpcCancel(int token) {
		outside(() -> this.grpcCalls.cancel(token));
	}

	@Override
	public void grpcClose(int token) {
		outside(() -> this.grpcCalls.close(token));
	}

	@Override
	public void redisInit(String upstream, String user, String password, int timeoutMilliseconds) {
		outside(() -> this.redisCalls.open(this.streams.root(), upstream, user, password, timeoutMilliseconds));
	}

	@Override
	public int redisCall(String upstream, byte[] query) {
		check(query.length <= this.sizes.callBody());
		return outside(() -> this.redisCalls.send(this.streams.context(), upstream, query));
	}

	@Override
	public byte[] secret(String name) {
		return outside(() -> this.secrets.secret(name));
	}

	@Override
	public byte[] variable(String name) {
		return this.secrets.variable(name);
	}

	@Override
	public @Nullable SharedValue sharedData(String key) {
		return this.shared.get(key);
	}

	@Override
	public void setSharedData(String key, byte[] data, int cas) {
		this.shared.set(key, data, cas);
	}

	@Override
	public int registerQueue(String name) {
		return this.shared.registerQueue(this.streams.root(), name);
	}

	@Override
	public int resolveQueue(String vmId, String name) {
		return this.shared.resolveQueue(vmId, name);
	}

	@Override
	public void enqueue(int token, byte[] data) {
		outside(() -> this.shared.enqueue(token, data));
	}

	@Override
	public byte[] dequeue(int token) {
		return this.shared.dequeue(token);
	}

	@Override
	public void callbackEnded() {
		this.shared.callbackEnded();
	}

	/**
	 * Returns whether the guest's shared data is remote, so that its calls wait for a
	 * server and must not run on an event loop.
	 */
	public boolean waitsForStore() {
		return this.shared.isRemote();
	}

	@Override
	public int defineMetric(MetricType type, String name) {
		return outside(() -> this.metrics.define(type, name));
	}

	@Override
	public void incrementMetric(int id, long offset) {
		outside(() -> this.metrics.increment(id, offset));
	}

	@Override
	public void recordMetric(int id, long value) {
		outside(() -> this.metrics.record(id, value));
	}

	@Override
	public long metric(int id) {
		return this.metrics.value(id);
	}

	@Override
	public byte[] callForeignFunction(String name, byte[] arguments) {
		return outside(() -> this.foreignCalls.call(name, arguments));
	}

}
