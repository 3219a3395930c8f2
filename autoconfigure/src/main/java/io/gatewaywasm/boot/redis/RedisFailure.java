package io.gatewaywasm.boot.redis;

/**
 * The reason why a server cannot be used, or why a call received no reply. Failures of
 * the same kind share one log line per minute, even if their texts differ.
 */
record RedisFailure(Kind kind, String text) {

	static final RedisFailure NOT_CONNECTED_YET = new RedisFailure(Kind.TOO_MANY,
			"too many calls are waiting for the connection");

	static final RedisFailure TOO_MANY = new RedisFailure(Kind.TOO_MANY, "too many commands are waiting for replies");

	static final RedisFailure TOO_LARGE = new RedisFailure(Kind.TOO_LARGE, "the reply is larger than 'max-reply-size'");

	static final RedisFailure SILENT = new RedisFailure(Kind.SILENT, "the server does not reply");

	static final RedisFailure CLOSING = new RedisFailure(Kind.CLOSED, "the server closes connections");

	static final RedisFailure CLOSED = new RedisFailure(Kind.CLOSED, "the connection was closed");

	/** The kinds of failures. */
	enum Kind {

		CLOSED, CONNECT, CONNECT_TIMEOUT, LOGIN, MALFORMED, OTHER, SILENT, TIMEOUT, TLS, TOO_LARGE, TOO_MANY,
		UNKNOWN_HOST

	}

}
