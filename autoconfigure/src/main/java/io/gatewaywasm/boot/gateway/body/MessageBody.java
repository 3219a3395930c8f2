package io.gatewaywasm.boot.gateway.body;

/**
 * The facts about a body that are known before it arrives. A body that is {@code present}
 * may turn out to be empty; the {@code length} is -1 if it is unknown.
 */
public record MessageBody(boolean present, long length) {

	/** The message ends with its headers and declares no length. */
	public static final MessageBody NONE = new MessageBody(false, -1);

	/** The message ends with its headers and declares a length of zero. */
	static final MessageBody EMPTY = new MessageBody(false, 0);

	/** There is a body of unknown length. */
	public static final MessageBody UNKNOWN = new MessageBody(true, -1);

	/** Returns a body of known length. */
	public static MessageBody of(long length) {
		return (length == 0) ? EMPTY : new MessageBody(true, length);
	}

	/** Returns whether the length is known and does not exceed the maximum. */
	public boolean isAtMost(int maximum) {
		return this.length >= 0 && this.length <= maximum;
	}

}
