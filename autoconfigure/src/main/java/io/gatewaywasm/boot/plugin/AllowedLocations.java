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
 * The locations from which routes, as opposed to the application's own configuration, may
 * load modules and configurations. Routes can be added at run time, by people who should
 * not for that reason be able to read any file.
 */
public final class AllowedLocations {

	private static final String FILE = ResourceUtils.FILE_URL_PREFIX;

	private static final String CLASSPATH = ResourceUtils.CLASSPATH_URL_PREFIX;

	/** What a server may read as a step out of a folder, though it does not look so. */
	private static final Pattern DISGUISED = Pattern.compile("%2e|%2f|%5c|\\\\", Pattern.CASE_INSENSITIVE);

	private final List<String> prefixes;

	/**
	 * Create new allowed locations.
	 * @param prefixes the prefixes of which an allowed location has one
	 */
	public AllowedLocations(List<String> prefixes) {
		this.prefixes = List.copyOf(prefixes);
	}

	/**
	 * Check a location. Links of the file system are followed first.
	 * @param plugin what the route calls the plugin, for messages
	 * @param routeId the route that names the location, or {@code null}
	 * @param location the location
	 * @throws WasmPluginException if the location is not allowed
	 */
	void check(String plugin, @Nullable String routeId, String location) {
		if (this.prefixes.stream().noneMatch((prefix) -> isUnder(prefix, location))) {
			throw new WasmPluginException(plugin, routeId, location,
					"'%s' is not a location that routes may load from".formatted(location),
					"Declare the plugin under 'gateway.wasm.plugins' and name it in the route, or add a prefix of the "
							+ "location to 'gateway.wasm.allowed-locations', which is now %s.".formatted(this.prefixes),
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
	 * Follow the links of the part of a path that exists, so that a file that is missing
	 * is reported as missing and not as forbidden.
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
