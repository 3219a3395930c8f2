package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * The hosts to which a stream's request can be sent, an extension of Higress.
 */
public interface HostUpstreams {

	/**
	 * Returns the hosts of the route's upstream: the address of each, and facts about it
	 * in JSON.
	 */
	List<HeaderPair> upstreamHosts();

	/**
	 * Sends the request to one of these hosts.
	 */
	void overrideUpstreamHost(String address);

}
