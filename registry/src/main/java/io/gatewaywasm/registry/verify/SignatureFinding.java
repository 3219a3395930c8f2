package io.gatewaywasm.registry.verify;

/**
 * The result of checking a signature.
 */
enum SignatureFinding {

	/** The signature was made with the key, for the image. */
	VALID("is valid"),

	/** The signature was made with another key, or the signed content was changed. */
	OTHER_KEY("was not made with the key"),

	/** The signature was made with the key, but for another image. */
	OTHER_IMAGE("is for another image"),

	/**
	 * The signature was made with the key, but attests something else about the image.
	 */
	OTHER_PURPOSE("attests something else about the image");

	private final String text;

	SignatureFinding(String text) {
		this.text = text;
	}

	@Override
	public String toString() {
		return this.text;
	}

}
