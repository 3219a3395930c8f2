package io.gatewaywasm.benchmarks.host;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.benchmarks.ExchangeHeaders;
import io.gatewaywasm.benchmarks.Scenario;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * A reusable exchange in memory, so that only the host allocates.
 */
final class BenchmarkExchange implements HttpStream {

	private final ExchangeHeaders request;

	private final ExchangeHeaders response = Scenario.responseHeaders();

	private final HeaderMap requestMap;

	private final HeaderMap responseMap = new ArrayHeaderMap(this.response);

	private final Executor executor = Runnable::run;

	BenchmarkExchange(Scenario scenario) {
		this.request = scenario.requestHeaders();
		this.requestMap = new ArrayHeaderMap(this.request);
	}

	ExchangeHeaders request() {
		return this.request;
	}

	void reset() {
		this.request.reset();
		this.response.reset();
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> this.requestMap;
			case RESPONSE_HEADERS -> this.responseMap;
			default -> null;
		};
	}

	@Override
	public @Nullable Object property(List<String> path) {
		return null;
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
	}

	@Override
	public void clearRouteCache() {
	}

	@Override
	public void endEarly(Decision decision) {
		throw new IllegalStateException("The filter ended the exchange early: " + decision);
	}

	@Override
	public Map<String, String> logContext() {
		return Map.of();
	}

	@Override
	public Executor executor() {
		return this.executor;
	}

}
