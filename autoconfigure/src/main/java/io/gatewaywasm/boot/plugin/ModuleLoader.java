package io.gatewaywasm.boot.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleFetcher;
import io.gatewaywasm.registry.ModuleRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Loads modules and configurations. Blocks and must not be used on an event loop.
 */
public final class ModuleLoader {

	private static final Set<String> LOCAL_SCHEMES = Set.of("classpath", "file");

	private static final Set<String> REMOTE_SCHEMES = Set.of("http", "https", "oci");

	private static final String PEM = "-----BEGIN";

	private final ResourceLoader resourceLoader;

	private final ModuleFetcher fetcher;

	private final ModuleOrigins origins = new ModuleOrigins();

	/**
	 * Creates a loader.
	 * @param resourceLoader loads {@code classpath:} and {@code file:} resources
	 * @param fetcher fetches modules from servers
	 */
	public ModuleLoader(ResourceLoader resourceLoader, ModuleFetcher fetcher) {
		this.resourceLoader = resourceLoader;
		this.fetcher = fetcher;
	}

	/**
	 * Returns whether a location is a {@code classpath:} or {@code file:} resource.
	 */
	static boolean isLocal(String location) {
		return LOCAL_SCHEMES.contains(scheme(location));
	}

	/**
	 * Loads the module of a plugin. Throws {@link WasmPluginException} if the module
	 * cannot be loaded or does not meet the requirements.
	 */
	ModuleBytes loadModule(PluginDefinition definition) {
		if (REMOTE_SCHEMES.contains(scheme(definition.url()))) {
			return fetch(definition);
		}
		if (definition.module().verificationKey() != null) {
			throw new WasmPluginException(definition.id(), null, definition.url(),
					"'verification-key' is set, but the module is not an image, and only images can be signed",
					"Push the module to an OCI registry and sign it, or replace 'verification-key' with 'sha256'.",
					null);
		}
		ModuleBytes module = ModuleBytes.of(load(definition.id(), definition.url(), "url"));
		this.origins.add(definition.id(), module.sha256(), ModuleOrigin.local(definition.url()));
		return module;
	}

	private ModuleBytes fetch(PluginDefinition definition) {
		try {
			FetchedModule module = this.fetcher.fetch(new ModuleRequest(definition.url(), definition.module().sha256(),
					definition.module().imagePullPolicy(), verificationKey(definition)));
			this.origins.add(definition.id(), module.sha256(), ModuleOrigin.of(module));
			return ModuleBytes.of(module.bytes());
		}
		catch (ModuleFetchException ex) {
			throw new WasmPluginException(definition.id(), null, definition.url(), String.valueOf(ex.getMessage()),
					ex.getRemedy(), ex);
		}
	}

	/** Returns the key, which is given as text or as the location of a file. */
	private @Nullable String verificationKey(PluginDefinition definition) {
		String key = definition.module().verificationKey();
		if (key == null || key.contains(PEM) || !isLocal(key)) {
			return key;
		}
		return new String(load(definition.id(), key, "verification-key"), StandardCharsets.UTF_8);
	}

	/**
	 * Returns the origin of a module, or {@code null} if it was not loaded here.
	 */
	@Nullable ModuleOrigin origin(String plugin, String sha256) {
		return this.origins.find(plugin, sha256);
	}

	/**
	 * Loads the configuration of a plugin. Throws {@link WasmPluginException} if the
	 * configuration cannot be loaded.
	 */
	byte[] loadConfiguration(String plugin, String location) {
		return load(plugin, location, "configuration-location");
	}

	private byte[] load(String plugin, String location, String property) {
		try {
			return load(plugin, location, property.equals("url"));
		}
		catch (WasmPluginException ex) {
			throw ex.forProperty(property);
		}
	}

	private byte[] load(String plugin, String location, boolean remote) {
		if (!isLocal(location)) {
			throw new WasmPluginException(plugin, null, location,
					"'%s' is not a valid location".formatted(WasmPluginException.printable(location)),
					MistypedLocation.hint(location, remote)
							+ "The location of a module starts with 'classpath:', 'file:', 'https:', 'http:' or 'oci:', that of "
							+ "a configuration with 'classpath:' or 'file:'.",
					null);
		}
		String host = MistypedLocation.host(location);
		if (host != null) {
			throw new WasmPluginException(plugin, null, location,
					WasmPluginException
						.printable("'%s' refers to a file on the host '%s', but the gateway reads only its own files"
							.formatted(location, host)),
					MistypedLocation.hint(location, remote)
							+ "A path starts with one slash after 'file:', or with three.",
					null);
		}
		Resource resource = this.resourceLoader.getResource(location);
		try {
			// The content of a directory would be its listing
			if (resource.isFile() && resource.getFile().isDirectory()) {
				throw new WasmPluginException(plugin, null, location,
						"'%s' is a directory".formatted(WasmPluginException.printable(location)),
						"Add the name of the file to the location.", null);
			}
			return resource.getContentAsByteArray();
		}
		catch (FileNotFoundException ex) {
			throw new WasmPluginException(plugin, null, location,
					"'%s' does not exist".formatted(WasmPluginException.printable(location)),
					hint(location, remote) + (location.startsWith("classpath:")
							? "Check the spelling and that the file is in the application's resources."
							: "Check the spelling and that the gateway has permission to read the file."),
					ex);
		}
		catch (IOException ex) {
			throw new WasmPluginException(plugin, null, location,
					WasmPluginException.printable("'%s' cannot be read: %s".formatted(location, ex)),
					MistypedLocation.hint(location, remote)
							+ "Check that it is a file and that the gateway has permission to read it.",
					ex);
		}
	}

	private String hint(String location, boolean remote) {
		String nearby = NearbyFile.hint(location, this.resourceLoader);
		return nearby.isEmpty() ? MistypedLocation.hint(location, remote) : nearby;
	}

	private static String scheme(String location) {
		int colon = location.indexOf(':');
		return (colon > 0) ? location.substring(0, colon) : "";
	}

}
