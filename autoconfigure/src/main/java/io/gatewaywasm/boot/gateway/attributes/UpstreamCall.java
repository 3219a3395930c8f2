package io.gatewaywasm.boot.gateway.attributes;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;

import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * The request of an exchange to its upstream, and the response: times, addresses,
 * failure. Each attempt of the Retry filter starts again. Only {@code requested} is
 * volatile, because the threads that pass the request and its response on already order
 * the other fields.
 */
public final class UpstreamCall {

	private static final long NEVER = Long.MIN_VALUE;

	private volatile long requested = NEVER;

	private long connected = NEVER;

	private long responded = NEVER;

	private int attempts;

	private boolean sent;

	private @Nullable Throwable failure;

	private @Nullable URI target;

	private @Nullable InetSocketAddress remoteAddress;

	private @Nullable InetSocketAddress localAddress;

	private @Nullable UpstreamFailure outcome;

	private String transportFailure = "";

	private boolean responding;

	private @Nullable Http2StreamChannel http2;

	/**
	 * Records that the request is about to be sent. {@code target} is the URI of the
	 * upstream, or {@code null} if it is unknown.
	 */
	public void requested(@Nullable URI target) {
		this.connected = NEVER;
		this.responded = NEVER;
		this.sent = false;
		this.failure = null;
		this.outcome = null;
		this.transportFailure = "";
		this.target = target;
		this.remoteAddress = null;
		this.localAddress = null;
		this.http2 = null;
		this.attempts++;
		this.requested = System.nanoTime();
	}

	/** Records that the request to the upstream has a connection. */
	public void connected(Connection connection) {
		this.connected = System.nanoTime();
		this.http2 = (connection.channel() instanceof Http2StreamChannel http2) ? http2 : null;
		this.remoteAddress = internet(connection.channel().remoteAddress());
		this.localAddress = internet(connection.channel().localAddress());
	}

	private static @Nullable InetSocketAddress internet(@Nullable SocketAddress address) {
		return (address instanceof InetSocketAddress internet) ? internet : null;
	}

	/** Records that the whole request has been sent. */
	public void sent() {
		this.sent = true;
	}

	/**
	 * Records that no response has arrived. If Netty cannot decode it, the failure can be
	 * an exception of any type. Before the whole request has been sent, it can come from
	 * the request's body instead, and is not recorded.
	 */
	public void failed(Throwable failure) {
		if (this.sent) {
			this.failure = failure;
		}
	}

	/** Returns whether the upstream's response failed with this exception. */
	public boolean failedWith(Throwable failure) {
		return this.failure == failure;
	}

	/**
	 * Records the error that the exchange ends with, if it comes from this call, or if
	 * there is none because no route matches.
	 */
	void ended(Throwable error, boolean routed, boolean responded) {
		UpstreamFailure kind = routed ? UpstreamFailure.of(error, this.connected != NEVER, responded)
				: UpstreamFailure.ofUnrouted(error);
		kind = (kind == null && failedWith(error)) ? UpstreamFailure.MALFORMED : kind;
		if (kind == null || (this.requested == NEVER && !kind.isEarly())) {
			return;
		}
		if (this.requested != NEVER && this.connected == NEVER) {
			this.connected = System.nanoTime();
		}
		this.responding = responded;
		this.transportFailure = kind.transportFailure(error);
		this.outcome = cutOff(kind, responded);
	}

	/** Records that the response has ended before its body was complete. */
	public void brokenOff() {
		this.responding = true;
		this.outcome = cutOff(UpstreamFailure.MALFORMED, true);
	}

	/** Returns why a response ends before its body is complete, in Envoy's words. */
	public String breakReason() {
		return cutOff(UpstreamFailure.MALFORMED, true).reason();
	}

	/**
	 * Returns whether the request was sent over HTTP/2. A complete response detaches the
	 * connection from its channel, so only this call knows it.
	 */
	public boolean isHttp2() {
		return this.http2 != null;
	}

	/**
	 * Returns the kind of a failure. A stream of HTTP/2 ends early by a reset, unless its
	 * whole connection has ended.
	 */
	private UpstreamFailure cutOff(UpstreamFailure kind, boolean responded) {
		Http2StreamChannel stream = this.http2;
		boolean early = kind == UpstreamFailure.CLOSED || (responded && kind == UpstreamFailure.MALFORMED);
		if (stream == null || !early) {
			return kind;
		}
		return stream.parent().isActive() ? UpstreamFailure.RESET : UpstreamFailure.CLOSED;
	}

	/** Records the end of the response. */
	public void responded() {
		this.responded = System.nanoTime();
	}

	/** Returns Envoy's response flags for the failure of this call, 0 without one. */
	long flags() {
		UpstreamFailure kind = this.outcome;
		return (kind != null) ? kind.flag() : 0;
	}

	/** Returns Envoy's details for the failure of this call, or {@code null}. */
	@Nullable String details() {
		UpstreamFailure kind = this.outcome;
		return (kind != null) ? kind.details(this.responding, this.transportFailure) : null;
	}

	/**
	 * Returns why there is no connection, an empty string if there is one, or {@code
	 * null} before.
	 */
	@Nullable String transportFailure() {
		return (this.connected != NEVER) ? this.transportFailure : null;
	}

	/**
	 * Returns the address of the upstream, or {@code null} before the first attempt. It
	 * is unresolved if there is no connection.
	 */
	@Nullable InetSocketAddress address() {
		URI tried = this.target;
		if (this.remoteAddress != null || tried == null || tried.getHost() == null) {
			return this.remoteAddress;
		}
		return InetSocketAddress.createUnresolved(tried.getHost(), port(tried));
	}

	private static int port(URI target) {
		if (target.getPort() >= 0) {
			return target.getPort();
		}
		return "https".equalsIgnoreCase(target.getScheme()) ? 443 : 80;
	}

	/**
	 * Returns the gateway's address on the connection, or {@code null} if there is none.
	 */
	@Nullable InetSocketAddress localAddress() {
		return this.localAddress;
	}

	/** Returns the number of attempts. */
	int attempts() {
		return this.attempts;
	}

	/**
	 * Returns the time until the connection was ready or has failed, or {@code null}
	 * before.
	 */
	@Nullable Duration poolReady() {
		return between(this.requested, this.connected);
	}

	/**
	 * Returns the time from the first byte of the request to the last byte of the
	 * response, or {@code null} before.
	 */
	@Nullable Duration backendLatency() {
		return between(this.connected, this.responded);
	}

	private static @Nullable Duration between(long from, long to) {
		return (from == NEVER || to == NEVER) ? null : Duration.ofNanos(to - from);
	}

}
