package io.gatewaywasm.boot.redis;

import java.util.EnumMap;
import java.util.Map;

import io.gatewaywasm.boot.redis.RedisFailure.Kind;
import io.gatewaywasm.host.spi.OncePerMinute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of a connection, each kind at most once per minute. The text does not
 * determine the kind, because guests can influence it. Thread-safe.
 */
final class RedisFailureLog {

	private static final Logger logger = LoggerFactory.getLogger(RedisFailureLog.class);

	private final String user;

	private final RedisServer server;

	private final Map<Kind, OncePerMinute> downRates = new EnumMap<>(Kind.class);

	private final Map<Kind, OncePerMinute> callRates = new EnumMap<>(Kind.class);

	private boolean down;

	private boolean downLogged;

	RedisFailureLog(String user, RedisServer server) {
		this.user = user;
		this.server = server;
	}

	/**
	 * Logs that the server cannot be reached, once per outage.
	 */
	void down(RedisFailure failure) {
		synchronized (this) {
			if (this.down) {
				return;
			}
			this.down = true;
			this.downLogged = isDue(this.downRates, failure.kind());
			if (!this.downLogged) {
				return;
			}
		}
		logger.warn(
				"Redis server '{}' ({}:{}) cannot be used by {}: {}. Calls fail until the server is available"
						+ " again. The gateway keeps trying to connect.",
				this.server.name(), this.server.host(), this.server.port(), this.user, failure.text());
	}

	void connected() {
		synchronized (this) {
			boolean logged = this.down && this.downLogged;
			this.down = false;
			if (!logged) {
				return;
			}
		}
		logger.info("Redis server '{}' can be used by {} again", this.server.name(), this.user);
	}

	void callFailed(RedisFailure failure) {
		synchronized (this) {
			if (!isDue(this.callRates, failure.kind())) {
				return;
			}
		}
		logger.warn("A call of {} to Redis server '{}' failed: {}", this.user, this.server.name(), failure.text());
	}

	private static boolean isDue(Map<Kind, OncePerMinute> rates, Kind kind) {
		return rates.computeIfAbsent(kind, (key) -> new OncePerMinute()).isDue();
	}

}
