package io.gatewaywasm.boot.gateway.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.boot.gateway.attributes.AttributeSource;
import io.gatewaywasm.boot.gateway.attributes.ExchangeFacts;
import io.gatewaywasm.boot.gateway.attributes.ExchangeProperties;
import io.gatewaywasm.boot.gateway.attributes.RequestProperties;
import io.gatewaywasm.boot.gateway.message.RequestHeaderMap;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import io.gatewaywasm.boot.gateway.message.ResponseHeaderMap;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.boot.gateway.route.OwnRoute;
import io.gatewaywasm.boot.gateway.route.RouteChoice;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import io.gatewaywasm.boot.plugin.ObservedStream;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.spi.BodyActivity;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.RouteUpstream;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The exchange as a filter's guest sees it.
 */
final class GuestExchange implements ObservedStream, AttributeSource {

	private static final List<String> REQUEST_ID = List.of("x_request_id");

	private final WasmExchange owner;

	private final GatewayStream stream;

	private final ServerWebExchange exchange;

	private volatile RouteHosts hosts = RouteHosts.NONE;

	private volatile RouteHosts.@Nullable Host upstreamHost;

	private @Nullable ResponseHeaderMap responseHeaders;

	/** Creates the view. {@code exchange} is the exchange as it reached the filter. */
	GuestExchange(WasmExchange owner, GatewayStream stream, ServerWebExchange exchange) {
		this.owner = owner;
		this.stream = stream;
		this.exchange = exchange;
	}

	@Override
	public ServerWebExchange exchange() {
		return this.owner.exchange();
	}

	@Override
	public ExchangeFacts facts() {
		return this.owner.facts();
	}

	@Override
	public boolean hasResponse() {
		return this.owner.response().hasStarted();
	}

	@Override
	public ServerHttpRequest request() {
		return this.exchange.getRequest();
	}

	@Override
	public ServerHttpResponse response() {
		return this.owner.response().undecorated();
	}

	@Override
	public int responseCode() {
		return this.owner.response().code();
	}

	@Override
	public boolean isBodyReadOnly() {
		return this.stream.options().readOnlyBody();
	}

	@Override
	public @Nullable Instant endedAt() {
		return this.stream.endedAt();
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> requestHeaders();
			case RESPONSE_HEADERS -> hasResponse() ? responseHeaders() : null;
			case REQUEST_TRAILERS -> requestTrailers();
			case RESPONSE_TRAILERS -> responseTrailers();
			default -> null;
		};
	}

	@Override
	public RequestHeaderMap requestHeaders() {
		return this.stream.requestHeaders();
	}

	private ResponseHeaderMap responseHeaders() {
		ResponseHeaderMap headers = this.responseHeaders;
		if (headers == null) {
			FilteredResponse response = this.owner.response();
			headers = new ResponseHeaderMap(response.undecorated(), response.framing(), response.changes());
			this.responseHeaders = headers;
		}
		return headers;
	}

	private @Nullable HeaderMap requestTrailers() {
		RequestTrailers trailers = this.owner.received().trailers();
		return (trailers != null) ? trailers.headers() : null;
	}

	private @Nullable HeaderMap responseTrailers() {
		ResponseTrailers trailers = this.owner.trailers();
		return (trailers != null) ? trailers.headers() : null;
	}

	@Override
	public BodyActivity bodyActivity() {
		return this.owner.bodyActivity();
	}

	@Override
	public void clearRouteCache() {
		this.stream.guestRequest().clearRoute();
	}

	@Override
	public @Nullable Object property(List<String> path) {
		Object property = ExchangeProperties.get(this, path);
		if (property != null || (path.size() > 1 && !path.get(0).equals("filter_state"))) {
			return property;
		}
		byte[] state = facts().filterState(path);
		// Higress's guests set this property themselves for each request.
		return (state == null && path.equals(REQUEST_ID)) ? RequestProperties.get(this, "id") : state;
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
		if (path.size() == 1 && path.get(0).equals("clear_route_cache")) {
			this.stream.guestRequest().changesKeepRoute(new String(value, StandardCharsets.UTF_8).equals("off"));
		}
		facts().filterState(path, value, false);
	}

	@Override
	public void connectionPropertySet(List<String> path, byte[] value) {
		facts().filterState(path, value, true);
	}

	@Override
	public @Nullable String cluster() {
		Route route = route();
		return (route != null) ? OwnRoute.cluster(route) : null;
	}

	@Override
	public @Nullable RouteUpstream routeUpstream() {
		Route route = route();
		return (route != null) ? OwnRoute.upstream(route) : null;
	}

	/**
	 * Returns the filter's own route or the one that replaced it, but not the route of a
	 * forwarded request.
	 */
	private @Nullable Route route() {
		RouteChoice now = this.owner.route().choice();
		RouteChoice entered = this.stream.entered();
		Route own = entered.route();
		return (own == null || now.dispatch() == entered.dispatch()) ? now.route() : own;
	}

	/** Sets the hosts that the guest can choose from. */
	void hosts(RouteHosts hosts) {
		this.hosts = hosts;
	}

	@Override
	public List<HeaderPair> upstreamHosts() {
		return this.hosts.pairs();
	}

	@Override
	public boolean overrideUpstreamHost(String address) {
		RouteHosts.Host host = this.hosts.host(address);
		if (host != null) {
			this.upstreamHost = host;
		}
		return host != null;
	}

	/** Returns the host that the guest has chosen, or {@code null}. */
	RouteHosts.@Nullable Host upstreamHost() {
		return this.upstreamHost;
	}

	@Override
	public boolean tagSpan(String name, String value) {
		Observation request = StreamObservations.ofRequest(this.exchange);
		if (request != null) {
			request.highCardinalityKeyValue(name, value);
		}
		Observation own = observation();
		if (own != null) {
			own.highCardinalityKeyValue(name, value);
		}
		return own != null || (request != null && !request.isNoop());
	}

	@Override
	public @Nullable Observation observation() {
		StreamObservation observation = this.stream.observation();
		return (observation != null) ? observation.observation() : null;
	}

	@Override
	public Map<String, String> logContext() {
		return RouteLogFields.of(exchange(), observation());
	}

	@Override
	public void endEarly(Decision decision) {
		this.owner.endEarly(this.stream, decision);
	}

	@Override
	public Executor executor() {
		return this.owner.executor();
	}

}
