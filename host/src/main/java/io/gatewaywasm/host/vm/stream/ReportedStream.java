package io.gatewaywasm.host.vm.stream;

import java.util.Map;

import io.gatewaywasm.host.vm.VmFailure;

/**
 * A stream from the point of view of the log lines about it.
 */
interface ReportedStream {

	/** Returns the request, its route and its trace for the MDC. */
	Map<String, String> logContext();

	/** Returns the id of the stream context, or 0 if the stream has no VM. */
	int contextId();

	/** Returns the guest's last lines before a failure, or an empty text. */
	String details(VmFailure why);

}
