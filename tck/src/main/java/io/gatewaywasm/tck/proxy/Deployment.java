package io.gatewaywasm.tck.proxy;

import java.util.Map;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.cases.Filter;

/**
 * A case as one proxy shall serve it.
 *
 * @param number tells cases apart; requests carry it in the header {@code x-tck-case}
 * @param conformanceCase the case
 * @param upstreamPort the port of the route's upstream on the loopback address
 * @param calloutPorts the ports of the upstreams that plugins call, by name
 */
public record Deployment(int number, ConformanceCase conformanceCase, int upstreamPort,
		Map<String, Integer> calloutPorts) {

	/**
	 * Returns the name of a plugin of the chain, unique in the proxy.
	 * @param position the position in the chain, from 0
	 */
	public String plugin(int position) {
		return "c" + this.number + "-f" + position;
	}

	/**
	 * Returns the name of an upstream that plugins call, unique in the proxy.
	 * @param name the name in the case
	 */
	public String callout(String name) {
		return "c" + this.number + "-" + name;
	}

	/**
	 * Returns a plugin's configuration: the names of the upstreams, then the script.
	 * @param position the position in the chain, from 0
	 */
	public String configuration(int position) {
		Filter filter = this.conformanceCase.filters().get(position);
		StringBuilder configuration = new StringBuilder();
		this.calloutPorts.keySet()
			.forEach((name) -> configuration.append("upstream ")
				.append(name)
				.append(' ')
				.append(callout(name))
				.append('\n'));
		return configuration.append(filter.script()).toString();
	}

}
