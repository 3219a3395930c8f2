package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A proxy under test. It starts with plugins and routes, listens on real ports, and
 * provides the lines that guests log.
 */
public interface Proxy extends AutoCloseable {

	/**
	 * Starts the proxy and returns when it accepts requests.
	 * @param deployments the cases that it serves at the same time
	 * @throws IOException if the proxy cannot be started
	 */
	void start(List<Deployment> deployments) throws IOException;

	/**
	 * Returns the address to which the requests of a case are sent.
	 * @param deployment the case
	 */
	InetSocketAddress address(Deployment deployment);

	/**
	 * Returns the lines that guests have logged.
	 * @return the lines by plugin
	 */
	GuestLog log();

	/**
	 * Returns the lines from the {@link io.gatewaywasm.tck.trace.CallTrace}, if the proxy
	 * traces callbacks and host calls.
	 * @return the lines by plugin
	 */
	default Optional<GuestLog> calls() {
		return Optional.empty();
	}

	/**
	 * Checks that the proxy is still running.
	 * @throws ProxyEndedException if its process has ended
	 */
	void checkAlive() throws ProxyEndedException;

	@Override
	void close();

}
