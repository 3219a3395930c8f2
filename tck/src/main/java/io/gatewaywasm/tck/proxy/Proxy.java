package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A proxy that can be judged: starts with plugins and routes, listens on real ports, and
 * gives the lines that guests log.
 */
public interface Proxy extends AutoCloseable {

	/**
	 * Starts the proxy and returns when it serves.
	 * @param deployments the cases that it shall serve at the same time
	 * @throws IOException if the proxy cannot be started
	 */
	void start(List<Deployment> deployments) throws IOException;

	/**
	 * Returns where the requests of a case are sent.
	 * @param deployment the case
	 */
	InetSocketAddress address(Deployment deployment);

	/**
	 * Returns the lines that guests have logged.
	 */
	GuestLog log();

	/**
	 * Checks that the proxy still runs.
	 * @throws ProxyEndedException if its process has ended
	 */
	void checkAlive() throws ProxyEndedException;

	@Override
	void close();

}
