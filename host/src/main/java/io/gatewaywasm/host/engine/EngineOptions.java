package io.gatewaywasm.host.engine;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link ChicoryEngine}.
 *
 * @param maximumModuleSize the largest module to accept, in bytes (default 128 MiB)
 * @param cacheDirectory where compiled modules are kept, or {@code null} to keep none
 * (default); a directory that only its owner can enter
 * @param maximumCacheSize how many bytes to keep there (default 256 MiB); the entries
 * unused for longest go first
 * @param classLoader knows the modules that were {@linkplain PrecompiledModule compiled
 * at build time}, or {@code null} for the one that knows this class (default)
 * @param compileTimeout the CPU time that compiling one module may take (default 120 s)
 */
public record EngineOptions(int maximumModuleSize, @Nullable Path cacheDirectory, long maximumCacheSize,
		@Nullable ClassLoader classLoader, Duration compileTimeout) {

	private static final EngineOptions DEFAULTS = new EngineOptions(128 << 20, null, 256 << 20, null,
			Duration.ofMinutes(2));

	public EngineOptions {
		if (maximumModuleSize <= 0 || maximumCacheSize <= 0) {
			throw new IllegalArgumentException("sizes must be greater than 0");
		}
		if (compileTimeout.isNegative() || compileTimeout.isZero()) {
			throw new IllegalArgumentException("the timeout must be greater than 0");
		}
	}

	/**
	 * Return options with all defaults: no cache.
	 * @return the options
	 */
	public static EngineOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Return the usual place for compiled modules: a directory below the user's own cache
	 * directory, never one that is shared with other users.
	 * @return the directory, or {@code null} if the user has none that can be written
	 */
	public static @Nullable Path userCacheDirectory() {
		return CacheLocation.find(System::getProperty, System::getenv);
	}

	/**
	 * Return a copy with another limit for modules.
	 * @param bytes the largest module to accept, in bytes
	 * @return a copy
	 */
	public EngineOptions withMaximumModuleSize(int bytes) {
		return new EngineOptions(bytes, this.cacheDirectory, this.maximumCacheSize, this.classLoader,
				this.compileTimeout);
	}

	/**
	 * Return a copy with another place for compiled modules.
	 * @param directory the directory, created if it does not exist, or {@code null} to
	 * keep none
	 * @return a copy
	 */
	public EngineOptions withCacheDirectory(@Nullable Path directory) {
		return new EngineOptions(this.maximumModuleSize, directory, this.maximumCacheSize, this.classLoader,
				this.compileTimeout);
	}

	/**
	 * Return a copy with another limit for the cache.
	 * @param bytes how many bytes to keep
	 * @return a copy
	 */
	public EngineOptions withMaximumCacheSize(long bytes) {
		return new EngineOptions(this.maximumModuleSize, this.cacheDirectory, bytes, this.classLoader,
				this.compileTimeout);
	}

	/**
	 * Return a copy with another class loader.
	 * @param classLoader knows the modules that were compiled at build time
	 * @return a copy
	 */
	public EngineOptions withClassLoader(@Nullable ClassLoader classLoader) {
		return new EngineOptions(this.maximumModuleSize, this.cacheDirectory, this.maximumCacheSize, classLoader,
				this.compileTimeout);
	}

	/**
	 * Returns a copy with another timeout for compiling.
	 * @param timeout the CPU time that compiling one module may take
	 * @return a copy
	 */
	public EngineOptions withCompileTimeout(Duration timeout) {
		return new EngineOptions(this.maximumModuleSize, this.cacheDirectory, this.maximumCacheSize, this.classLoader,
				timeout);
	}

}
