package io.gatewaywasm.boot.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.gatewaywasm.boot.fetch.FetchedModule;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import io.gatewaywasm.boot.fetch.ModuleFetcher;
import io.gatewaywasm.boot.fetch.ModuleRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Fetches modules and configurations. Blocks; must not be used on an event loop.
 */
public final class ModuleLoader {

	private static final Set<String> LOCAL_SCHEMES = Set.of("classpath", "file");

	private static final Set<String> REMOTE_SCHEMES = Set.of("http", "https", "oci");

	private static final String PEM = "-----BEGIN";

	private final ResourceLoader resourceLoader;

	private final ModuleFetcher fetcher;

	private final ModuleOrigins origins = new ModuleOrigins();

	/**
	 * Create a new loader.
	 * @param resourceLoader finds {@code classpath:} and {@code file:} resources
	 * @param fetcher fetches modules from servers
	 */
	public ModuleLoader(ResourceLoader resourceLoader, ModuleFetcher fetcher) {
		this.resourceLoader = resourceLoader;
		this.fetcher = fetcher;
	}

	/**
	 * Return whether a location is on this machine, as far as its form tells.
	 * @param location the location
	 * @return whether it is a resource of the application or a file
	 */
	static boolean isLocal(String location) {
		return LOCAL_SCHEMES.contains(scheme(location));
	}

	/**
	 * Fetch a module.
	 * @param definition the plugin that it is for
	 * @return the bytes
	 * @throws WasmPluginException if there is nothing to fetch, or it is not as required
	 */
	byte[] loadModule(PluginDefinition definition) {
		if (REMOTE_SCHEMES.contains(scheme(definition.url()))) {
			return fetch(definition);
		}
		if (definition.fetch().verificationKey() != null) {
			throw new WasmPluginException(definition.id(), null, definition.url(),
					"Only images have signatures, so that 'verification-key' cannot be honored",
					"Put the module into an OCI registry and sign it, or replace 'verification-key' by 'sha256'.",
					null);
		}
		byte[] module = load(definition.id(), definition.url());
		this.origins.add(definition.id(), Sha256.of(module), ModuleOrigin.local(definition.url()));
		return module;
	}

	private byte[] fetch(PluginDefinition definition) {
		try {
			FetchedModule module = this.fetcher.fetch(new ModuleRequest(definition.url(), definition.sha256(),
					definition.fetch().imagePullPolicy(), verificationKey(definition)));
			this.origins.add(definition.id(), module.sha256(), ModuleOrigin.of(module));
			return module.bytes();
		}
		catch (ModuleFetchException ex) {
			throw new WasmPluginException(definition.id(), null, definition.url(), String.valueOf(ex.getMessage()),
					ex.getRemedy(), ex);
		}
	}

	/** Return the key itself, be it given as such or by location. */
	private @Nullable String verificationKey(PluginDefinition definition) {
		String key = definition.fetch().verificationKey();
		if (key == null || key.contains(PEM) || !isLocal(key)) {
			return key;
		}
		return new String(load(definition.id(), key), StandardCharsets.UTF_8);
	}

	/**
	 * Return where a module came from.
	 * @param plugin the id of the plugin
	 * @param sha256 the digest of the module
	 * @return where that is, or {@code null} if it was not loaded here
	 */
	@Nullable ModuleOrigin origin(String plugin, String sha256) {
		return this.origins.find(plugin, sha256);
	}

	/**
	 * Fetch a configuration.
	 * @param plugin the id of the plugin, for messages
	 * @param location the location of the configuration
	 * @return the bytes
	 * @throws WasmPluginException if there is nothing to fetch
	 */
	byte[] loadConfiguration(String plugin, String location) {
		return load(plugin, location);
	}

	private byte[] load(String plugin, String location) {
		if (!isLocal(location)) {
			throw new WasmPluginException(plugin, null, location, "'%s' is not a location".formatted(location),
					"Start the location of a module with 'classpath:', 'file:', 'https:', 'http:' or 'oci:', and that of "
							+ "a configuration with one of the first two.",
					null);
		}
		Resource resource = this.resourceLoader.getResource(location);
		try {
			return resource.getContentAsByteArray();
		}
		catch (FileNotFoundException ex) {
			throw new WasmPluginException(plugin, null, location, "'%s' does not exist".formatted(location),
					location.startsWith("classpath:")
							? "Check the spelling, and that the file is in the application's resources."
							: "Check the spelling, and that the gateway may read the file.",
					ex);
		}
		catch (IOException ex) {
			throw new WasmPluginException(plugin, null, location, "'%s' cannot be read: %s".formatted(location, ex),
					"Check that it is a file and that the gateway may read it.", ex);
		}
	}

	private static String scheme(String location) {
		int colon = location.indexOf(':');
		return (colon > 0) ? location.substring(0, colon) : "";
	}

}
