package io.gatewaywasm.host.engine.binary;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * Recognizes modules that a build tool has corrupted by reading them as text, as Maven's
 * resource filtering does. Such a tool replaces each byte that is not valid UTF-8, so the
 * whole file is valid text.
 */
final class TextFilterDetection {

	private static final char REPLACEMENT = '\ufffd';

	private TextFilterDetection() {
	}

	/** Fails if the bytes of an invalid module were replaced. */
	static void check(byte[] bytes) throws ModuleException {
		if (isText(bytes)) {
			throw new ModuleException("The module is damaged: a tool has read it as text and replaced its bytes. If the"
					+ " build filters resources, exclude '*.wasm': with Maven, add 'wasm' to the"
					+ " 'nonFilteredFileExtensions' of maven-resources-plugin.");
		}
	}

	private static boolean isText(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(bytes))
				.toString()
				.indexOf(REPLACEMENT) >= 0;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

}
