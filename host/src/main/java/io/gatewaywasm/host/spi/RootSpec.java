package io.gatewaywasm.host.spi;

import java.util.Arrays;

/**
 * The identity of a root context in a VM. Equal specifications share one root context.
 *
 * @param name the name that the guest sees as {@code plugin_name}
 * @param rootId the root id, by which C++ and AssemblyScript guests choose a factory
 * @param configuration the plugin configuration, not to be modified
 */
public record RootSpec(String name, String rootId, byte[] configuration) {

	@Override
	public boolean equals(Object other) {
		return other == this || (other instanceof RootSpec that && this.name.equals(that.name)
				&& this.rootId.equals(that.rootId) && Arrays.equals(this.configuration, that.configuration));
	}

	@Override
	public int hashCode() {
		return 31 * (31 * this.name.hashCode() + this.rootId.hashCode()) + Arrays.hashCode(this.configuration);
	}

	@Override
	public String toString() {
		return "RootSpec[name=" + this.name + ", rootId=" + this.rootId + ", configuration=" + this.configuration.length
				+ " bytes]";
	}

}
