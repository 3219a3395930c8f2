package io.gatewaywasm.host.engine;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Finds the user's cache directory by the conventions of the operating system.
 */
final class CacheLocation {

	private static final String NAME = "gateway-wasm";

	private CacheLocation() {
	}

	/**
	 * Returns the cache directory of the user, or {@code null} if the user has no
	 * writable one.
	 */
	static @Nullable Path find(UnaryOperator<@Nullable String> properties,
			UnaryOperator<@Nullable String> environment) {
		String system = String.valueOf(properties.apply("os.name")).toLowerCase(Locale.ROOT);
		Path home = absolute(properties.apply("user.home"));
		Path base;
		if (system.startsWith("windows")) {
			base = absolute(environment.apply("LOCALAPPDATA"));
		}
		else if (system.startsWith("mac")) {
			base = (home != null) ? home.resolve("Library/Caches") : null;
		}
		else {
			base = absolute(environment.apply("XDG_CACHE_HOME"));
			base = (base == null && home != null) ? home.resolve(".cache") : base;
		}
		return (base != null && isWritable(base)) ? base.resolve(NAME) : null;
	}

	private static @Nullable Path absolute(@Nullable String path) {
		try {
			return (path != null && Path.of(path).isAbsolute()) ? Path.of(path) : null;
		}
		catch (InvalidPathException ex) {
			return null;
		}
	}

	private static boolean isWritable(Path directory) {
		Path existing = directory;
		while (existing != null && !Files.exists(existing)) {
			existing = existing.getParent();
		}
		return existing != null && Files.isWritable(existing);
	}

}
