package io.gatewaywasm.boot.gateway.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.boot.gateway.attributes.AttributeSource;
import io.gatewaywasm.boot.gateway.attributes.ExchangeFacts;
import io.gatewaywasm.boot.gateway.attributes.ExchangeProperties;
import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.boot.gateway.attributes.RequestProperties;
import io.gatewaywasm.boot.gateway.message.RequestChange;
import io.gatewaywasm.boot.gateway.message.RequestHeaderMap;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import io.gatewaywasm.boot.gateway.message.ResponseHeaderMap;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.boot.gateway.message.ShownFraming;
import io.gatewaywasm.boot.gateway.route.OwnRoute;
import io.gatewaywasm.boot.gateway.route.RouteChoice;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import io.gatewaywasm.boot.plugin.MessageOptions;
import io.gatewaywasm.boot.plugin.ObservedStream;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.RouteUpstream;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.stream.FilterStream;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * One exchange in one filter: the exchange as the filter's guest sees it, and the stream
 * that the gateway drives.
 */
public final class ExchangeStream implements ObservedStream, AttributeSource {

	private static final List<String> REQUEST_ID = List.of("x_request_id");

	private final WasmExchange owner;

	private final Object filter;

	private final ServerWebExchange exchange;

	private final FilterStream stream;

	private final @Nullable StreamObservation observation;

	private volatile RouteHosts hosts = RouteHosts.NONE;

	private volatile RouteHosts.@Nullable Host upstreamHost;

	private @Nullable RequestHeaderMap requestHeaders;

	private @Nullable ResponseHeaderMap responseHeaders;

	private final MessageOptions options;

	private final PluginRoot pluginRoot;

	private final RouteChoice entered;

	private boolean routeCleared;

	private boolean changesKeepRoute;

	private boolean replied;

	private long requestBytes;

	private long responseBytes;

	private volatile @Nullable Instant endedAt;

	/**
	 * Opens a stream. {@code exchange} is the exchange as it reached the filter; {@code
	 * observation} is {@code null} if streams are not observed.
	 */
	public ExchangeStream(WasmExchange owner, Object filter, ServerWebExchange exchange, Plugin plugin,
			PluginRoot pluginRoot, MessageOptions options, @Nullable StreamObservation observation) {
		this.owner = owner;
		this.filter = filter;
		this.exchange = exchange;
		this.pluginRoot = pluginRoot;
		this.options = options;
		this.observation = observation;
		this.entered = owner.choice();
		RootSpec root = pluginRoot.root();
		int affinity = ThreadAffinity.current();
		this.stream = (root != null) ? plugin.openStream(this, root, affinity) : plugin.openStream(this, affinity);
	}

	boolean isOf(Object filter) {
		return this.filter == filter;
	}

	/** Returns the route choice before the filter ran. */
	RouteChoice entered() {
		return this.entered;
	}

	boolean hasRun(PluginRoot plugin) {
		return this.pluginRoot.equals(plugin) && this.stream.failureReason() == null;
	}

	WasmExchange owner() {
		return this.owner;
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
	public MessageBody receivedBody() {
		return this.owner.request().body();
	}

	@Override
	public boolean hasResponse() {
		return this.owner.hasResponse();
	}

	@Override
	public ServerHttpRequest request() {
		return this.exchange.getRequest();
	}

	@Override
	public ServerHttpResponse response() {
		return this.owner.response();
	}

	@Override
	public RequestHeaderMap requestHeaders() {
		RequestHeaderMap headers = this.requestHeaders;
		if (headers == null) {
			headers = new RequestHeaderMap(request(), this.owner.framingBefore(this),
					this.owner.request().isHandshake());
			this.requestHeaders = headers;
		}
		return headers;
	}

	private ResponseHeaderMap responseHeaders() {
		ResponseHeaderMap headers = this.responseHeaders;
		if (headers == null) {
			headers = new ResponseHeaderMap(response(), this.owner.responseFraming(), this.owner.responseChanges());
			this.responseHeaders = headers;
		}
		return headers;
	}

	/**
	 * Returns the framing headers of the request as the guest left them, or {@code null}
	 * if it did not access headers.
	 */
	@Nullable ShownFraming requestFraming() {
		RequestHeaderMap headers = this.requestHeaders;
		return (headers != null) ? headers.framing() : null;
	}

	/**
	 * Returns the local response to a request that cannot be sent as the filter left it,
	 * or {@code null} if it can be sent.
	 */
	@Nullable LocalReply requestError() {
		RequestHeaderMap headers = this.requestHeaders;
		return (headers != null) ? headers.error() : null;
	}

	/** Returns the exchange with the request as the filter left it. */
	ServerWebExchange changedExchange() {
		RequestHeaderMap headers = this.requestHeaders;
		if (headers == null) {
			return this.exchange;
		}
		ServerWebExchange changed = RequestChange.apply(this.exchange, headers);
		if (changed != this.exchange && !changed.getRequest().getURI().equals(request().getURI())) {
			this.owner.pathChanged(changed.getRequest().getURI());
		}
		return changed;
	}

	/**
	 * Returns whether the route is chosen again when the headers leave the filter, as
	 * decided by the guest and the plugin's settings.
	 */
	boolean choosesRoute() {
		return switch (this.options.reroute()) {
			case ON_CLEAR -> this.routeCleared;
			case ON_HEADER_CHANGE -> this.routeCleared
					|| (this.requestHeaders != null && this.requestHeaders.isModified() && !this.changesKeepRoute);
			case OFF -> false;
		};
	}

	void requestHeaders(boolean endOfStream, Consumer<Decision> decision) {
		this.stream.requestHeaders(endOfStream, decision);
	}

	void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.requestBytes += chunk.length;
		this.stream.requestBody(chunk, endOfStream, decision);
	}

