package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.vm.RootSpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.GatewayToStringStyler;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Runs the request phases of a filter in its place on the route. The response phases are
 * run by {@link WasmResponse} when the response is written. Cheap to make: it only points
 * to its plugin.
 */
final class WasmGatewayFilter implements GatewayFilter {

	private final PluginHandle handle;

	private final @Nullable RootSpec root;

	private final WasmGatewayFilterFactory factory;

	/**
	 * Create a new filter.
	 * @param factory the factory that makes the filter
	 * @param handle the plugin
	 * @param root the root context, or {@code null} for the plugin's own
	 */
	WasmGatewayFilter(WasmGatewayFilterFactory factory, PluginHandle handle, @Nullable RootSpec root) {
		this.factory = factory;
		this.handle = handle;
		this.root = root;
	}

	PluginHandle handle() {
		return this.handle;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (exchange.getResponse().isCommitted()) {
			// The Retry filter took the status of a filter's reply for a reason to try
			// again.
			return Mono.empty();
		}
		WasmExchange wasm = WasmExchange.of(exchange);
		if (wasm == null) {
			return WasmExchange.around(exchange, (decorated) -> filter(decorated, chain));
		}
		if (wasm.request().isWebSocketMentioned() && this.handle.definition().messages().refuseWebSocket()) {
			return LocalReplies.write(exchange, exchange.getResponse(), LocalReply.of(403, "websocket_refused"));
		}
		Plugin plugin = this.handle.plugin();
		return (plugin != null) ? run(plugin, wasm, exchange, chain) : waitAndRun(wasm, exchange, chain);
	}

	private Mono<Void> run(Plugin plugin, WasmExchange wasm, ServerWebExchange exchange, GatewayFilterChain chain) {
		StreamObservations observations = this.factory.observations();
		ExchangeStream stream = new ExchangeStream(wasm, this, exchange, plugin, this.root,
				this.handle.definition().messages().readOnlyBody(),
				(observations != null) ? observations.start(exchange, this.handle.id()) : null);
		wasm.add(stream, this);
		boolean uncompressed = this.handle.definition().removeAcceptEncoding();
		return new RequestPhases(stream, exchange, uncompressed ? (next) -> chain.filter(uncompressed(next)) : chain)
			.run();
	}

	/** The filter wants to see bodies as they are, so nobody may ask for others. */
	private static ServerWebExchange uncompressed(ServerWebExchange exchange) {
		return exchange.mutate()
			.request((request) -> request
				.headers((headers) -> PortableHeaders.remove(headers, HttpHeaders.ACCEPT_ENCODING)))
			.build();
	}

	private Mono<Void> waitAndRun(WasmExchange wasm, ServerWebExchange exchange, GatewayFilterChain chain) {
		return Mono.fromFuture(this.handle::loaded, true)
			.timeout(this.factory.loadTimeout())
			.onErrorResume((failure) -> Mono.empty())
			.publishOn(Schedulers.fromExecutor(wasm.executor()))
			.map((plugin) -> run(plugin, wasm, exchange, chain))
			.switchIfEmpty(Mono.fromSupplier(() -> skip(exchange, chain)))
			.flatMap((next) -> next);
	}

	/** What the failure policy says when there is no plugin that could decide. */
	private Mono<Void> skip(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (this.handle.definition().failStrategy().isOpen()) {
			return chain.filter(exchange);
		}
		return LocalReplies.write(exchange, exchange.getResponse(), LocalReply.of(503, "wasm_plugin_unavailable"));
	}

	@Override
	public String toString() {
		return GatewayToStringStyler.filterToStringCreator(this.factory)
			.append("plugin", this.handle.id())
			.append("url", this.handle.definition().url())
			.toString();
	}

}
