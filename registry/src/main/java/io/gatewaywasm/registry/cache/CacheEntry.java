package io.gatewaywasm.registry.cache;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import io.gatewaywasm.registry.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the cache: where a module came from and how it was verified.
 *
 * @param location the location
 * @param sha256 the digest
 * @param resolvedDigest the digest of its image, or {@code null}
 * @param entityTag the entity tag that the server sent, or {@code null}
 * @param verifiedBy the fingerprint of the key with which the image's signature was
 * verified, or {@code null} if it was not
 * @param fetchedAt when it was fetched, or last found unchanged
 * @param rootIds the root ids that the image declares
 */
public record CacheEntry(String location, String sha256, @Nullable String resolvedDigest, @Nullable String entityTag,
		@Nullable String verifiedBy, Instant fetchedAt, List<String> rootIds) {

	public CacheEntry {
		rootIds = List.copyOf(rootIds);
	}

	/**
	 * Returns a copy with another location and time.
	 */
	public CacheEntry at(String location, Instant fetchedAt) {
		return new CacheEntry(location, this.sha256, this.resolvedDigest, this.entityTag, this.verifiedBy, fetchedAt,
				this.rootIds);
	}

	String write() throws IOException {
		Properties properties = new Properties();
		properties.setProperty("location", this.location);
		properties.setProperty("sha256", this.sha256);
		properties.setProperty("fetched-at", this.fetchedAt.toString());
		set(properties, "resolved-digest", this.resolvedDigest);
		set(properties, "entity-tag", this.entityTag);
		set(properties, "verified-by", this.verifiedBy);
		for (int index = 0; index < this.rootIds.size(); index++) {
			properties.setProperty("root-id." + index, this.rootIds.get(index));
		}
		StringWriter text = new StringWriter();
		properties.store(text, null);
		return text.toString();
	}

	private static void set(Properties properties, String name, @Nullable String value) {
		if (value != null) {
			properties.setProperty(name, value);
		}
	}

	/**
	 * Parses the result of {@link #write()}. Returns {@code null} if it is damaged.
	 */
	static @Nullable CacheEntry read(String text) {
		try {
			Properties properties = new Properties();
			properties.load(new StringReader(text));
			String location = properties.getProperty("location");
			String sha256 = properties.getProperty("sha256");
			if (location == null || sha256 == null || !Digest.isSha256(sha256)) {
				return null;
			}
			List<String> rootIds = Stream.iterate(0, (index) -> index + 1)
				.map((index) -> properties.getProperty("root-id." + index))
				.takeWhile((rootId) -> rootId != null)
				.toList();
			return new CacheEntry(location, sha256, properties.getProperty("resolved-digest"),
					properties.getProperty("entity-tag"), properties.getProperty("verified-by"),
					Instant.parse(properties.getProperty("fetched-at", "")), rootIds);
		}
		catch (IOException | IllegalArgumentException | DateTimeException ex) {
			return null;
		}
	}

}
