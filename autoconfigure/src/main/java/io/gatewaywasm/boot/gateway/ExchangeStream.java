package io.gatewaywasm.boot.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.vm.stream.FilterStream;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.RootSpec;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * An exchange on its way through one filter: the exchange as that filter's plugin sees
 * it, and the plugin's stream as the gateway drives it.
 */
final class ExchangeStream implements HttpStream {

	private final WasmExchange owner;

	private final Object filter;

	private final ServerWebExchange exchange;

	private final FilterStream stream;

	private final @Nullable StreamObservation observation;

	private @Nullable RequestHeaderMap requestHeaders;

	private @Nullable ResponseHeaderMap responseHeaders;

	private final boolean readOnlyBody;

	private boolean replied;

	private long requestBytes;

	private long responseBytes;

	private volatile @Nullable Instant endedAt;

	/**
	 * Open a stream.
	 * @param owner what all filters of the exchange share
	 * @param filter the filter that opens the stream
	 * @param exchange the exchange as it reached the filter
	 * @param plugin the filter's plugin
	 * @param root the root context, or {@code null} for the plugin's own
	 * @param readOnlyBody whether the guest sees bodies and cannot change them
	 * @param observation the observation of the stream, or {@code null} if there is none
	 */
	ExchangeStream(WasmExchange owner, Object filter, ServerWebExchange exchange, Plugin plugin,
			@Nullable RootSpec root, boolean readOnlyBody, @Nullable StreamObservation observation) {
		this.owner = owner;
		this.filter = filter;
		this.exchange = exchange;
		this.readOnlyBody = readOnlyBody;
		this.observation = observation;
		int affinity = ThreadAffinity.current();
		this.stream = (root != null) ? plugin.openStream(this, root, affinity) : plugin.openStream(this, affinity);
	}

	boolean isOf(Object filter) {
		return this.filter == filter;
	}

	WasmExchange owner() {
		return this.owner;
	}

	ServerHttpRequest request() {
		return this.exchange.getRequest();
	}

	ServerHttpResponse response() {
		return this.owner.response();
	}

	RequestHeaderMap requestHeaders() {
		RequestHeaderMap headers = this.requestHeaders;
		if (headers == null) {
			headers = new RequestHeaderMap(request(), this.owner.framingBefore(this));
			this.requestHeaders = headers;
		}
		return headers;
	}

	private ResponseHeaderMap responseHeaders() {
		ResponseHeaderMap headers = this.responseHeaders;
		if (headers == null) {
			headers = new ResponseHeaderMap(response(), this.owner.responseFraming());
			this.responseHeaders = headers;
		}
		return headers;
	}

	/**
	 * Return the framing headers of the request as the guest has left them.
	 * @return these, or {@code null} if the guest did not look at headers
	 */
	@Nullable ShownFraming requestFraming() {
		RequestHeaderMap headers = this.requestHeaders;
		return (headers != null) ? headers.framing() : null;
	}

	/**
	 * Return the exchange with the request as the filter has left it.
	 * @return the exchange to go on with
	 */
	ServerWebExchange changedExchange() {
		RequestHeaderMap headers = this.requestHeaders;
		return (headers != null) ? RequestChange.apply(this.exchange, headers) : this.exchange;
	}

	void requestHeaders(boolean endOfStream, Consumer<Decision> decision) {
		this.stream.requestHeaders(endOfStream, decision);
	}

	void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.requestBytes += chunk.length;
		this.stream.requestBody(chunk, endOfStream, decision);
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
		return this.readOnlyBody;
	}

	boolean wantsRequestBody() {
		return this.stream.wantsRequestBody();
	}

	boolean wantsResponseBody() {
		return this.stream.wantsResponseBody();
	}

	boolean wantsResponseTrailers() {
		return this.stream.wantsResponseTrailers();
	}

	/**
	 * Notes that the filter sends a local response.
	 * @return {@code false} if it has sent one before, which one in the response phases
	 * replaces
	 */
	boolean reply() {
		boolean first = !this.replied;
		this.replied = true;
		return first;
	}

	/**
	 * End the stream; only the first time counts.
	 */
	void end() {
		if (this.endedAt == null) {
			this.endedAt = Instant.now();
		}
		this.stream.end();
		if (this.observation != null) {
			this.observation.end(this.replied, this.stream.failureReason());
		}
	}

	/**
	 * Return when the stream ended.
	 * @return the time, or {@code null} as long as it goes on
	 */
	@Nullable Instant endedAt() {
		return this.endedAt;
	}

	/**
	 * Return how much of the request's body the filter was shown.
	 * @return the number of bytes
	 */
	long requestBytes() {
		return this.requestBytes;
	}

	/**
	 * Return how much of the response's body the filter was shown.
	 * @return the number of bytes
	 */
	long responseBytes() {
		return this.responseBytes;
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> requestHeaders();
			case RESPONSE_HEADERS -> responseHeaders();
			case RESPONSE_TRAILERS -> responseTrailers();
			default -> null;
		};
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
		return this.owner.facts().filterState(path);
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
		this.owner.facts().filterState(path, value);
	}

	@Override
	public void clearRouteCache() {
		// The gateway chooses the route once, before the first filter runs.
	}

	@Override
	public void interrupt(Decision decision) {
		this.owner.interrupt(this, decision);
	}

	@Override
	public Map<String, String> logContext() {
		return this.owner.logContext((this.observation != null) ? this.observation.observation() : null);
	}

	@Override
	public Executor executor() {
		return this.owner.executor();
	}

}
