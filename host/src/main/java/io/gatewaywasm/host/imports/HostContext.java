package io.gatewaywasm.host.imports;

/**
 * Everything that a guest can ask of its host, typed, one interface per area. The calls
 * act on the effective context of the VM. A call that cannot be served throws
 * {@link io.gatewaywasm.host.abi.StatusException}; where a method may return
 * {@code null}, that is the answer "not found". One that throws
 * {@link io.gatewaywasm.host.abi.Status#UNIMPLEMENTED} is reported to
 * {@link #unimplemented} as well. Called only by the thread that is inside the VM.
 */
public interface HostContext extends HostLog, HostClock, HostBuffers, HostHeaders, HostProperties, HostStreams,
		HostHttpCalls, HostGrpcCalls, HostSharedData, HostQueues, HostMetrics, HostFunctions, HostProcess {

	/**
	 * Allocate memory inside the guest by the guest's own allocator. The guest's memory
	 * may grow meanwhile. The caller checks that the result lies inside it.
	 * @param size the number of bytes, more than 0
	 * @return the pointer, never 0
	 */
	int allocate(int size);

	/**
	 * Return how large a body may be that the guest hands over: in one piece for a
	 * buffer, a reply or a call. What is larger is refused before it is copied.
	 * @return the size in bytes
	 */
	int maximumBody();

}
