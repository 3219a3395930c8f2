package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientRequest;
import reactor.util.context.Context;

/**
 * Follows the requests that the gateway's HTTP client sends for filtered exchanges:
 * prepares their connections, and records that they have been sent or have failed.
 */
public final class UpstreamRequests {

	private UpstreamRequests() {
	}

	/**
	 * Makes the exchange available to the gateway's HTTP client. It is a single entry,
	 * because Reactor copies all entries for each one that is added.
	 */
	static Context addTo(Context context, WasmExchange exchange) {
		return context.put(WasmExchange.class, exchange);
	}

	/**
	 * Prepares a connection that a request has received. The exchange is found in the
	 * request's context.
	 */
	public static void connected(HttpClientRequest request, Connection connection) {
		WasmExchange exchange = exchange(request);
		if (exchange == null) {
			return;
		}
		RequestTrailers trailers = exchange.received().trailers();
		if (trailers != null) {
			trailers.send(request, connection);
		}
		exchange.response().end().read(connection);
		exchange.upstreamCall().connected(connection);
	}

	/** Records that a request has been sent with its body. */
	public static void sent(HttpClientRequest request, Connection connection) {
		WasmExchange exchange = exchange(request);
		if (exchange != null) {
			exchange.upstreamCall().sent();
		}
	}

	/** Records that a request has failed before there was a response. */
	public static void failed(HttpClientRequest request, Throwable failure) {
		WasmExchange exchange = exchange(request);
		if (exchange != null) {
			exchange.upstreamCall().failed(failure);
		}
	}

	private static @Nullable WasmExchange exchange(HttpClientRequest request) {
		return request.currentContextView().getOrDefault(WasmExchange.class, null);
	}

}
