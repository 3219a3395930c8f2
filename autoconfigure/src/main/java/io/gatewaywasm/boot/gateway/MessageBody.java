package io.gatewaywasm.boot.gateway;

/**
 * What is known of a body before it comes.
 *
 * @param present whether there is a body; it may turn out to be empty
 * @param length the length in bytes, or -1 if only the end of the body shows it
 */
record MessageBody(boolean present, long length) {

	/** The message ends with its headers and says nothing of a length. */
	static final MessageBody NONE = new MessageBody(false, -1);

	/** The message ends with its headers and says so by a length of zero. */
	static final MessageBody EMPTY = new MessageBody(false, 0);

	/** There is a body whose end is not known beforehand. */
	static final MessageBody UNKNOWN = new MessageBody(true, -1);

	/**
	 * Return a body of known length.
	 * @param length the length in bytes
	 * @return the body
	 */
	static MessageBody of(long length) {
		return (length == 0) ? EMPTY : new MessageBody(true, length);
	}

	/**
	 * Return whether the length is known and at most so many bytes.
	 * @param maximum the number of bytes
	 * @return whether it is small
	 */
	boolean isAtMost(int maximum) {
		return this.length >= 0 && this.length <= maximum;
	}

}
