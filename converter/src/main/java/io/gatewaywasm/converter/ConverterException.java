package io.gatewaywasm.converter;

/**
 * Thrown if a conversion fails. The message is printed for the user.
 */
final class ConverterException extends RuntimeException {

	ConverterException(String message) {
		super(message);
	}

}
