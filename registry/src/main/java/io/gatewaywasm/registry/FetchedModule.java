package io.gatewaywasm.registry;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A module and its origin.
 *
 * @param bytes the module, which must not be modified
 * @param sha256 the digest, 64 hexadecimal digits
 * @param resolvedDigest the digest of the image's manifest or index, or {@code null} if
 * the module is not from an image
 * @param source the location that was requested
 * @param fetchedAt when the module was transferred, or last found unchanged
 * @param fromCache whether the module was in the cache
 * @param stale whether the server was unreachable, so there may be a newer module
 * @param rootIds the root ids that the image declares, possibly none
 */
public record FetchedModule(byte[] bytes, String sha256, @Nullable String resolvedDigest, String source,
		Instant fetchedAt, boolean fromCache, boolean stale, List<String> rootIds) {

	public FetchedModule {
		rootIds = List.copyOf(rootIds);
	}

	/**
	 * Describes the module without its bytes.
	 */
	@Override
	public String toString() {
		return "FetchedModule[source=" + this.source + ", size=" + this.bytes.length + ", sha256=" + this.sha256
				+ ", resolvedDigest=" + this.resolvedDigest + ", fromCache=" + this.fromCache + ", stale=" + this.stale
				+ "]";
	}

}
