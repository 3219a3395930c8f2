package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;

import io.gatewaywasm.registry.FetchedModule;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a module.
 *
 * @param location the location
 * @param resolvedDigest the digest of its image, or {@code null} if it is not from an
 * image
 * @param fetchedAt when the module was read, or, if it is from a server, last transferred
 * or found unchanged
 * @param fromCache whether the module was in the cache
 * @param stale whether the server was unreachable, so there may be a newer module
 * @param rootIds the root ids that the image declares, possibly none
 */
public record ModuleOrigin(String location, @Nullable String resolvedDigest, Instant fetchedAt, boolean fromCache,
		boolean stale, List<String> rootIds) {

	static ModuleOrigin local(String location) {
		return new ModuleOrigin(location, null, Instant.now(), false, false, List.of());
	}

	static ModuleOrigin of(FetchedModule module) {
		return new ModuleOrigin(module.source(), module.resolvedDigest(), module.fetchedAt(), module.fromCache(),
				module.stale(), module.rootIds());
	}

	/**
	 * Returns the first root id that the image declares, or an empty one. Used if the
	 * configuration sets none.
	 */
	String defaultRootId() {
		return this.rootIds.isEmpty() ? "" : this.rootIds.get(0);
	}

}
