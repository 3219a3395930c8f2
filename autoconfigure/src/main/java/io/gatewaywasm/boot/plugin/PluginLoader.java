package io.gatewaywasm.boot.plugin;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * Creates a running plugin from its definition: fetches, checks, compiles and starts it.
 * Blocks and must not be used on an event loop.
 */
public final class PluginLoader {

	/** The initial memory of all VMs of a plugin, if their number is not configured. */
	private static final long DEFAULT_VM_MEMORY = 256L * 1024 * 1024;

	/**
	 * The number of VMs with {@code isolation: stream}. A VM is leased for the whole
	 * stream, including the wait for the upstream.
	 */
	private static final int ISOLATED_VMS = 64;

	private final ModuleLoader modules;

	private final WasmEngine engine;

	private final WasmHost host;

	private final int eventLoops;

	private final Map<String, SharedModule> compiled = new ConcurrentHashMap<>();

	/**
	 * Creates a loader.
	 * @param modules loads modules and configurations
	 * @param engine compiles modules
	 * @param host starts plugins
	 * @param eventLoops the number of event loop threads
	 */
	public PluginLoader(ModuleLoader modules, WasmEngine engine, WasmHost host, int eventLoops) {
		this.modules = modules;
		this.engine = engine;
		this.host = host;
		this.eventLoops = eventLoops;
	}

	/**
	 * Checks, compiles and starts a plugin. {@code warming} runs before the warm-up.
	 * Throws {@link WasmPluginException} if the plugin cannot be started.
	 */
	Plugin load(PluginDefinition definition, PluginSource source, Runnable warming) {
		return start(definition, source, (specification, module) -> this.host.start(specification, module, warming));
	}

	/**
	 * Starts a new version of a running plugin and replaces the old one. Throws
	 * {@link WasmPluginException} if the new version cannot be started; the old one keeps
	 * serving.
	 */
	void reload(Plugin plugin, PluginDefinition definition, PluginSource source) {
		start(definition, source, (specification, module) -> {
			plugin.reload(specification, module);
			return plugin;
		});
	}

	/**
	 * Checks that a running plugin accepts a configuration of a route. Blocks. Throws
	 * {@link WasmPluginException} if it rejects the configuration, or traps.
	 */
	void check(Plugin plugin, PluginDefinition definition, RootSpec root) {
		Progress.during("Configuring plugin '%s' for a route".formatted(definition.id()), () -> {
			try {
				plugin.check(root);
				return plugin;
			}
			catch (PluginStartException ex) {
				throw failure(definition, ex.getMessage(), ex.remedy(), ex);
			}
		});
	}

	/**
	 * Fetches the module and the configuration of a plugin. Throws
	 * {@link WasmPluginException} if they cannot be fetched.
	 */
	PluginSource read(PluginDefinition definition) {
		byte[] configuration = configuration(definition.id(), definition.configuration());
		ModuleBytes module = Progress.during("Fetching plugin '%s'".formatted(definition.id()),
				() -> this.modules.loadModule(definition));
		return new PluginSource(module, configuration);
	}

	private Plugin start(PluginDefinition definition, PluginSource source, Start start) {
		checkDigest(definition, source.module().sha256());
		UnknownRootId.warn(definition.id(), rootId(definition, source.module().sha256()), source.module().bytes());
		try {
			CompiledModule module = compile(definition, source);
			PluginSpec specification = specification(definition, source.configuration(), module);
			return Progress.during("Starting plugin '%s'".formatted(definition.id()),
					() -> start.start(specification, module));
		}
		catch (ModuleException ex) {
			throw failure(definition, ex.getMessage(),
					"Check that the file is a WebAssembly module built for Proxy-Wasm and that it is complete.", ex);
		}
		catch (PluginStartException ex) {
			throw failure(definition, ex.getMessage(), ex.remedy(), ex);
		}
	}

	/**
	 * Returns the bytes of a configuration, possibly none. Throws
	 * {@link WasmPluginException} if the configuration cannot be read.
	 */
	byte[] configuration(String plugin, PluginConfiguration configuration) {
		if (configuration.location() != null) {
			return this.modules.loadConfiguration(plugin, configuration.location());
		}
		String text = configuration.text();
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	/**
	 * Returns the origin of a plugin's module, or {@code null} if it is unknown.
	 */
	@Nullable ModuleOrigin origin(String plugin, String sha256) {
		return this.modules.origin(plugin, sha256);
	}

	/** Returns the configured root id, or the one that the image declares. */
	private String rootId(PluginDefinition definition, String sha256) {
		ModuleOrigin origin = origin(definition.id(), sha256);
		return (definition.rootId().isEmpty() && origin != null) ? origin.defaultRootId() : definition.rootId();
	}

	private CompiledModule compile(PluginDefinition definition, PluginSource source) throws ModuleException {
		this.compiled.values().removeIf(SharedModule::isForgotten);
		SharedModule module = this.compiled.computeIfAbsent(source.module().sha256(), (key) -> new SharedModule());
		String work = this.engine.isCached(source.module()) ? "Loading plugin '%s' (%s), which is compiled already"
				: "Compiling plugin '%s' (%s)";
		return Progress.during(work.formatted(definition.id(), Progress.size(source.module().bytes().length)),
				() -> module.get(this.engine, source.module()));
	}

	private PluginSpec specification(PluginDefinition definition, byte[] configuration, CompiledModule module) {
		return PluginSpec.builder(definition.id())
			.rootId(rootId(definition, module.sha256()))
			.configuration(configuration)
			.vm(definition.vm())
			.run(definition.run())
			.failStrategy(definition.failStrategy())
			.limits(definition.limits())
			.vms(vms(definition, module))
			.headersStopIteration(definition.messages().headersStopIteration())
			.build();
	}

	private int vms(PluginDefinition definition, CompiledModule module) {
		Integer count = definition.vms();
		if (count != null) {
			return count;
		}
		boolean isolated = definition.run().isolation() == Isolation.STREAM;
		// The copy from which an isolated VM is reset needs as much memory again.
		long memory = isolated ? 2 * module.initialMemory() : module.initialMemory();
		long affordable = DEFAULT_VM_MEMORY / Math.max(memory, 1);
		return (int) Math.max(1, Math.min(isolated ? ISOLATED_VMS : this.eventLoops, affordable));
	}

	private static void checkDigest(PluginDefinition definition, String actual) {
		String expected = definition.module().sha256();
		if (expected != null && !expected.equalsIgnoreCase(actual)) {
			throw failure(definition,
					"The SHA-256 digest of the module is %s, but %s is required".formatted(actual, expected),
					"Provide the expected module, or correct 'sha256'.", null)
				.forProperty("sha256");
		}
	}

	private static WasmPluginException failure(PluginDefinition definition, @Nullable String reason, String remedy,
			@Nullable Throwable cause) {
		return new WasmPluginException(definition.id(), null, definition.url(), String.valueOf(reason), remedy, cause);
	}

	/** Starts a plugin or a new version of it. */
	@FunctionalInterface
	private interface Start {

		Plugin start(PluginSpec specification, CompiledModule module) throws PluginStartException;

	}

}
