package io.gatewaywasm.boot.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Suggests the location that was probably meant by one that cannot be read.
 */
final class MistypedLocation {

	/** The name of an image with the host of its registry. */
	private static final Pattern IMAGE = Pattern.compile("(localhost|[a-z0-9-]+(\\.[a-z0-9-]+)+)(:[0-9]+)?/[^?#]+");

	private static final Pattern WINDOWS = Pattern.compile("(?:(?:file:/*)?([A-Za-z]:)\\\\+|([A-Za-z]:)/+)(.*)");

	/** A variable of a shell. Spring replaces only those in braces. */
	private static final Pattern VARIABLE = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)");

	private static final Pattern SOURCES = Pattern
		.compile("(?:classpath:/*|(?:\\./)?)src/(?:main|test)/resources/(.*)");

	private static final Pattern HOST = Pattern.compile("file://([^/?#]+)(/.*)?");

	private static final List<String> SCHEMES = List.of("classpath", "file", "https", "http", "oci");

	private static final List<String> LOCAL = List.of("classpath", "file");

	private static final String FILE = "file:";

	private static final String CLASSPATH = "classpath:";

	private MistypedLocation() {
	}

	/**
	 * Returns "Did you mean '…'? " with the location, where a relative path starts, or an
	 * empty string. {@code remote} says whether the location can be that of a server.
	 */
	static String hint(String location, boolean remote) {
		String meant = meant(location, remote);
		if (meant != null && !meant.equals(location)) {
			return "Did you mean '%s'? ".formatted(WasmPluginException.printable(meant));
		}
		if (location.startsWith(FILE) && !location.startsWith(FILE + "/")) {
			return "The path is relative to the working directory '%s'. ".formatted(Path.of("").toAbsolutePath());
		}
		return "";
	}

	/**
	 * Returns the host that the location of a file names, or {@code null} if it names
	 * none. The JDK would try to fetch the file from that host by FTP.
	 */
	static @Nullable String host(String location) {
		Matcher host = HOST.matcher(location);
		return (host.matches() && !host.group(1).equalsIgnoreCase("localhost")) ? host.group(1) : null;
	}

	private static @Nullable String meant(String location, boolean remote) {
		String stripped = location.strip();
		if (!stripped.equals(location)) {
			return stripped;
		}
		Matcher windows = WINDOWS.matcher(location);
		if (windows.matches()) {
			String drive = (windows.group(1) != null) ? windows.group(1) : windows.group(2);
			return FILE + "/" + drive + "/" + windows.group(3).replaceAll("\\\\+", "/");
		}
		Matcher sources = SOURCES.matcher(location);
		if (sources.matches()) {
			return CLASSPATH + sources.group(1);
		}
		if (VARIABLE.matcher(location).find()) {
			String named = VARIABLE.matcher(location).replaceAll("\\${$1}");
			return named.contains(":") ? named : FILE + named;
		}
		int colon = location.indexOf(':');
		String path = location.substring(colon + 1);
		return switch (location.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT)) {
			case "" -> (colon < 0) ? withScheme(location, remote) : null;
			case "docker" -> remote ? "oci:" + path : null;
			case "classpath*" -> CLASSPATH + path.replaceFirst("^/+", "");
			case "classpath" -> CLASSPATH + path.replaceFirst("^//+", "");
			case "file" -> FILE + file(path);
			default -> isImage(location, remote) ? "oci://" + location
					: withValidScheme(location, colon, remote ? SCHEMES : LOCAL);
		};
	}

	private static boolean isImage(String location, boolean remote) {
		return remote && !location.endsWith(".wasm") && IMAGE.matcher(location).matches();
	}

	private static @Nullable String withScheme(String location, boolean remote) {
		if (isImage(location, remote)) {
			return "oci://" + location;
		}
		boolean home = location.startsWith("~/");
		if (location.startsWith("~") && !home) {
			return null;
		}
		boolean isFile = home || location.startsWith("/") || location.startsWith(".");
		return isFile ? FILE + file(location) : CLASSPATH + location;
	}

	/**
	 * Only a shell replaces a tilde, and two slashes precede a host. A user without an
	 * entry in the system's list, as in some containers, has no home directory.
	 */
	private static String file(String path) {
		Path home = Path.of(System.getProperty("user.home"));
		if (path.startsWith("~/") && home.isAbsolute()) {
			return home + path.substring(1);
		}
		return path.matches("//(?!localhost/)[^/].*") ? path.substring(1) : path;
	}

	private static @Nullable String withValidScheme(String location, int colon, List<String> schemes) {
		return ClosestName.of(location.substring(0, colon), schemes)
			.map((scheme) -> scheme + location.substring(colon))
			.orElse(null);
	}

}
