package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.message.RequestChange;
import io.gatewaywasm.boot.gateway.message.RequestHeaderMap;
import io.gatewaywasm.boot.gateway.message.ShownFraming;
import io.gatewaywasm.boot.gateway.route.RerouteDecision;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * The request as a filter's guest sees and changes it.
 */
final class GuestRequest {

	private final GatewayStream stream;

	private final ServerWebExchange exchange;

	private @Nullable RequestHeaderMap headers;

	private final RerouteDecision reroute = new RerouteDecision();

	/**
	 * Whether the guest has decided about the headers, so that it changes no more.
	 * Volatile, because the logs of other guests read the headers on other threads.
	 */
	private volatile boolean decided;

	/** Creates the request. {@code exchange} is the exchange as it reached the filter. */
	GuestRequest(GatewayStream stream, ServerWebExchange exchange) {
		this.stream = stream;
		this.exchange = exchange;
	}

	RequestHeaderMap headers() {
		RequestHeaderMap map = this.headers;
		if (map == null) {
			map = arrived();
			this.headers = map;
		}
		return map;
	}

	/** Returns the headers as they reached the filter. */
	private RequestHeaderMap arrived() {
		WasmExchange owner = this.stream.owner();
		return new RequestHeaderMap(this.exchange.getRequest(), owner.streams().framingBefore(this.stream),
				owner.requestFacts());
	}

	/**
	 * Returns the headers as the guest left them, or as they reached the filter if the
	 * guest may still be changing them.
	 */
	RequestHeaderMap headersLeft() {
		return this.decided ? headers() : arrived();
	}

	/**
	 * Returns the framing headers as the guest left them, or {@code null} if it did not
	 * access headers.
	 */
	@Nullable ShownFraming framing() {
		RequestHeaderMap map = this.headers;
		return (map != null) ? map.framing() : null;
	}

	/**
	 * Returns the local response to a request that cannot be sent as the guest left it,
	 * or {@code null} if it can be sent.
	 */
	@Nullable LocalResponse error() {
		RequestHeaderMap map = this.headers;
		return (map != null) ? map.error() : null;
	}

	/** Returns the exchange with the request as the guest left it. */
	ServerWebExchange changed() {
		RequestHeaderMap map = this.headers;
		if (map == null) {
			return this.exchange;
		}
		ServerWebExchange changed = RequestChange.apply(this.exchange, map);
		if (changed != this.exchange && !changed.getRequest().getURI().equals(this.exchange.getRequest().getURI())) {
			this.stream.owner().route().pathChanged(changed.getRequest().getURI());
		}
		return changed;
	}

	/** Records that the headers leave the filter, or that the request was answered. */
	void decided() {
		this.decided = true;
	}

	/**
	 * Returns the exchange as the guest left it, or as it reached the filter if the guest
	 * may still be changing the headers.
	 */
	ServerWebExchange left() {
		return this.decided ? changed() : this.exchange;
	}

	void clearRoute() {
		this.reroute.clearRoute();
	}

	void changesKeepRoute(boolean keep) {
		this.reroute.changesKeepRoute(keep);
	}

	/**
	 * Returns whether the route is chosen again when the headers leave the filter, as
	 * decided by the guest and the plugin's settings.
	 */
	boolean choosesRoute() {
		return this.reroute.choosesRoute(this.stream.options().reroute(),
				this.headers != null && this.headers.isModified());
	}

}