	void requestTrailers(Consumer<Decision> decision) {
		this.stream.requestTrailers(decision);
	}

	void responseHeaders(boolean endOfStream, Consumer<Decision> decision) {
		this.stream.responseHeaders(endOfStream, decision);
	}

	void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.responseBytes += chunk.length;
		this.stream.responseBody(chunk, endOfStream, decision);
	}

	void responseTrailers(Consumer<Decision> decision) {
		this.stream.responseTrailers(decision);
	}

	@Override
	public boolean isBodyReadOnly() {
		return this.options.readOnlyBody();
	}

	@Override
	public boolean wantsRequestBody() {
		return this.stream.wantsRequestBody();
	}

	@Override
	public boolean wantsResponseBody() {
		return this.stream.wantsResponseBody();
	}

	boolean wantsRequestTrailers() {
		return this.stream.wantsRequestTrailers();
	}

	boolean wantsResponseTrailers() {
		return this.stream.wantsResponseTrailers();
	}

	/**
	 * Records that the filter sends a local response. Returns {@code false} if it has
	 * already sent one; in the response phases, the new one replaces it.
	 */
	boolean reply() {
		boolean first = !this.replied;
		this.replied = true;
		return first;
	}

	/** Ends the stream. Further calls have no effect. */
	void end() {
		if (this.endedAt == null) {
			this.endedAt = Instant.now();
		}
		this.stream.end();
		if (this.observation != null) {
			this.observation.end(this.replied, this.stream.failureReason());
		}
	}

	@Override
	public @Nullable Instant endedAt() {
		return this.endedAt;
	}

	@Override
	public long requestBytes() {
		return this.requestBytes;
	}

	@Override
	public long responseBytes() {
		return this.responseBytes;
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> requestHeaders();
			case RESPONSE_HEADERS -> this.owner.hasResponse() ? responseHeaders() : null;
			case REQUEST_TRAILERS -> requestTrailers();
			case RESPONSE_TRAILERS -> responseTrailers();
			default -> null;
		};
	}

	private @Nullable HeaderMap requestTrailers() {
		RequestTrailers trailers = this.owner.requestTrailers();
		return (trailers != null) ? trailers.headers() : null;
	}

	private @Nullable HeaderMap responseTrailers() {
		ResponseTrailers trailers = this.owner.trailers();
		return (trailers != null) ? trailers.headers() : null;
	}

	@Override
	public @Nullable Object property(List<String> path) {
		Object property = ExchangeProperties.get(this, path);
		if (property != null || (path.size() > 1 && !path.get(0).equals("filter_state"))) {
			return property;
		}
		byte[] state = this.owner.facts().filterState(path);
		// Higress's guests set this property themselves for each request.
		return (state == null && path.equals(REQUEST_ID)) ? RequestProperties.get(this, "id") : state;
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
		if (path.size() == 1 && path.get(0).equals("clear_route_cache")) {
			this.changesKeepRoute = new String(value, StandardCharsets.UTF_8).equals("off");
		}
		this.owner.facts().filterState(path, value);
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
		RouteChoice now = this.owner.choice();
		Route own = this.entered.route();
		return (own == null || now.dispatch() == this.entered.dispatch()) ? now.route() : own;
	}

	/** Sets the hosts that the guest can choose from. */
	public void hosts(RouteHosts hosts) {
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
	public RouteHosts.@Nullable Host upstreamHost() {
		return this.upstreamHost;
	}

	@Override
	public boolean tagSpan(String name, String value) {
		Observation request = StreamObservations.ofRequest(this.exchange);
		if (request != null) {
			request.highCardinalityKeyValue(name, value);
		}
		if (this.observation != null) {
			this.observation.observation().highCardinalityKeyValue(name, value);
		}
		return this.observation != null || (request != null && !request.isNoop());
	}

	@Override
	public void clearRouteCache() {
		this.routeCleared = true;
	}

	@Override
	public void interrupt(Decision decision) {
		this.owner.interrupt(this, decision);
	}

	@Override
	public @Nullable Observation observation() {
		return (this.observation != null) ? this.observation.observation() : null;
	}

	@Override
	public Map<String, String> logContext() {
		return this.owner.logContext(observation());
	}

	@Override
	public Executor executor() {
		return this.owner.executor();
	}

}
