package io.gatewaywasm.registry.fetch;

import java.util.List;

import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import org.jspecify.annotations.Nullable;

/**
 * The result of asking a source.
 */
sealed interface SourceResult {

	/** The cached module is up to date. */
	record Known(CachedModule module) implements SourceResult {

	}

	/**
	 * A module was transferred. {@code resolvedDigest} is the digest of its image, or
	 * {@code null}. {@code entityTag} is the entity tag that the server sent, or
	 * {@code null}.
	 */
	record Transferred(byte[] wasm, @Nullable String resolvedDigest, @Nullable String entityTag,
			List<String> rootIds) implements SourceResult {

	}

}
