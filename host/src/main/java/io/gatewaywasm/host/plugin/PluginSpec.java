package io.gatewaywasm.host.plugin;

import java.util.Objects;
import java.util.function.UnaryOperator;

import io.gatewaywasm.host.imports.AbiVersion;
import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.spi.VmConfiguration;
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
 * @param vm what each VM gets
 * @param run how the VMs are started and run
 * @param failStrategy the fail strategy
 * @param limits the limits
 * @param vms the number of VMs that serve streams, at least 1
 * @param headersStopIteration whether {@code StopIteration} on headers lets body
 * callbacks run ({@code allow_on_headers_stop_iteration}), or {@code null} for the ABI
 * version's default
 */
public record PluginSpec(String id, RootSpec root, VmConfiguration vm, RunOptions run, FailStrategy failStrategy,
		PluginLimits limits, int vms, @Nullable Boolean headersStopIteration) {

	/**
	 * Returns a builder with the defaults.
	 * @param id the id of the plugin in logs, meters and the endpoint
	 * @return the builder
	 */
	public static Builder builder(String id) {
		return new Builder(id);
	}

	/** Returns the settings of the streams. */
	StreamPolicy streamPolicy(GuestModule module, MemoryBudget bodies, StreamWarnings warnings) {
		Boolean stop = this.headersStopIteration;
		return new StreamPolicy(this.failStrategy.isOpen(),
				(stop != null) ? stop : module.defaultHeadersStopIteration(), this.limits.streams(), bodies, warnings);
	}

	/** Returns the settings of the VMs. */
	VmSpec vmSpec(GuestModule module, SharedResources shared) {
		return new VmSpec(this.id, this.vm, this.run.isolation() == Isolation.STREAM,
				module.abi().version() == AbiVersion.V0_1_0, this.limits, shared);
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

		private byte[] configuration = new byte[0];

		private VmConfiguration vm = VmConfiguration.DEFAULT;

		private RunOptions run = RunOptions.DEFAULT;

		private FailStrategy failStrategy = FailStrategy.CLOSED;

		private PluginLimits limits = PluginLimits.DEFAULTS;

		private int vms = 1;

		private @Nullable Boolean headersStopIteration;

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
		 * Sets the configuration of the plugin, which must not be modified afterwards
		 * (default: empty).
		 */
		public Builder configuration(byte[] configuration) {
			this.configuration = configuration;
			return this;
		}

		/**
		 * Sets what each VM gets (default: {@link VmConfiguration#DEFAULT}).
		 */
		public Builder vm(VmConfiguration vm) {
			this.vm = vm;
			return this;
		}

		/**
		 * Changes what each VM gets.
		 */
		public Builder vm(UnaryOperator<VmConfiguration> changes) {
			return vm(changes.apply(this.vm));
		}

		/**
		 * Sets how the VMs are started and run (default: {@link RunOptions#DEFAULT}).
		 */
		public Builder run(RunOptions run) {
			this.run = run;
			return this;
		}

		/**
		 * Changes how the VMs are started and run.
		 */
		public Builder run(UnaryOperator<RunOptions> changes) {
			return run(changes.apply(this.run));
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
		 * Sets whether {@code StopIteration} on headers lets body callbacks run, or
		 * {@code null} for the ABI version's default.
		 */
		public Builder headersStopIteration(@Nullable Boolean allow) {
			this.headersStopIteration = allow;
			return this;
		}

		/**
		 * Returns the specification.
		 */
		public PluginSpec build() {
			return new PluginSpec(this.id, new RootSpec(this.name, this.rootId, this.configuration), this.vm, this.run,
					this.failStrategy, this.limits, this.vms, this.headersStopIteration);
		}

	}

}
