package io.gatewaywasm.host.vm.hostcall;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffers;
import io.gatewaywasm.host.imports.HostClock;
import io.gatewaywasm.host.imports.HostContext;
import io.gatewaywasm.host.imports.HostFunctions;
import io.gatewaywasm.host.imports.HostGrpcCalls;
import io.gatewaywasm.host.imports.HostHeaders;
import io.gatewaywasm.host.imports.HostHttpCalls;
import io.gatewaywasm.host.imports.HostLog;
import io.gatewaywasm.host.imports.HostMetrics;
import io.gatewaywasm.host.imports.HostProcess;
import io.gatewaywasm.host.imports.HostProperties;
import io.gatewaywasm.host.imports.HostQueues;
import io.gatewaywasm.host.imports.HostRedisCalls;
import io.gatewaywasm.host.imports.HostSecrets;
import io.gatewaywasm.host.imports.HostSharedData;
import io.gatewaywasm.host.imports.HostStreams;
import io.gatewaywasm.host.imports.HostUpstreams;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.spi.SharedScope;

/**
 * The host calls of one VM: creates the classes that handle the areas of the
 * specification. This is the only class that knows all areas.
 */
public final class HostCalls implements HostContext {

	/**
	 * The smallest limit for bodies that a guest passes to a host call. A chunk can be
	 * larger than the body buffer, and the guest may replace it by as many bytes.
	 */
	private static final int MINIMUM_BODY = 16 << 20;

	private final VmScope vm;

	private final int maximumBody;

	private final GuestLog log;

	private final GuestProcess process;

	private final ContextClock clock;

	private final ContextHeaders headers;

	private final ContextBuffers buffers;

	private final ContextProperties properties;

	private final StreamControl streams;

	private final StreamUpstreams upstreams;

	private final CalloutTables callouts;

	private final SharedScope shared;

	private final GuestSharedData sharedData;

	private final GuestQueues queues;

	private final GuestMetrics metrics;

	private final GuestSecrets secrets;

	private final ForeignCalls functions;

	public HostCalls(VmScope vm) {
		this.vm = vm;
		this.maximumBody = maximumBody(vm.settings());
		this.log = new GuestLog(vm);
		this.process = new GuestProcess(vm, this.log);
		this.clock = new ContextClock(vm);
		this.callouts = new CalloutTables(vm);
		this.headers = new ContextHeaders(vm, this.callouts.http(), this.callouts.grpc().callbacks());
		this.buffers = new ContextBuffers(vm, this.callouts.http(), this.callouts.grpc().callbacks(),
				this.callouts.redis());
		ControlProperties controls = new ControlProperties(vm);
		this.properties = new ContextProperties(vm, controls);
		this.streams = new StreamControl(vm);
		this.upstreams = new StreamUpstreams(vm);
		SharedScope scope = vm.services().sharedScopes().scope(vm.settings().vm().id());
		this.shared = scope.isRemote() ? new RemoteSharedScope(vm, scope) : scope;
		this.sharedData = new GuestSharedData(this.shared);
		this.queues = new GuestQueues(vm, this.shared);
		this.metrics = new GuestMetrics(vm);
		this.secrets = new GuestSecrets(vm);
		this.functions = new ForeignCalls(vm, this.properties, this.streams, new HigressFunctions(this.log, controls));
	}

	private static int maximumBody(VmSettings settings) {
		int rewritten = (int) Math.min(2L * settings.streamLimits().maxBodyBuffer(), Integer.MAX_VALUE);
		SizeLimits sizes = settings.sizes();
		return Math.max(MINIMUM_BODY, Math.max(rewritten, Math.max(sizes.localResponse(), sizes.callBody())));
	}

	/** Returns the parts whose state can be captured and restored. */
	public List<Restorable> restorables() {
		List<Restorable> parts = new ArrayList<>(this.callouts.restorables());
		parts.add(this.metrics);
		return List.copyOf(parts);
	}

	/**
	 * Returns up to 16 lines that the guest logged last, with their levels, oldest first.
	 * Called by any thread.
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

	/**
	 * Returns whether the guest's shared data is remote, so that its calls wait for a
	 * server and must not run on an event loop.
	 */
	public boolean waitsForStore() {
		return this.shared.isRemote();
	}

	/**
	 * Lets pending HTTP callouts continue after the VM was lost, and drops their results.
	 */
	public void detachCallouts() {
		this.callouts.http().detach();
	}

	/**
	 * Cancels the calls of a root context that has ended, and hands over its queues
	 * unless the VM is closing.
	 */
	public void rootEnded(RootScope root, boolean closing) {
		this.callouts.cancelAll(root);
		this.queues.rootEnded(root, closing);
	}

	/** Cancels everything that could enter the guest again. */
	public void close() {
		this.callouts.cancelAll();
		this.queues.release();
	}

	@Override
	public int allocate(int size) {
		int pointer = this.vm.allocate(size);
		if (pointer == 0) {
			throw StatusException.of(Status.INVALID_MEMORY_ACCESS);
		}
		return pointer;
	}

	@Override
	public int maximumBody() {
		return this.maximumBody;
	}

	@Override
	public HostLog log() {
		return this.log;
	}

	@Override
	public HostProcess process() {
		return this.process;
	}

	@Override
	public HostClock clock() {
		return this.clock;
	}

	@Override
	public HostHeaders headers() {
		return this.headers;
	}

	@Override
	public HostBuffers buffers() {
		return this.buffers;
	}

	@Override
	public HostProperties properties() {
		return this.properties;
	}

	@Override
	public HostStreams streams() {
		return this.streams;
	}

	@Override
	public HostUpstreams upstreams() {
		return this.upstreams;
	}

	@Override
	public HostHttpCalls httpCalls() {
		return this.callouts.http();
	}

	@Override
	public HostGrpcCalls grpcCalls() {
		return this.callouts.grpc();
	}

	@Override
	public HostRedisCalls redisCalls() {
		return this.callouts.redis();
	}

	@Override
	public HostSharedData sharedData() {
		return this.sharedData;
	}

	@Override
	public HostQueues queues() {
		return this.queues;
	}

	@Override
	public HostMetrics metrics() {
		return this.metrics;
	}

	@Override
	public HostSecrets secrets() {
		return this.secrets;
	}

	@Override
	public HostFunctions functions() {
		return this.functions;
	}

}
