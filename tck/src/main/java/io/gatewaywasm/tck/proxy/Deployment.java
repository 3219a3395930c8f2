package io.gatewaywasm.tck.proxy;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.cases.Filter;
import io.gatewaywasm.tck.tls.SelfSignedCertificate;

/**
 * A case in the form that one proxy serves.
 *
 * @param number identifies the case; requests carry it in the header {@code x-tck-case}
 * @param conformanceCase the case
 * @param upstreamPort the port of the route's upstream on the loopback address
 * @param calloutPorts the ports of the upstreams for callouts, by name
 * @param certificate the proxy's certificate for clients that use TLS; upstreams present
 * the same one, which the proxy need not verify
 */
public record Deployment(int number, ConformanceCase conformanceCase, int upstreamPort,
		Map<String, Integer> calloutPorts, SelfSignedCertificate certificate) {

	/**
	 * Returns the name of a plugin of the chain, unique in the proxy.
	 * @param position the position in the chain, from 0
	 */
	public String plugin(int position) {
		return "c" + this.number + "-f" + position;
	}

	/**
	 * Returns the name of an upstream for callouts, unique in the proxy.
	 * @param name the name in the case
	 */
	public String callout(String name) {
		return inProxy(name);
	}

	/**
	 * Returns the id of a plugin's VM, which plugins of the case may share.
	 * @param position the position in the chain, from 0
	 */
	public String vmId(int position) {
		String shared = this.conformanceCase.filters().get(position).vmId();
		return shared.isEmpty() ? plugin(position) : inProxy(shared);
	}

	/**
	 * Returns a plugin's configuration: the case's names of upstreams and VM ids with
	 * their names in the proxy, then the script.
	 * @param position the position in the chain, from 0
	 */
	public String configuration(int position) {
		Set<String> names = new LinkedHashSet<>(this.calloutPorts.keySet());
		this.conformanceCase.filters().stream().map(Filter::vmId).filter((id) -> !id.isEmpty()).forEach(names::add);
		StringBuilder configuration = new StringBuilder();
		names.forEach(
				(name) -> configuration.append("name ").append(name).append(' ').append(inProxy(name)).append('\n'));
		return configuration.append(this.conformanceCase.filters().get(position).script()).toString();
	}

	/** Returns the loopback address to which the client connects. */
	public String loopback() {
		return this.conformanceCase.ipv6() ? "::1" : "127.0.0.1";
	}

	private String inProxy(String name) {
		return "c" + this.number + "-" + name;
	}

}
