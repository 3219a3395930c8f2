package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.PrecompiledModule;
import io.gatewaywasm.host.engine.binary.EngineVersion;
import io.gatewaywasm.host.engine.cache.CacheEntry;
import io.gatewaywasm.host.engine.cache.CompilationCache;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import org.jspecify.annotations.Nullable;

/**
 * The modules on the class path that were compiled at build time.
 */
record PrecompiledModules(ClassLoader classLoader) {

	private static final String DIRECTORY = "META-INF/gateway-wasm/modules/";

	private static final String CLASS_PREFIX = "io.gatewaywasm.modules.Module_";

	static PrecompiledModules of(EngineOptions options) {
		ClassLoader classLoader = options.classLoader();
		return new PrecompiledModules((classLoader != null) ? classLoader : ChicoryEngine.class.getClassLoader());
	}

	static String path(String sha256) {
		return DIRECTORY + sha256;
	}

	static String className(String sha256) {
		return CLASS_PREFIX + sha256;
	}

	static String key(String sha256) {
		return sha256 + "-chicory-" + EngineVersion.current() + "-" + CompilationCache.FORMAT;
	}

	/** Returns whether there is an entry of a module, which may be invalid. */
	boolean contains(String sha256) {
		return this.classLoader.getResource(path(sha256)) != null;
	}

	/**
	 * Returns the entry of a module, which names the main class and contains no classes,
	 * or {@code null} if there is none. Fails if another version compiled it.
	 */
	@Nullable CacheEntry find(String sha256) throws IOException {
		try (InputStream input = this.classLoader.getResourceAsStream(path(sha256))) {
			return (input != null) ? CacheEntry.decode(key(sha256), input.readAllBytes()) : null;
		}
	}

	/** Returns the files of a compiled module. */
	static PrecompiledModule encode(String sha256, CacheEntry entry) {
		CompiledClasses classes = entry.classes();
		Map<String, byte[]> files = new LinkedHashMap<>();
		classes.classes().forEach((name, bytes) -> files.put(name.replace('.', '/') + ".class", bytes));
		CacheEntry resource = new CacheEntry(entry.facts(), entry.names(), entry.lines(), entry.module(),
				new CompiledClasses(classes.mainClass(), Map.of()));
		return new PrecompiledModule(sha256, classes.mainClass(), files,
				Map.of(path(sha256), resource.encode(key(sha256))));
	}

}
