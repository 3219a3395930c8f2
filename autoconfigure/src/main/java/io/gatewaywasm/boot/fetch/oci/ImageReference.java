package io.gatewaywasm.boot.fetch.oci;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image.
 *
 * @param registry the host of the registry, and its port if that is not the protocol's
 * own
 * @param repository the repository
 * @param tag the tag, or {@code null} if the digest stands alone
 * @param digest the digest of the manifest, or {@code null} if there is only a tag
 */
public record ImageReference(String registry, String repository, @Nullable String tag, @Nullable Digest digest) {

	/** The scheme of locations that are images. */
	public static final String SCHEME = "oci";

	private static final String NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

	private static final Pattern FORMAT = Pattern
		.compile("oci://(?<registry>(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])" + "(?::\\d{1,5})?)/(?<repository>" + NAME
				+ "(?:/" + NAME + ")*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>" + Digest.PATTERN + "))?");

	private static final int MAX_LENGTH = 1024;

	/**
	 * Read a location.
	 * @param location the location of an image
	 * @return the reference, with the tag {@code latest} if the location has neither tag
	 * nor digest
	 * @throws ModuleFetchException if the location has another form
	 */
	public static ImageReference parse(String location) {
		Matcher matcher = FORMAT.matcher(location);
		if (location.length() > MAX_LENGTH || !matcher.matches()) {
			throw new ModuleFetchException(FetchFailure.REQUEST, "'%s' does not name an image".formatted(location),
					"Write it as 'oci://registry/repository:tag' or 'oci://registry/repository@sha256:…', with the host "
							+ "that serves the registry and a repository in lower case.");
		}
		String digest = matcher.group("digest");
		String tag = matcher.group("tag");
		return new ImageReference(matcher.group("registry"), matcher.group("repository"),
				(tag == null && digest == null) ? "latest" : tag, (digest != null) ? Digest.parse(digest) : null);
	}

	/**
	 * Return whether the image may become another one.
	 * @return whether it is named by a tag only
	 */
	public boolean isMovable() {
		return this.digest == null;
	}

	/**
	 * Return the same image by digest.
	 * @param digest the digest of its manifest
	 * @return the location
	 */
	public String pinned(String digest) {
		return SCHEME + "://" + this.registry + "/" + this.repository + "@" + digest;
	}

	/**
	 * Return what follows {@code manifests/} in the registry's API.
	 * @return the digest, or the tag if there is none
	 */
	String manifestName() {
		return (this.digest != null) ? this.digest.toString() : String.valueOf(this.tag);
	}

	/**
	 * Return the reference as users write it, without a scheme.
	 */
	@Override
	public String toString() {
		return this.registry + "/" + this.repository + ((this.tag != null) ? ":" + this.tag : "")
				+ ((this.digest != null) ? "@" + this.digest : "");
	}

}
