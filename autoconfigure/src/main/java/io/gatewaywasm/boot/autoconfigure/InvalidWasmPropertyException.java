package io.gatewaywasm.boot.autoconfigure;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * A property has a value that is not possible, or is missing. Says what to do about it.
 */
final class InvalidWasmPropertyException extends InvalidConfigurationPropertyValueException {

	private static final long serialVersionUID = 1L;

	/** Stands for a value that nobody is to see. */
	static final String SECRET = "******";

	private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

	private final String remedy;

	/**
	 * Create a new exception.
	 * @param name the name of the property
	 * @param value its value, {@link #SECRET}, or {@code null} if it is missing
	 * @param reason what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 */
	InvalidWasmPropertyException(String name, @Nullable Object value, String reason, String remedy) {
		super(name, value, reason);
		this.remedy = remedy;
	}

	/**
	 * Throw an exception unless a value is possible.
	 * @param valid whether it is
	 * @param name the name of the property
	 * @param value its value, {@link #SECRET}, or {@code null} if it is missing
	 * @param reason what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 */
	static void unless(boolean valid, String name, @Nullable Object value, String reason, String remedy) {
		if (!valid) {
			throw new InvalidWasmPropertyException(name, value, reason, remedy);
		}
	}

	/**
	 * Return an address without the password that may be in it.
	 * @param address the address or {@code null}
	 * @return the address without user and password, or {@code null}
	 */
	static @Nullable String withoutUserInfo(@Nullable Object address) {
		return (address != null) ? USER_INFO.matcher(address.toString()).replaceAll("//" + SECRET + "@") : null;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	String getRemedy() {
		return this.remedy;
	}

}
