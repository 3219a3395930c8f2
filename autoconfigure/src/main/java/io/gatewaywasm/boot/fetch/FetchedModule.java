package io.gatewaywasm.boot.fetch;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A module and where it came from.
 *
 * @param bytes the module, which must not be changed
 * @param sha256 its digest, 64 hexadecimal digits
 * @param resolvedDigest the digest of the image's manifest (or index), or {@code null} if
 * the module did not come in an image
 * @param source the location that it was asked for by
 * @param fetchedAt when it was transferred, or last found unchanged
 * @param fromCache whether it was on disk already
 * @param stale whether the source could not be asked, so that there may be a newer one
 * @param rootIds the root ids that the image names, possibly none
 */
public record FetchedModule(byte[] bytes, String sha256, @Nullable String resolvedDigest, String source,
		Instant fetchedAt, boolean fromCache, boolean stale, List<String> rootIds) {

	public FetchedModule {
		rootIds = List.copyOf(rootIds);
	}

	/**
	 * Describe the module without its bytes.
	 */
	@Override
	public String toString() {
		return "FetchedModule[source=" + this.source + ", size=" + this.bytes.length + ", sha256=" + this.sha256
				+ ", resolvedDigest=" + this.resolvedDigest + ", fromCache=" + this.fromCache + ", stale=" + this.stale
				+ "]";
	}

}
