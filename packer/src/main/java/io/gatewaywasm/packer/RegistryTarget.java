package io.gatewaywasm.packer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The registry, repository and tag to which an image is pushed.
 *
 * @param registry the host and port of the registry
 * @param repository the repository
 * @param tag the tag
 */
public record RegistryTarget(String registry, String repository, String tag) {

	private static final Pattern FORMAT = Pattern
		.compile("(?:oci://)?([^/@]+)/([a-z0-9._/-]+)(?::(\\w[\\w.-]{0,127}))?");

	/**
	 * Parses a target.
	 * @param text {@code oci://registry/repository:tag}; the default tag is
	 * {@code latest}
	 * @return the target
	 */
	public static RegistryTarget parse(String text) {
		Matcher matcher = FORMAT.matcher(text);
		if (!matcher.matches()) {
			throw new PackerException(
					"'%s' is not a valid target. Use 'oci://registry/repository:tag'.".formatted(text));
		}
		return new RegistryTarget(matcher.group(1), matcher.group(2),
				(matcher.group(3) != null) ? matcher.group(3) : "latest");
	}

	@Override
	public String toString() {
		return this.registry + "/" + this.repository + ":" + this.tag;
	}

}
