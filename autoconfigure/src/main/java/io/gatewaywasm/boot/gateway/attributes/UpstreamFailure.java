package io.gatewaywasm.boot.gateway.attributes;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.PrematureCloseException;

import org.springframework.cloud.gateway.support.NotFoundException;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;

/**
 * How the request to the upstream failed, with Envoy's bit of {@code response.flags} and
 * Envoy's words for {@code response.code_details}.
 */
enum UpstreamFailure {

	NO_HOST(0x2, "no_healthy_upstream"),

	TIMEOUT(0x4, "response_timeout"),

	/** The upstream has reset the stream of HTTP/2. */
	RESET(0x10, "remote_reset"),

	CONNECT_TIMEOUT(0x20, "connection_timeout"),

	NOT_CONNECTED(0x20, "remote_connection_failure"),

	CLOSED(0x40, "connection_termination"),

	NO_ROUTE(0x100, "route_not_found"),

	MALFORMED(0x80_0000, "protocol_error");

	private static final int MAX_CAUSES = 10;

	private final long flag;

	private final String reason;

	UpstreamFailure(long flag, String reason) {
		this.flag = flag;
		this.reason = reason;
	}

	/**
	 * Returns the kind of a failure, or {@code null} if it does not come from the call.
	 * {@code connected} says whether the request had a connection, {@code responded}
	 * whether the response has started. A response that is cut off is malformed.
	 */
	static @Nullable UpstreamFailure of(Throwable error, boolean connected, boolean responded) {
		Throwable cause = error;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			UpstreamFailure kind = kind(cause, connected, responded);
			if (kind != null) {
				return kind;
			}
			cause = cause.getCause();
		}
		return null;
	}

	/** Returns the kind of a failure without a route, or {@code null}. */
	static @Nullable UpstreamFailure ofUnrouted(Throwable error) {
		return (error instanceof ErrorResponse response
				&& response.getStatusCode().value() == HttpStatus.NOT_FOUND.value()) ? NO_ROUTE : null;
	}

	private static @Nullable UpstreamFailure kind(Throwable error, boolean connected, boolean responded) {
		if (error instanceof NotFoundException || error instanceof UnknownHostException) {
			return NO_HOST;
		}
		if (error instanceof ConnectTimeoutException) {
			return CONNECT_TIMEOUT;
		}
		if (isTimeout(error)) {
			return TIMEOUT;
		}
		if (error instanceof ConnectException || (error instanceof SSLException && !connected)) {
			return NOT_CONNECTED;
		}
		if (error instanceof PrematureCloseException) {
			return responded ? MALFORMED : CLOSED;
		}
		return (error instanceof IOException) ? CLOSED : null;
	}

	private static boolean isTimeout(Throwable error) {
		return error instanceof TimeoutException || error instanceof ReadTimeoutException
				|| error instanceof org.springframework.cloud.gateway.support.TimeoutException;
	}

	/** Returns whether the failure prevents the call. */
	boolean isEarly() {
		return this == NO_HOST || this == NO_ROUTE;
	}

	String reason() {
		return this.reason;
	}

	long flag() {
		return this.flag;
	}

	/**
	 * Returns the details of the response. {@code transport} is why there was no
	 * connection, empty if there was one.
	 */
	String details(boolean responded, String transport) {
		if (isEarly() || this == TIMEOUT) {
			return this.reason;
		}
		return "upstream_reset_" + (responded ? "after" : "before") + "_response_started{" + this.reason
				+ (transport.isEmpty() ? "" : "|" + transport.replace(' ', '_')) + "}";
	}

	/** Returns why there is no connection, in Envoy's words if it has any. */
	String transportFailure(Throwable error) {
		if (this != NOT_CONNECTED) {
			return "";
		}
		Throwable cause = error;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			if (cause instanceof SSLException) {
				return "TLS error: " + cause.getMessage();
			}
			cause = cause.getCause();
		}
		boolean refused = String.valueOf(error.getMessage()).contains("Connection refused");
		return "delayed connect error: " + (refused ? "Connection refused" : "not connected");
	}

}
