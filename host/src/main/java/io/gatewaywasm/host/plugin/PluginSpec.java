package io.gatewaywasm.host.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.gatewaywasm.host.vm.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin is made from besides its module. Made by {@link #builder(String)};
 * immutable. Names follow Envoy's {@code PluginConfig} and {@code VmConfig}.
 */
public final class PluginSpec {

	private final String id;

	private final RootSpec root;

	private final String vmId;

	private final byte[] vmConfiguration;

	private final Map<String, String> environment;

	private final Set<String> capabilities;

	private final FailStrategy failStrategy;

	private final PluginLimits limits;

	private final int vms;

	private final Execution execution;

	private final Isolation isolation;

	private final int warmUp;

	private final @Nullable Boolean headersStopIteration;

	private final UnimplementedImports unimplemented;

	private PluginSpec(Builder builder) {
		this.id = builder.id;
		this.root = new RootSpec(builder.name, builder.rootId, builder.configuration);
		this.vmId = builder.vmId;
		this.vmConfiguration = builder.vmConfiguration;
		this.environment = Map.copyOf(builder.environment);
		this.capabilities = Set.copyOf(builder.capabilities);
		this.failStrategy = builder.failStrategy;
		this.limits = builder.limits;
		this.vms = builder.vms;
		this.execution = builder.execution;
		this.isolation = builder.isolation;
		this.warmUp = builder.warmUp;
		this.headersStopIteration = builder.headersStopIteration;
		this.unimplemented = builder.unimplemented;
	}

	/**
	 * Start with the defaults.
	 * @param id the id of the plugin, as in logs, meters and the endpoint
	 * @return a new builder
	 */
	public static Builder builder(String id) {
		return new Builder(id);
	}

	/**
	 * Return the id of the plugin.
	 * @return the id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the root context that streams get unless they name another.
	 * @return name, root id and configuration
	 */
	public RootSpec root() {
		return this.root;
	}

	/**
	 * Return the VM id, the scope of shared data and queues.
	 * @return the VM id
	 */
	public String vmId() {
		return this.vmId;
	}

	/**
	 * Return the configuration of the VM.
	 * @return the bytes, not to be changed
	 */
	public byte[] vmConfiguration() {
		return this.vmConfiguration;
	}

	/**
	 * Return the environment that guests see.
	 * @return variables
	 */
	public Map<String, String> environment() {
		return this.environment;
	}

	/**
	 * Return the host functions and callbacks that the guest may use
	 * ({@code allowed_capabilities}).
	 * @return their names, or none for all of them
	 */
	public Set<String> capabilities() {
		return this.capabilities;
	}

	/**
	 * Return what streams get when the filter fails.
	 * @return the strategy
	 */
	public FailStrategy failStrategy() {
		return this.failStrategy;
	}

	/**
	 * Return the limits.
	 * @return the limits
	 */
	public PluginLimits limits() {
		return this.limits;
	}

	/**
	 * Return how many VMs serve streams.
	 * @return at least 1
	 */
	public int vms() {
		return this.vms;
	}

	/**
	 * Return where callbacks run.
	 * @return the choice
	 */
	public Execution execution() {
		return this.execution;
	}

	/**
	 * Return what streams may find in the VMs.
	 * @return the isolation
	 */
	public Isolation isolation() {
		return this.isolation;
	}

	/**
	 * Return how many made-up streams the filter sees before it serves.
	 * @return the number of streams, possibly 0
	 */
	public int warmUp() {
		return this.warmUp;
	}

	/**
	 * Return whether {@code StopIteration} on headers lets body callbacks run
	 * ({@code allow_on_headers_stop_iteration}).
	 * @return the choice, or {@code null} for the ABI version's default
	 */
	public @Nullable Boolean headersStopIteration() {
		return this.headersStopIteration;
	}

	/**
	 * Returns what happens if the module imports a function that does nothing here.
	 * @return the policy
	 */
	public UnimplementedImports unimplemented() {
		return this.unimplemented;
	}

	/** Collects the parts of a {@link PluginSpec}. */
	public static final class Builder {

		private final String id;

		private String name;

		private String rootId = "";

		private String vmId = "";

		private byte[] configuration = new byte[0];

		private byte[] vmConfiguration = new byte[0];

		private Map<String, String> environment = new LinkedHashMap<>();

		private Set<String> capabilities = Set.of();

		private FailStrategy failStrategy = FailStrategy.CLOSED;

		private PluginLimits limits = PluginLimits.builder().build();

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
		 * Set the name that the guest sees as {@code plugin_name} (default: the id).
		 * @param name the name
		 * @return this builder
		 */
		public Builder name(String name) {
			this.name = name;
			return this;
		}

		/**
		 * Set the root id (default: empty).
		 * @param rootId the root id
		 * @return this builder
		 */
		public Builder rootId(String rootId) {
			this.rootId = rootId;
			return this;
		}

		/**
		 * Set the VM id (default: empty).
		 * @param vmId the VM id
		 * @return this builder
		 */
		public Builder vmId(String vmId) {
			this.vmId = vmId;
			return this;
		}

		/**
		 * Set the plugin configuration (default: empty).
		 * @param configuration the bytes, not to be changed any more
		 * @return this builder
		 */
		public Builder configuration(byte[] configuration) {
			this.configuration = configuration;
			return this;
		}

		/**
		 * Set the VM configuration (default: empty).
		 * @param configuration the bytes, not to be changed any more
		 * @return this builder
		 */
		public Builder vmConfiguration(byte[] configuration) {
			this.vmConfiguration = configuration;
			return this;
		}

		/**
		 * Set the environment (default: empty).
		 * @param environment variables
		 * @return this builder
		 */
		public Builder environment(Map<String, String> environment) {
			this.environment = environment;
			return this;
		}

		/**
		 * Set the host functions and callbacks that the guest may use (default: all). A
		 * plugin with a name that is not {@linkplain Capabilities#isKnown known} does not
		 * start.
		 * @param capabilities their names, for example {@code proxy_log}
		 * @return this builder
		 */
		public Builder capabilities(Set<String> capabilities) {
			this.capabilities = capabilities;
			return this;
		}

		/**
		 * Set what streams get when the filter fails (default: closed).
		 * @param failStrategy the strategy
		 * @return this builder
		 */
		public Builder failStrategy(FailStrategy failStrategy) {
			this.failStrategy = failStrategy;
			return this;
		}

		/**
		 * Set the limits (default: the defaults of each).
		 * @param limits the limits
		 * @return this builder
		 */
		public Builder limits(PluginLimits limits) {
			this.limits = limits;
			return this;
		}

		/**
		 * Set how many VMs serve streams (default 1).
		 * @param vms at least 1
		 * @return this builder
		 */
		public Builder vms(int vms) {
			if (vms < 1) {
				throw new IllegalArgumentException("'vms' must be at least 1");
			}
			this.vms = vms;
			return this;
		}

		/**
		 * Set where callbacks run (default: {@link Execution#AUTOMATIC}).
		 * @param execution the choice
		 * @return this builder
		 */
		public Builder execution(Execution execution) {
			this.execution = execution;
			return this;
		}

		/**
		 * Set what streams may find in the VMs (default: what others have left there).
		 * With {@link Isolation#STREAM} a VM serves one stream at a time, so that there
		 * should be as many VMs as there are streams at a time.
		 * @param isolation the isolation
		 * @return this builder
		 */
		public Builder isolation(Isolation isolation) {
			this.isolation = isolation;
			return this;
		}

		/**
		 * Set how many made-up streams are shown to the filter in a throw-away VM before
		 * it serves, so that the first requests find its code compiled (default 0). It
		 * stops after about two seconds, and when the filter traps.
		 * @param streams the number of streams
		 * @return this builder
		 */
		public Builder warmUp(int streams) {
			if (streams < 0) {
				throw new IllegalArgumentException("'streams' must not be negative");
			}
			this.warmUp = streams;
			return this;
		}

		/**
		 * Set whether {@code StopIteration} on headers lets body callbacks run.
		 * @param allow the choice, or {@code null} for the ABI version's default
		 * @return this builder
		 */
		public Builder headersStopIteration(@Nullable Boolean allow) {
			this.headersStopIteration = allow;
			return this;
		}

		/**
		 * Sets what happens if the module imports a function that does nothing here
		 * (default: warn).
		 * @param unimplemented the policy
		 * @return this builder
		 */
		public Builder unimplemented(UnimplementedImports unimplemented) {
			this.unimplemented = unimplemented;
			return this;
		}

		/**
		 * Finish.
		 * @return the specification
		 */
		public PluginSpec build() {
			return new PluginSpec(this);
		}

	}

}
