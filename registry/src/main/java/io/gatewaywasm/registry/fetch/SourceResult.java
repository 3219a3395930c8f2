package io.gatewaywasm.registry.fetch;

import java.util.List;

import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import org.jspecify.annotations.Nullable;

/**
 * The result of asking a source.
 */
sealed interface SourceResult {

	/**
	 * The cached module is up to date.
	 *
	 * @param module the module
	 */
	record Known(CachedModule module) implements SourceResult {

	}

	/**
	 * A module was transferred.
	 *
	 * @param wasm the bytes
	 * @param resolvedDigest the digest of its image, or {@code null}
	 * @param entityTag the entity tag that the server sent, or {@code null}
	 * @param rootIds the root ids that the image declares
	 */
	record Transferred(byte[] wasm, @Nullable String resolvedDigest, @Nullable String entityTag,
			List<String> rootIds) implements SourceResult {

	}

}
