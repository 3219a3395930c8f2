package io.gatewaywasm.boot.actuate;

/**
 * A feature that is available only if a certain library is on the class path.
 *
 * @param name the name
 * @param state {@code available}, or {@code unavailable} with the reason
 */
public record OptionalFeature(String name, String state) {

	/**
	 * Creates a feature whose library is present.
	 */
	public static OptionalFeature available(String name) {
		return new OptionalFeature(name, "available");
	}

	/**
	 * Creates a feature whose library is missing.
	 * @param name the name
	 * @param reason why the feature is unavailable
	 */
	public static OptionalFeature unavailable(String name, String reason) {
		return new OptionalFeature(name, "unavailable (" + reason + ")");
	}

}
