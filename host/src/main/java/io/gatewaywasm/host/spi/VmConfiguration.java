package io.gatewaywasm.host.spi;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The settings of a plugin for each of its VMs. Immutable.
 *
 * @param id the VM id, the scope of shared data and queues
 * @param configuration the configuration of the VM, not to be modified
 * @param environment the environment variables that the guest sees
 * @param secrets the names of the secrets that the guest may read
 * @param capabilities the names of the host functions and callbacks that the guest may
 * use ({@code allowed_capabilities}), or an empty set for all
 */
public record VmConfiguration(String id, byte[] configuration, Map<String, String> environment, Set<String> secrets,
		Set<String> capabilities) {

	/**
	 * A configuration with an empty id, in which the guest may use everything except
	 * secrets.
	 */
	public static final VmConfiguration DEFAULT = new VmConfiguration("", new byte[0], Map.of(), Set.of(), Set.of());

	public VmConfiguration {
		environment = Map.copyOf(environment);
		secrets = Set.copyOf(secrets);
		capabilities = Set.copyOf(capabilities);
	}

	/** Returns a copy with another VM id. */
	public VmConfiguration withId(String id) {
		return new VmConfiguration(id, this.configuration, this.environment, this.secrets, this.capabilities);
	}

	/** Returns a copy with another configuration, which must not be modified. */
	public VmConfiguration withConfiguration(byte[] configuration) {
		return new VmConfiguration(this.id, configuration, this.environment, this.secrets, this.capabilities);
	}

	/** Returns a copy with other environment variables. */
	public VmConfiguration withEnvironment(Map<String, String> environment) {
		return new VmConfiguration(this.id, this.configuration, environment, this.secrets, this.capabilities);
	}

	/** Returns a copy with other names of secrets. */
	public VmConfiguration withSecrets(Set<String> secrets) {
		return new VmConfiguration(this.id, this.configuration, this.environment, secrets, this.capabilities);
	}

	/**
	 * Returns a copy with other capabilities, for example {@code proxy_log}. A plugin
	 * with an unknown name does not start.
	 */
	public VmConfiguration withCapabilities(Set<String> capabilities) {
		return new VmConfiguration(this.id, this.configuration, this.environment, this.secrets, capabilities);
	}

	@Override
	public boolean equals(Object other) {
		return other == this || (other instanceof VmConfiguration that && this.id.equals(that.id)
				&& Arrays.equals(this.configuration, that.configuration) && this.environment.equals(that.environment)
				&& this.secrets.equals(that.secrets) && this.capabilities.equals(that.capabilities));
	}

	@Override
	public int hashCode() {
		return 31 * this.id.hashCode() + Arrays.hashCode(this.configuration);
	}

	/** Returns only the id, because the configuration and environment can be secret. */
	@Override
	public String toString() {
		return "VmConfiguration[id=" + this.id + "]";
	}

}
