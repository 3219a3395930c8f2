package io.gatewaywasm.tck.cases;

/**
 * One plugin of a chain.
 *
 * @param module the name of a variant of the driver guest
 * @param script the driver's script
 * @param failOpen whether requests continue without the plugin if it fails
 * @param stopIteration whether a pause in a headers callback pauses the headers only
 * @param vmConfiguration the configuration of the VM
 * @param rootId the root id
 * @param vmId an id that VMs of the case share; empty for none
 * @param reroute when the gateway chooses the route again; for plugins of ABI 0.2.1,
 * Envoy always does so when headers change
 */
public record Filter(String module, String script, boolean failOpen, boolean stopIteration, String vmConfiguration,
		String rootId, String vmId, String reroute) {

	static Filter of(YamlMapping node) {
		Filter filter = new Filter(node.text("module", "driver"), node.text("script", ""), node.flag("fail-open"),
				node.flag("allow-on-headers-stop-iteration"), node.text("vm-configuration", ""),
				node.text("root-id", "driver"), node.text("vm-id", ""), node.text("reroute", "on-clear"));
		node.finish();
		return filter;
	}

}
