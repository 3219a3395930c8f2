package io.gatewaywasm.host.imports;

/**
 * The typed host calls of a guest, one object per area. They act on the effective context
 * of the VM. A call that fails throws {@link io.gatewaywasm.host.abi.StatusException}.
 * Where a method can return {@code null}, this means "not found". A call that throws
 * {@link io.gatewaywasm.host.abi.Status#UNIMPLEMENTED} is also reported to
 * {@link HostLog#unimplemented}. Called only by the thread that is inside the VM.
 */
public interface HostContext {

	HostLog log();

	HostClock clock();

	HostBuffers buffers();

	HostHeaders headers();

	HostProperties properties();

	HostStreams streams();

	HostHttpCalls httpCalls();

	HostGrpcCalls grpcCalls();

	HostRedisCalls redisCalls();

	HostUpstreams upstreams();

	HostSecrets secrets();

	HostSharedData sharedData();

	HostQueues queues();

	HostMetrics metrics();

	HostFunctions functions();

	HostProcess process();

	/**
	 * Allocates memory with the guest's own allocator, during which the guest's memory
	 * may grow. The caller checks that the result is inside the memory.
	 * @param size the number of bytes, greater than 0
	 * @return the pointer, never 0
	 */
	int allocate(int size);

	/**
	 * Returns the maximum size in bytes of a body that the guest passes in one piece, for
	 * a buffer, a local response or a callout. Larger bodies are rejected before they are
	 * copied.
	 */
	int maximumBody();

}
