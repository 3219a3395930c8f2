package io.gatewaywasm.boot.plugin;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the origins of modules by plugin and digest. The origin of the version that
 * serves is therefore kept when a newer one has been fetched.
 */
final class ModuleOrigins {

	/** More than all versions of all plugins that a gateway can be expected to have. */
	private static final int MAX_ORIGINS = 4096;

	private final Map<Key, ModuleOrigin> origins = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Key, ModuleOrigin> eldest) {
			return size() > MAX_ORIGINS;
		}

	};

	synchronized void add(String plugin, String sha256, ModuleOrigin origin) {
		this.origins.put(new Key(plugin, sha256), origin);
	}

	synchronized @Nullable ModuleOrigin find(String plugin, String sha256) {
		return this.origins.get(new Key(plugin, sha256));
	}

	private record Key(String plugin, String sha256) {

	}

}
