package io.gatewaywasm.host.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.gatewaywasm.host.imports.AbiVersion;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.SharedResources;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.stream.StreamPolicy;
import io.gatewaywasm.host.vm.stream.StreamWarnings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a plugin. Immutable. Names follow Envoy's {@code PluginConfig} and
 * {@code VmConfig}. Created by {@link #builder}.
 *
 * @param id the id of the plugin in logs, meters and the endpoint
 * @param root the root context of streams that do not specify another one
 * @param vmId the VM id, which is the scope of shared data and queues
 * @param vmConfiguration the configuration of the VMs, which must not be modified
 * @param environment the environment variables of guests
 * @param secrets the names of the secrets that guests may read
 * @param capabilities the names of the host functions and callbacks that the guest may
 * use ({@code allowed_capabilities}), or an empty set for all
 * @param failStrategy the fail strategy
 * @param limits the limits
 * @param vms the number of VMs that serve streams, at least 1
 * @param execution where callbacks run
 * @param isolation whether streams share VMs
 * @param warmUp the number of synthetic streams before the plugin serves, possibly 0
 * @param headersStopIteration whether {@code StopIteration} on headers lets body
 * callbacks run ({@code allow_on_headers_stop_iteration}), or {@code null} for the ABI
 * version's default
 * @param unimplemented what happens if the module imports a function that is not
 * implemented
 */
public record PluginSpec(String id, RootSpec root, String vmId, byte[] vmConfiguration, Map<String, String> environment,
		Set<String> secrets, Set<String> capabilities, FailStrategy failStrategy, PluginLimits limits, int vms,
		Execution execution, Isolation isolation, int warmUp, @Nullable Boolean headersStopIteration,
		UnimplementedImports unimplemented) {

	public PluginSpec {
		environment = Map.copyOf(environment);
		secrets = Set.copyOf(secrets);
		capabilities = Set.copyOf(capabilities);
	}

	/**
	 * Returns a builder with the defaults.
	 * @param id the id of the plugin in logs, meters and the endpoint
	 * @return the builder
	 */
	public static Builder builder(String id) {
		return new Builder(id);
	}

	/** Returns the settings of the streams. */
	StreamPolicy streamPolicy(GuestModule module, StreamWarnings warnings) {
		Boolean stop = this.headersStopIteration;
		return new StreamPolicy(this.failStrategy.isOpen(),
				(stop != null) ? stop : module.defaultHeadersStopIteration(), this.limits.streams(), warnings);
	}

	/** Returns the settings of the VMs. */
	VmSpec vmSpec(GuestModule module, SharedResources shared) {
		return new VmSpec(this.id, this.vmId, this.vmConfiguration, this.environment, this.secrets, this.capabilities,
				this.isolation == Isolation.STREAM, module.abi().version() == AbiVersion.V0_1_0, this.limits, shared);
	}

	/** Returns only the id, because environment variables can be secret. */
	@Override
	public String toString() {
		return "PluginSpec[id=" + this.id + "]";
	}

	/** Builds a {@link PluginSpec}. */
	public static final class Builder {

		private final String id;

		private String name;

		private String rootId = "";

		private String vmId = "";

		private byte[] configuration = new byte[0];

		private byte[] vmConfiguration = new byte[0];

		private Map<String, String> environment = new LinkedHashMap<>();

		private Set<String> secrets = Set.of();

		private Set<String> capabilities = Set.of();

		private FailStrategy failStrategy = FailStrategy.CLOSED;

		private PluginLimits limits = PluginLimits.DEFAULTS;

		private int vms = 1;

		private Execution execution = Execution.AUTOMATIC;

		private Isolation isolation = Isolation.SHARED;

		private int warmUp;

		private @Nullable Boolean headersStopIteration;

		private UnimplementedImports unimplemented = UnimplementedImports.WARN;

		private Builder(String id) {
			this.id = Objects.requireNonNull(id, "'id' must not be null");
			this.name = id;
		}

		/**
		 * Sets the name that guests see as {@code plugin_name} (default: the id).
		 */
		public Builder name(String name) {
			this.name = name;
			return this;
		}

		/**
		 * Sets the root id (default: empty).
		 */
		public Builder rootId(String rootId) {
			this.rootId = rootId;
			return this;
		}

		/**
		 * Sets the VM id (default: empty).
		 */
		public Builder vmId(String vmId) {
			this.vmId = vmId;
			return this;
		}

		/**
		 * Sets the configuration of the plugin, which must not be modified afterwards
		 * (default: empty).
		 */
		public Builder configuration(byte[] configuration) {
			this.configuration = configuration;
			return this;
		}

		/**
		 * Sets the configuration of the VMs, which must not be modified afterwards
		 * (default: empty).
		 */
		public Builder vmConfiguration(byte[] configuration) {
			this.vmConfiguration = configuration;
			return this;
		}

		/**
		 * Sets the names of the secrets that guests may read (default: none).
		 */
		public Builder secrets(Set<String> secrets) {
			this.secrets = secrets;
			return this;
		}

		/**
		 * Sets the environment variables of guests (default: none).
		 */
		public Builder environment(Map<String, String> environment) {
			this.environment = environment;
			return this;
		}

		/**
		 * Sets the names of the host functions and callbacks that the guest may use, for
		 * example {@code proxy_log} (default: all). A plugin with a name that is not
		 * {@linkplain Capabilities#isKnown known} does not start.
		 */
		public Builder capabilities(Set<String> capabilities) {
			this.capabilities = capabilities;
			return this;
		}

		/**
		 * Sets the fail strategy (default: closed).
		 */
		public Builder failStrategy(FailStrategy failStrategy) {
			this.failStrategy = failStrategy;
			return this;
		}

		/**
		 * Sets the limits.
		 */
		public Builder limits(PluginLimits limits) {
			this.limits = limits;
			return this;
		}

		/**
		 * Sets the number of VMs that serve streams (default 1).
		 */
		public Builder vms(int vms) {
			if (vms < 1) {
				throw new IllegalArgumentException("'vms' must be at least 1");
			}
			this.vms = vms;
			return this;
		}

		/**
		 * Sets where callbacks run (default {@link Execution#AUTOMATIC}).
		 */
		public Builder execution(Execution execution) {
			this.execution = execution;
			return this;
		}

		/**
		 * Sets whether streams share VMs (default {@link Isolation#SHARED}). With
		 * {@link Isolation#STREAM} a VM serves one stream at a time, so there should be
		 * as many VMs as concurrent streams.
		 */
		public Builder isolation(Isolation isolation) {
			this.isolation = isolation;
			return this;
		}

		/**
		 * Sets the number of synthetic streams that are sent through the filter in a
		 * temporary VM before it serves (default 0). The first requests then find
		 * compiled code. The warm-up ends after about two seconds, or when the filter
		 * traps.
		 */
		public Builder warmUp(int streams) {
			if (streams < 0) {
				throw new IllegalArgumentException("'streams' must not be negative");
			}
			this.warmUp = streams;
			return this;
		}

		/**
		 * Sets whether {@code StopIteration} on headers lets body callbacks run, or
		 * {@code null} for the ABI version's default.
		 */
		public Builder headersStopIteration(@Nullable Boolean allow) {
			this.headersStopIteration = allow;
			return this;
		}

		/**
		 * Sets what happens if the module imports a function that is not implemented
		 * (default: warn).
		 */
		public Builder unimplemented(UnimplementedImports unimplemented) {
			this.unimplemented = unimplemented;
			return this;
		}

		/**
		 * Returns the specification.
		 */
		public PluginSpec build() {
			return new PluginSpec(this.id, new RootSpec(this.name, this.rootId, this.configuration), this.vmId,
					this.vmConfiguration, this.environment, this.secrets, this.capabilities, this.failStrategy,
					this.limits, this.vms, this.execution, this.isolation, this.warmUp, this.headersStopIteration,
					this.unimplemented);
		}

	}

}
