package io.gatewaywasm.boot.fetch.verify;

/**
 * What a signature that was found turns out to be.
 */
enum SignatureFinding {

	/** Made with the key, for the image. */
	VALID("is valid"),

	/** Made with another key, or what is signed was changed. */
	OTHER_KEY("was not made with the key"),

	/** Made with the key, but not for this image. */
	OTHER_IMAGE("is for another image"),

	/** Made with the key, but to attest something else about the image. */
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
