package io.gatewaywasm.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The input of a filter that verifies signatures: the public key in PEM, which is the
 * filter's configuration, a text, and its signature in Base64.
 */
public record SignedText(String key, String signed, String signature) {

	public static SignedText read() {
		try (InputStream input = SignedText.class.getResourceAsStream("/signature.json")) {
			return new ObjectMapper().readValue(input, SignedText.class);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
