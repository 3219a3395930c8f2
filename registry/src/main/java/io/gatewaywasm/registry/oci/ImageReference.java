package io.gatewaywasm.registry.oci;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * A reference to an image.
 *
 * @param registry the host of the registry, with the port if it is not the default of the
 * protocol
 * @param repository the repository
 * @param tag the tag, or {@code null} if there is only a digest
 * @param digest the digest of the manifest, or {@code null} if there is only a tag
 */
public record ImageReference(String registry, String repository, @Nullable String tag, @Nullable Digest digest) {

	/** The scheme of image locations. */
	public static final String SCHEME = "oci";

	private static final String NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

	private static final Pattern FORMAT = Pattern
		.compile("oci://(?<registry>(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])" + "(?::\\d{1,5})?)/(?<repository>" + NAME
				+ "(?:/" + NAME + ")*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>" + Digest.PATTERN + "))?");

	private static final int MAX_LENGTH = 1024;

	/**
	 * Parses the location of an image. The tag is {@code latest} if the location has
	 * neither tag nor digest.
	 * @throws ModuleFetchException if the location has another form
	 */
	public static ImageReference parse(String location) {
		Matcher matcher = FORMAT.matcher(location);
		if (location.length() > MAX_LENGTH || !matcher.matches()) {
			throw new ModuleFetchException(FetchFailure.REQUEST,
					"'%s' is not the location of an image".formatted(location),
					"Use 'oci://registry/repository:tag' or 'oci://registry/repository@sha256:…', with the host of the "
							+ "registry and a repository in lowercase.");
		}
		String digest = matcher.group("digest");
		String tag = matcher.group("tag");
		return new ImageReference(matcher.group("registry"), matcher.group("repository"),
				(tag == null && digest == null) ? "latest" : tag, (digest != null) ? Digest.parse(digest) : null);
	}

	/**
	 * Returns whether the image can change, because only a tag identifies it.
	 */
	public boolean isMovable() {
		return this.digest == null;
	}

	/**
	 * Returns the location of the same image with a digest.
	 */
	public String pinned(String digest) {
		return SCHEME + "://" + this.registry + "/" + this.repository + "@" + digest;
	}

	/**
	 * Returns the path segment after {@code manifests/} in the registry's API: the
	 * digest, or the tag if there is none.
	 */
	String manifestName() {
		return (this.digest != null) ? this.digest.toString() : String.valueOf(this.tag);
	}

	/**
	 * Returns the reference as users write it, without a scheme.
	 */
	@Override
	public String toString() {
		return this.registry + "/" + this.repository + ((this.tag != null) ? ":" + this.tag : "")
				+ ((this.digest != null) ? "@" + this.digest : "");
	}

}
