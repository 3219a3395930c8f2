package io.gatewaywasm.registry.http;

import io.gatewaywasm.registry.ModuleFetchException;

/**
 * Sends requests to servers. Callers block.
 */
public sealed interface HttpTransport permits GuardedHttpClient, JdkHttpTransport {

	/**
	 * Sends a request.
	 * @return the response
	 * @throws ModuleFetchException if the server does not respond
	 */
	TransportResponse send(TransportRequest request, Deadline deadline);

}
