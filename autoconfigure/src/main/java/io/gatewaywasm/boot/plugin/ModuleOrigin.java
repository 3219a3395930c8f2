package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;

import io.gatewaywasm.boot.fetch.FetchedModule;
import org.jspecify.annotations.Nullable;

/**
 * Where a module came from.
 *
 * @param location the location
 * @param resolvedDigest the digest of its image, or {@code null} if it did not come in
 * one
 * @param fetchedAt when it was read, or, from a server, last transferred or found
 * unchanged
 * @param fromCache whether it was on disk already
 * @param stale whether the server could not be asked, so that there may be a newer one
 * @param rootIds the root ids that its image names, possibly none
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
	 * Return the root id to use if nobody has chosen one.
	 * @return the first that the image names, else the empty one
	 */
	String defaultRootId() {
		return this.rootIds.isEmpty() ? "" : this.rootIds.get(0);
	}

}
