package io.gatewaywasm.boot.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Fetches modules and configurations. Blocks; must not be used on an event loop.
 */
public final class ModuleLoader {

	private static final Set<String> LOCAL_SCHEMES = Set.of("classpath", "file");

	private static final Set<String> REMOTE_SCHEMES = Set.of("http", "https", "oci");

	private final ResourceLoader resourceLoader;

	/**
	 * Create a new loader.
	 * @param resourceLoader finds {@code classpath:} and {@code file:} resources
	 */
	public ModuleLoader(ResourceLoader resourceLoader) {
		this.resourceLoader = resourceLoader;
	}

	/**
	 * Return whether modules of a location can be fetched, as far as its form tells.
	 * @param location the location
	 * @return whether the location has a scheme that this loader knows
	 */
	static boolean isLocal(String location) {
		return LOCAL_SCHEMES.contains(scheme(location));
	}

	/**
	 * Fetch a module.
	 * @param plugin the id of the plugin, for messages
	 * @param location the location of the module
	 * @return the bytes
	 * @throws WasmPluginException if there is nothing to fetch
	 */
	byte[] loadModule(String plugin, String location) {
		String scheme = scheme(location);
		if (REMOTE_SCHEMES.contains(scheme)) {
			throw new WasmPluginException(plugin, null, location,
					"Modules cannot be fetched by '%s:' yet".formatted(scheme),
					"Put the module on the class path or on a file system that the gateway can read, and name it as "
							+ "'classpath:…' or 'file:…'.",
					null);
		}
		return load(plugin, location, location);
	}

	/**
	 * Fetch a configuration.
	 * @param plugin the id of the plugin, for messages
	 * @param location the location of the configuration
	 * @return the bytes
	 * @throws WasmPluginException if there is nothing to fetch
	 */
	byte[] loadConfiguration(String plugin, String location) {
		return load(plugin, location, location);
	}

	private byte[] load(String plugin, String location, String shown) {
		if (!isLocal(location)) {
			throw new WasmPluginException(plugin, null, shown, "'%s' is not a location".formatted(location),
					"Start the location with 'classpath:' or 'file:'.", null);
		}
		Resource resource = this.resourceLoader.getResource(location);
		try {
			return resource.getContentAsByteArray();
		}
		catch (FileNotFoundException ex) {
			throw new WasmPluginException(plugin, null, shown, "'%s' does not exist".formatted(location),
					location.startsWith("classpath:")
							? "Check the spelling, and that the file is in the application's resources."
							: "Check the spelling, and that the gateway may read the file.",
					ex);
		}
		catch (IOException ex) {
			throw new WasmPluginException(plugin, null, shown, "'%s' cannot be read: %s".formatted(location, ex),
					"Check that it is a file and that the gateway may read it.", ex);
		}
	}

	private static String scheme(String location) {
		int colon = location.indexOf(':');
		return (colon > 0) ? location.substring(0, colon) : "";
	}

}
