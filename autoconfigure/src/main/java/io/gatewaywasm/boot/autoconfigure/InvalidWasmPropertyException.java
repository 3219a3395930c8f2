package io.gatewaywasm.boot.autoconfigure;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Thrown when a property is missing or has an invalid value. Carries the reason and the
 * remedy.
 */
final class InvalidWasmPropertyException extends InvalidConfigurationPropertyValueException {

	private static final long serialVersionUID = 1L;

	/** Shown in place of a value that must not be disclosed. */
	static final String SECRET = "******";

	private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

	private final String remedy;

	/**
	 * Creates an exception. {@code value} is its value, {@link #SECRET}, or {@code null}
	 * if the property is missing. {@code reason} is a sentence without a period that says
	 * what is wrong. {@code remedy} has sentences that say what to do.
	 */
	InvalidWasmPropertyException(String name, @Nullable Object value, String reason, String remedy) {
		super(name, value, reason);
		this.remedy = remedy;
	}

	/**
	 * Throws an exception unless the value is valid.
	 */
	static void unless(boolean valid, String name, @Nullable Object value, String reason, String remedy) {
		if (!valid) {
			throw new InvalidWasmPropertyException(name, value, reason, remedy);
		}
	}

	/**
	 * Returns the address without user and password.
	 */
	static @Nullable String withoutUserInfo(@Nullable Object address) {
		return (address != null) ? USER_INFO.matcher(address.toString()).replaceAll("//" + SECRET + "@") : null;
	}

	/**
	 * Returns sentences that say what to do.
	 */
	String getRemedy() {
		return this.remedy;
	}

}
