package io.gatewaywasm.boot.gateway;

import java.util.Objects;

import io.gatewaywasm.boot.gateway.exchange.ErrorResponses;
import io.gatewaywasm.boot.gateway.exchange.FilteredChain;
import io.gatewaywasm.boot.gateway.exchange.GatewayStream;
import io.gatewaywasm.boot.gateway.exchange.LocalResponses;
import io.gatewaywasm.boot.gateway.exchange.PluginRoot;
import io.gatewaywasm.boot.gateway.exchange.RequestPhases;
import io.gatewaywasm.boot.gateway.exchange.StreamObservations;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.route.RouteChooser;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.WebSocketPolicy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.GatewayToStringStyler;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Runs the request phases of a plugin at its position on the route. The response phases
 * run when the response is written. An instance is cheap: it only refers to its plugin.
 */
final class WasmGatewayFilter implements GatewayFilter {

	private final PluginHandle handle;

	private final PluginRoot pluginRoot;

	private final FilterServices services;

	private final @Nullable RouteChooser routes;

	/**
	 * Creates the filter. {@code root} is {@code null} for the plugin's own root context;
	 * {@code routes} is {@code null} before a route is chosen.
	 */
	WasmGatewayFilter(FilterServices services, PluginHandle handle, @Nullable RootSpec root,
			@Nullable RouteChooser routes) {
		this.services = services;
		this.handle = handle;
		this.pluginRoot = new PluginRoot(handle, root);
		this.routes = routes;
	}

	PluginRoot pluginRoot() {
		return this.pluginRoot;
	}

	PluginHandle handle() {
		return this.handle;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (exchange.getResponse().isCommitted()) {
			// The Retry filter repeated the request because of the status of a local
			// response.
			return Mono.empty();
		}
		Mono<Void> refusal = ResponseCacheRefusals.refusal(exchange, this.handle);
		if (refusal != null) {
			return refusal;
		}
		WasmExchange wasm = WasmExchange.running(exchange);
		return (wasm != null) ? filter(wasm, exchange, chain)
				: FilteredChain.around(exchange, ErrorResponses.NONE, FilterState.VALUES, this.services.unreached(),
						(decorated) -> filter(Objects.requireNonNull(WasmExchange.of(decorated)), decorated, chain));
	}

	private Mono<Void> filter(WasmExchange wasm, ServerWebExchange exchange, GatewayFilterChain chain) {
		if (wasm.requestFacts().isWebSocketMentioned() && webSocketPolicy() == WebSocketPolicy.REFUSE) {
			return LocalResponses.write(exchange, exchange.getResponse(), LocalResponse.of(403, "websocket_refused"));
		}
		Plugin plugin = this.handle.plugin();
		return (plugin != null) ? run(plugin, wasm, exchange, chain) : waitAndRun(wasm, exchange, chain);
	}

	private Mono<Void> run(Plugin plugin, WasmExchange wasm, ServerWebExchange exchange, GatewayFilterChain chain) {
		wasm.enter(this);
		StreamObservations observations = this.services.observations();
		GatewayStream stream = new GatewayStream(wasm, this, exchange, plugin, this.pluginRoot,
				this.handle.definition().messages(),
				(observations != null) ? observations.start(exchange, this.handle.id()) : null);
		wasm.add(stream);
		if (webSocketPolicy() == WebSocketPolicy.WARN && wasm.requestFacts().isHandshake() && stream.wantsBody()) {
			this.services.unseenFrames().warn(this.handle.id());
		}
		GatewayFilterChain next = uncompressing(chain);
		RouteChooser chooser = this.routes;
		GatewayFilterChain otherRoute = (chooser != null)
				? uncompressing((changed) -> chooser.chooseAgain(this, changed, chain)) : next;
		RequestPhases phases = new RequestPhases(stream, exchange, next, otherRoute);
		return choosesHost(plugin) ? stream.findHosts(this.services.instances()).then(Mono.defer(phases::run))
				: phases.run();
	}

	/** Lets the guest log an exchange that has not reached the filter. */
	void log(WasmExchange wasm) {
		Plugin plugin = this.handle.plugin();
		if (plugin != null) {
			new GatewayStream(wasm, this, wasm.lastExchange(), plugin, this.pluginRoot,
					this.handle.definition().messages(), null)
				.log();
		}
	}

	private WebSocketPolicy webSocketPolicy() {
		return this.handle.definition().messages().webSocket();
	}

	private static boolean choosesHost(Plugin plugin) {
		return plugin.imports("proxy_get_upstream_hosts") || plugin.imports("proxy_set_upstream_override_host");
	}

	/**
	 * Returns a chain that asks for uncompressed bodies if the plugin is set to do so.
	 */
	private GatewayFilterChain uncompressing(GatewayFilterChain chain) {
		return this.handle.definition().messages().removeAcceptEncoding()
				? (changed) -> chain.filter(uncompressed(changed)) : chain;
	}

	/**
	 * Removes {@code accept-encoding}, so that the upstream sends a body that the filter
	 * can read.
	 */
	private static ServerWebExchange uncompressed(ServerWebExchange exchange) {
		return exchange.mutate()
			.request((request) -> request
				.headers((headers) -> PortableHeaders.remove(headers, HttpHeaders.ACCEPT_ENCODING)))
			.build();
	}

	private Mono<Void> waitAndRun(WasmExchange wasm, ServerWebExchange exchange, GatewayFilterChain chain) {
		return Mono.fromFuture(this.handle::loaded, true)
			.timeout(this.services.loadTimeout())
			.onErrorResume((failure) -> Mono.empty())
			.publishOn(Schedulers.fromExecutor(wasm.executor()))
			.map((plugin) -> run(plugin, wasm, exchange, chain))
			.switchIfEmpty(Mono.fromSupplier(() -> skip(exchange, chain)))
			.flatMap((next) -> next);
	}

	/** Applies the fail strategy when the plugin is not loaded. */
	private Mono<Void> skip(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (this.handle.definition().failStrategy().isOpen()) {
			return chain.filter(exchange);
		}
		return LocalResponses.write(exchange, exchange.getResponse(), LocalResponse.of(503, "wasm_plugin_unavailable"));
	}

	@Override
	public String toString() {
		return GatewayToStringStyler.filterToStringCreator(this.services.factory())
			.append("plugin", this.handle.id())
			.append("url", this.handle.definition().url())
			.toString();
	}

}
