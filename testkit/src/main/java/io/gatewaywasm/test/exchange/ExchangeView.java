package io.gatewaywasm.test.exchange;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * An exchange for its filter: headers, trailers and properties.
 */
final class ExchangeView implements HttpStream {

	private final MessageHeaders requestHeaders;

	private final HeaderList requestTrailers;

	private @Nullable MessageHeaders responseHeaders;

	private HeaderList responseTrailers = new HeaderList();

	private final RequestProperties properties;

	private final Map<String, byte[]> setProperties = new HashMap<>();

	private final Consumer<Decision> earlyEnd;

	/** Creates a view. {@code earlyEnd} receives decisions outside of phases. */
	ExchangeView(SimulatedRequest request, Instant start, Consumer<Decision> earlyEnd) {
		this.requestHeaders = new MessageHeaders(request.headers());
		this.requestTrailers = new HeaderList(request.trailers());
		this.properties = new RequestProperties(this, request.properties(), start);
		this.earlyEnd = earlyEnd;
	}

	MessageHeaders requestHeaders() {
		return this.requestHeaders;
	}

	List<HeaderPair> requestTrailers() {
		return this.requestTrailers.toList();
	}

	@Nullable MessageHeaders responseHeaders() {
		return this.responseHeaders;
	}

	List<HeaderPair> responseTrailers() {
		return this.responseTrailers.toList();
	}

	/**
	 * Sets the response, and replaces an earlier one.
	 */
	void show(UpstreamResponse response) {
		this.responseHeaders = new MessageHeaders(response.headers());
		this.responseTrailers = new HeaderList(response.trailers());
	}

	byte @Nullable [] setProperty(String path) {
		byte[] value = this.setProperties.get(path);
		return (value != null) ? value : this.setProperties.get(path.replace('.', '\0'));
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> this.requestHeaders;
			case REQUEST_TRAILERS -> this.requestTrailers;
			case RESPONSE_HEADERS -> this.responseHeaders;
			case RESPONSE_TRAILERS -> (this.responseHeaders != null) ? this.responseTrailers : null;
			default -> null;
		};
	}

	@Override
	public @Nullable Object property(List<String> path) {
		Object value = this.properties.get(path);
		if (value != null || (path.size() > 1 && !path.get(0).equals("filter_state"))) {
			return value;
		}
		return this.setProperties.get(String.join("\0", path));
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
		this.setProperties.put(String.join("\0", path), value);
	}

	@Override
	public void clearRouteCache() {
		// As in the gateway, the route has already been chosen.
	}

	@Override
	public void endEarly(Decision decision) {
		this.earlyEnd.accept(decision);
	}

	@Override
	public Map<String, String> logContext() {
		return Map.of();
	}

	@Override
	public Executor executor() {
		return Runnable::run;
	}

}
