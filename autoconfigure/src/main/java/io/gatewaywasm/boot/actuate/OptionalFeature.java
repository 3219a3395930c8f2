package io.gatewaywasm.boot.actuate;

/**
 * Something that guests can use only if a library is on the class path.
 *
 * @param name the name
 * @param state {@code available}, or {@code unavailable} with the reason
 */
public record OptionalFeature(String name, String state) {

	/**
	 * Create a feature that is there.
	 * @param name the name
	 * @return the feature
	 */
	public static OptionalFeature available(String name) {
		return new OptionalFeature(name, "available");
	}

	/**
	 * Create a feature that is not there.
	 * @param name the name
	 * @param reason why not
	 * @return the feature
	 */
	public static OptionalFeature unavailable(String name, String reason) {
		return new OptionalFeature(name, "unavailable (" + reason + ")");
	}

}
