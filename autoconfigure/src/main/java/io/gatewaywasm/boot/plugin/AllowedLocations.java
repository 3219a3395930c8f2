package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * The locations from which plugins that are defined in routes may load modules and
 * configurations. Declared plugins are not restricted. Routes can be added at run time,
 * by users who must not be able to read arbitrary files.
 */
public final class AllowedLocations {

	private static final String FILE = ResourceUtils.FILE_URL_PREFIX;

	private static final String CLASSPATH = ResourceUtils.CLASSPATH_URL_PREFIX;

	/** Sequences that a server may decode to a step out of a folder. */
	private static final Pattern DISGUISED = Pattern.compile("%2e|%2f|%5c|\\\\", Pattern.CASE_INSENSITIVE);

	private final List<String> prefixes;

	/**
	 * Creates allowed locations.
	 * @param prefixes the prefixes that an allowed location can start with
	 */
	public AllowedLocations(List<String> prefixes) {
		this.prefixes = List.copyOf(prefixes);
	}

	/**
	 * Checks a location after symbolic links are resolved. Throws
	 * {@link WasmPluginException} if the location is not allowed.
	 */
	void check(String plugin, @Nullable String routeId, String location) {
		if (this.prefixes.stream().noneMatch((prefix) -> isUnder(prefix, location))) {
			throw new WasmPluginException(plugin, routeId, location,
					"Routes are not allowed to load from '%s'".formatted(WasmPluginException.printable(location)),
					"Declare the plugin under 'gateway.wasm.plugins' and refer to it by name, or add a prefix of the "
							+ "location to 'gateway.wasm.allowed-locations', which is currently %s."
								.formatted(this.prefixes),
					null);
		}
	}

	private static boolean isUnder(String prefix, String location) {
		if (location.startsWith(FILE)) {
			return prefix.startsWith(FILE) && isFileUnder(prefix, location);
		}
		String cleanLocation = clean(location);
		return !cleanLocation.contains("..") && !DISGUISED.matcher(location).find()
				&& startsWith(cleanLocation, clean(prefix));
	}

	private static boolean startsWith(String location, String prefix) {
		if (!location.startsWith(prefix)) {
			return false;
		}
		return location.length() == prefix.length() || prefix.endsWith("/") || prefix.endsWith(":")
				|| location.charAt(prefix.length()) == '/';
	}

	private static String clean(String location) {
		String clean = StringUtils.cleanPath(location);
		return clean.startsWith(CLASSPATH + "/") ? CLASSPATH + clean.substring(CLASSPATH.length() + 1) : clean;
	}

	private static boolean isFileUnder(String prefix, String location) {
		try {
			return realPath(location).startsWith(realPath(prefix));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Resolves symbolic links in the part of the path that exists. A missing file is
	 * therefore reported as missing rather than as not allowed.
	 */
	private static Path realPath(String location) throws IOException {
		Path path = ResourceUtils.getFile(location).toPath().toAbsolutePath().normalize();
		Path existing = path;
		while (existing != null && !Files.exists(existing)) {
			existing = existing.getParent();
		}
		return (existing != null) ? existing.toRealPath().resolve(existing.relativize(path)) : path;
	}

}
