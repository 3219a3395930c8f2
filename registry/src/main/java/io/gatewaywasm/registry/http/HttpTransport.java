package io.gatewaywasm.registry.http;

import io.gatewaywasm.registry.ModuleFetchException;

/**
 * Sends requests to servers. Callers block.
 */
public sealed interface HttpTransport permits GuardedHttpClient, JdkHttpTransport {

	/**
	 * Sends a request.
	 * @param request the request
	 * @param deadline the deadline
	 * @return the response
	 * @throws ModuleFetchException if there is no response
	 */
	TransportResponse send(TransportRequest request, Deadline deadline);

}
