package io.gatewaywasm.boot.plugin;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.HotSpot;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.plugin.WasmHost;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a running plugin from its definition: fetch, check, compile, start. Blocks; must
 * not be used on an event loop.
 */
public final class PluginLoader {

	private static final Logger logger = LoggerFactory.getLogger(PluginLoader.class);

	/** What the VMs of one plugin may take at their start if nobody says how many. */
	private static final long DEFAULT_VM_MEMORY = 256L * 1024 * 1024;

	/** An isolated VM serves one stream at a time, the wait for the upstream included. */
	private static final int ISOLATED_VMS = 64;

	private final ModuleLoader modules;

	private final WasmEngine engine;

	private final WasmHost host;

	private final int eventLoops;

	private final AtomicBoolean hinted = new AtomicBoolean();

	private final Map<String, SharedModule> compiled = new ConcurrentHashMap<>();

	/**
	 * Create a new loader.
	 * @param modules fetches modules and configurations
	 * @param engine compiles modules
	 * @param host starts plugins
	 * @param eventLoops the number of threads that serve requests
	 */
	public PluginLoader(ModuleLoader modules, WasmEngine engine, WasmHost host, int eventLoops) {
		this.modules = modules;
		this.engine = engine;
		this.host = host;
		this.eventLoops = eventLoops;
	}

	/**
	 * Check, compile and start a plugin.
	 * @param definition what to make the plugin from
	 * @param source the bytes
	 * @param warming told when the filter is going to be warmed up
	 * @return the running plugin
	 * @throws WasmPluginException if that is not possible
	 */
	Plugin load(PluginDefinition definition, PluginSource source, Runnable warming) {
		return start(definition, source, (specification, module) -> this.host.start(specification, module, warming));
	}

	/**
	 * Put a new version of a plugin in service beside the old one.
	 * @param plugin the running plugin
	 * @param definition what to make the new version from
	 * @param source the bytes
	 * @throws WasmPluginException if that is not possible; the old version goes on
	 * serving
	 */
	void reload(Plugin plugin, PluginDefinition definition, PluginSource source) {
		start(definition, source, (specification, module) -> {
			plugin.reload(specification, module);
			return plugin;
		});
	}

	/**
	 * Fetch the bytes that a plugin is made from.
	 * @param definition what to make the plugin from
	 * @return the bytes
	 * @throws WasmPluginException if there is nothing to fetch
	 */
	PluginSource read(PluginDefinition definition) {
		byte[] configuration = configuration(definition.id(), definition.configuration());
		return new PluginSource(this.modules.loadModule(definition), configuration);
	}

	private Plugin start(PluginDefinition definition, PluginSource source, Start start) {
		checkDigest(definition, source.sha256());
		try {
			CompiledModule module = compile(source.sha256(), source.module());
			hintAtHugeMethods(definition, module);
			return start.start(specification(definition, source.configuration(), module), module);
		}
		catch (ModuleException ex) {
			throw failure(definition, ex.getMessage(),
					"Check that the file is a WebAssembly module built for Proxy-Wasm, and that it was copied whole.",
					ex);
		}
		catch (PluginStartException ex) {
			throw failure(definition, ex.getMessage(), ex.remedy(), ex);
		}
	}

	/**
	 * Return the bytes of a configuration.
	 * @param plugin the id of the plugin, for messages
	 * @param configuration the configuration
	 * @return the bytes, possibly none
	 * @throws WasmPluginException if the configuration cannot be read
	 */
	byte[] configuration(String plugin, PluginConfiguration configuration) {
		if (configuration.location() != null) {
			return this.modules.loadConfiguration(plugin, configuration.location());
		}
		return bytes(configuration.text());
	}

	/**
	 * Return where the module of a plugin came from.
	 * @param plugin the id of the plugin
	 * @param sha256 the digest of the module
	 * @return where that is, or {@code null} if it is not known
	 */
	@Nullable ModuleOrigin origin(String plugin, String sha256) {
		return this.modules.origin(plugin, sha256);
	}

	/** An image may say which root id it means; what the user says counts more. */
	private String rootId(PluginDefinition definition, String sha256) {
		ModuleOrigin origin = origin(definition.id(), sha256);
		return (definition.rootId().isEmpty() && origin != null) ? origin.defaultRootId() : definition.rootId();
	}

	private CompiledModule compile(String sha256, byte[] wasm) throws ModuleException {
		this.compiled.values().removeIf(SharedModule::isForgotten);
		return this.compiled.computeIfAbsent(sha256, (key) -> new SharedModule()).get(this.engine, wasm);
	}

	/** Once, since the remedy is one for all; the endpoint has the number of each. */
	private void hintAtHugeMethods(PluginDefinition definition, CompiledModule module) {
		boolean slow = module.report().hugeMethods() > 0 && !HotSpot.compilesHugeMethods();
		if (slow && this.hinted.compareAndSet(false, true)) {
			logger.info(
					"Plugin '{}' has {} functions that are larger than the JVM compiles by default, as most Go modules"
							+ " have; start the JVM with {} to run it about twice as fast",
					definition.id(), module.report().hugeMethods(), HotSpot.HUGE_METHODS_OPTION);
		}
	}

	private PluginSpec specification(PluginDefinition definition, byte[] configuration, CompiledModule module) {
		return PluginSpec.builder(definition.id())
			.rootId(rootId(definition, module.sha256()))
			.vmId(definition.vmId())
			.configuration(configuration)
			.vmConfiguration(bytes(definition.vmConfiguration()))
			.environment(definition.environment())
			.failStrategy(definition.failStrategy())
			.limits(definition.limits())
			.vms(vms(definition, module))
			.headersStopIteration(definition.headersStopIteration())
			.capabilities(definition.capabilities())
			.execution(definition.execution())
			.isolation(definition.isolation())
			.warmUp(definition.warmUp())
			.unimplemented(definition.unimplemented())
			.build();
	}

	private int vms(PluginDefinition definition, CompiledModule module) {
		if (definition.vms() != null) {
			return definition.vms();
		}
		boolean isolated = definition.isolation() == Isolation.STREAM;
		// What an isolated VM is restored from takes about as much again.
		long memory = isolated ? 2 * module.initialMemory() : module.initialMemory();
		long affordable = DEFAULT_VM_MEMORY / Math.max(memory, 1);
		return (int) Math.max(1, Math.min(isolated ? ISOLATED_VMS : this.eventLoops, affordable));
	}

	private static void checkDigest(PluginDefinition definition, String actual) {
		String expected = definition.sha256();
		if (expected != null && !expected.equalsIgnoreCase(actual)) {
			throw failure(definition, "The module has SHA-256 %s, not %s as required".formatted(actual, expected),
					"Put the expected module there, or correct 'sha256'.", null);
		}
	}

	private static WasmPluginException failure(PluginDefinition definition, @Nullable String reason, String remedy,
			@Nullable Throwable cause) {
		return new WasmPluginException(definition.id(), null, definition.url(), String.valueOf(reason), remedy, cause);
	}

	private static byte[] bytes(@Nullable String text) {
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	/** Makes a plugin, or a version of it. */
	@FunctionalInterface
	private interface Start {

		Plugin start(PluginSpec specification, CompiledModule module) throws PluginStartException;

	}

}
