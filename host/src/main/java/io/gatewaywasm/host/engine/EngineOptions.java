package io.gatewaywasm.host.engine;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link WasmEngine}.
 *
 * @param maximumModuleSize the maximum size of a module, in bytes (default 128 MiB)
 * @param cacheDirectory the directory for compiled modules, which only its owner can
 * access, or {@code null} for no cache (default)
 * @param maximumCacheSize the maximum size of the cache, in bytes (default 256 MiB); the
 * least recently used entries are deleted first
 * @param classLoader the class loader for modules that were {@linkplain PrecompiledModule
 * compiled at build time}, or {@code null} for the loader of this class (default)
 * @param compileTimeout the maximum CPU time for compiling one module (default 120 s)
 */
public record EngineOptions(int maximumModuleSize, @Nullable Path cacheDirectory, long maximumCacheSize,
		@Nullable ClassLoader classLoader, Duration compileTimeout) {

	/** The default maximum size of the cache, in megabytes. */
	public static final int CACHE_MB = 256;

	/** The default maximum CPU time for compiling one module, in seconds. */
	public static final int COMPILE_TIMEOUT_SECONDS = 120;

	private static final EngineOptions DEFAULTS = new EngineOptions(128 << 20, null, CACHE_MB << 20, null,
			Duration.ofSeconds(COMPILE_TIMEOUT_SECONDS));

	public EngineOptions {
		if (maximumModuleSize <= 0 || maximumCacheSize <= 0) {
			throw new IllegalArgumentException("sizes must be greater than 0");
		}
		if (compileTimeout.isNegative() || compileTimeout.isZero()) {
			throw new IllegalArgumentException("the timeout must be greater than 0");
		}
	}

	/**
	 * Returns the default options, without a cache.
	 */
	public static EngineOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns the default directory for compiled modules: a directory below the user's
	 * cache directory that is never shared with other users.
	 * @return the directory, or {@code null} if the user has no writable cache directory
	 */
	public static @Nullable Path userCacheDirectory() {
		return CacheLocation.find(System::getProperty, System::getenv);
	}

	/**
	 * Returns a copy with another maximum module size.
	 * @param bytes the maximum size of a module, in bytes
	 */
	public EngineOptions withMaximumModuleSize(int bytes) {
		return new EngineOptions(bytes, this.cacheDirectory, this.maximumCacheSize, this.classLoader,
				this.compileTimeout);
	}

	/**
	 * Returns a copy with another cache directory.
	 * @param directory the directory, created if it does not exist, or {@code null} for
	 * no cache
	 */
	public EngineOptions withCacheDirectory(@Nullable Path directory) {
		return new EngineOptions(this.maximumModuleSize, directory, this.maximumCacheSize, this.classLoader,
				this.compileTimeout);
	}

	/**
	 * Returns a copy with another maximum cache size.
	 * @param bytes the maximum size of the cache, in bytes
	 */
	public EngineOptions withMaximumCacheSize(long bytes) {
		return new EngineOptions(this.maximumModuleSize, this.cacheDirectory, bytes, this.classLoader,
				this.compileTimeout);
	}

	/**
	 * Returns a copy with another class loader.
	 * @param classLoader the class loader for modules that were compiled at build time
	 */
	public EngineOptions withClassLoader(@Nullable ClassLoader classLoader) {
		return new EngineOptions(this.maximumModuleSize, this.cacheDirectory, this.maximumCacheSize, classLoader,
				this.compileTimeout);
	}

	/**
	 * Returns a copy with another compile timeout.
	 * @param timeout the maximum CPU time for compiling one module
	 */
	public EngineOptions withCompileTimeout(Duration timeout) {
		return new EngineOptions(this.maximumModuleSize, this.cacheDirectory, this.maximumCacheSize, this.classLoader,
				timeout);
	}

}
