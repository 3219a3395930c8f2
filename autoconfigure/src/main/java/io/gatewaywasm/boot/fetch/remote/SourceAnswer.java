package io.gatewaywasm.boot.fetch.remote;

import java.util.List;

import io.gatewaywasm.boot.fetch.cache.ModuleCache.CachedModule;
import org.jspecify.annotations.Nullable;

/**
 * What a source says.
 */
sealed interface SourceAnswer {

	/**
	 * The cache has it already.
	 *
	 * @param module the module
	 */
	record Known(CachedModule module) implements SourceAnswer {

	}

	/**
	 * Here it is.
	 *
	 * @param wasm its bytes
	 * @param resolvedDigest the digest of its image, or {@code null}
	 * @param entityTag what the server calls this version of it, or {@code null}
	 * @param rootIds the root ids in the image
	 */
	record Transferred(byte[] wasm, @Nullable String resolvedDigest, @Nullable String entityTag,
			List<String> rootIds) implements SourceAnswer {

	}

}
