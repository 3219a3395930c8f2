package io.gatewaywasm.tck.cases;

/**
 * One plugin of a chain.
 *
 * @param module the name of a variant of the driver guest
 * @param script the driver's script
 * @param failOpen whether requests go on without the plugin if it fails
 * @param stopIteration whether a pause in a headers callback holds the headers only
 * @param vmConfiguration the configuration of the VM
 * @param rootId the root id
 */
public record Filter(String module, String script, boolean failOpen, boolean stopIteration, String vmConfiguration,
		String rootId) {

	static Filter of(Node node) {
		Filter filter = new Filter(node.text("module", "driver"), node.text("script", ""), node.flag("fail-open"),
				node.flag("allow-on-headers-stop-iteration"), node.text("vm-configuration", ""),
				node.text("root-id", "driver"));
		node.finish();
		return filter;
	}

}
