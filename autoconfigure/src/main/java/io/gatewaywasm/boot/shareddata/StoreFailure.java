package io.gatewaywasm.boot.shareddata;

import java.util.regex.Pattern;

/**
 * Thrown if a call to Redis received no reply, or an error.
 */
final class StoreFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * The code of an error. Servers before Redis 7 put the code of a script's error into
	 * a text. Other places of a message can contain arguments of the command.
	 */
	private static final Pattern WRONG_TYPE = Pattern
		.compile("(ERR Error running script \\(call to \\w+\\): (@\\w+: ?\\d+: )?-?)?WRONGTYPE\\b");

	private final boolean refused;

	StoreFailure(String message) {
		this(message, false);
	}

	/**
	 * Creates a failure. {@code refused} says whether the gateway has not sent the call
	 * because too many commands are pending.
	 */
	StoreFailure(String message, boolean refused) {
		super(message, null, false, false);
		this.refused = refused;
	}

	/**
	 * Returns whether the failure concerns only one call, and says nothing about the
	 * server.
	 */
	boolean concernsCall() {
		return this.refused;
	}

	/**
	 * Returns whether the failure concerns only one key, because another application has
	 * set it.
	 */
	boolean concernsKey() {
		String message = getMessage();
		return message != null && WRONG_TYPE.matcher(message).lookingAt();
	}

}
