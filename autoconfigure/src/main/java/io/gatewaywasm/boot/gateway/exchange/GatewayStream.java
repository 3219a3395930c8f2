package io.gatewaywasm.boot.gateway.exchange;

import java.time.Instant;
import java.util.function.Consumer;

import io.gatewaywasm.boot.gateway.message.RequestHeaderMap;
import io.gatewaywasm.boot.gateway.route.RouteChoice;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import io.gatewaywasm.boot.gateway.route.ServiceInstances;
import io.gatewaywasm.boot.plugin.MessageOptions;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.web.server.ServerWebExchange;

/**
 * One exchange in one filter, as the gateway drives it: the phases, and their end.
 * {@link GuestExchange} is the same exchange as the guest sees it.
 */
public final class GatewayStream {

	private final WasmExchange owner;

	private final Object filter;

	private final PluginRoot pluginRoot;

	private final MessageOptions options;

	private final RouteChoice entered;

	private final @Nullable StreamObservation observation;

	private final GuestRequest request;

	private final GuestExchange guest;

	private final FilterStream stream;

	private boolean responded;

	private volatile boolean reset;

	private volatile boolean unsendable;

	private volatile @Nullable Instant endedAt;

	/**
	 * The last stream at the end of this one. Kept, because another attempt of the Retry
	 * filter removes both streams from the exchange.
	 */
	private volatile @Nullable GatewayStream last;

	/**
	 * Opens a stream. {@code exchange} is the exchange as it reached the filter; {@code
	 * observation} is {@code null} if streams are not observed.
	 */
	public GatewayStream(WasmExchange owner, Object filter, ServerWebExchange exchange, Plugin plugin,
			PluginRoot pluginRoot, MessageOptions options, @Nullable StreamObservation observation) {
		this.owner = owner;
		this.filter = filter;
		this.pluginRoot = pluginRoot;
		this.options = options;
		this.entered = owner.route().choice();
		this.observation = observation;
		this.request = new GuestRequest(this, exchange);
		this.guest = new GuestExchange(owner, this, exchange);
		RootSpec root = pluginRoot.root();
		int affinity = ThreadAffinity.current();
		this.stream = (root != null) ? plugin.openStream(this.guest, root, affinity)
				: plugin.openStream(this.guest, affinity);
	}

	boolean isOf(Object filter) {
		return this.filter == filter;
	}

	WasmExchange owner() {
		return this.owner;
	}

	/** Returns the request as the guest left it. */
	GuestRequest guestRequest() {
		return this.request;
	}

	/**
	 * Returns the request headers that the guest sees: its own, and from the end of the
	 * stream those that the last filter left, as in Envoy's log.
	 */
	RequestHeaderMap requestHeaders() {
		GatewayStream last = this.last;
		return (last == null || last == this) ? this.request.headers() : last.request.headersLeft();
	}

	GuestExchange guest() {
		return this.guest;
	}

	MessageOptions options() {
		return this.options;
	}

	/** Returns the route choice before the filter ran. */
	RouteChoice entered() {
		return this.entered;
	}

	/** Returns the observation, or {@code null} if streams are not observed. */
	@Nullable StreamObservation observation() {
		return this.observation;
	}

	boolean hasRun(PluginRoot plugin) {
		return this.pluginRoot.equals(plugin) && this.stream.failureReason() == null;
	}

	/**
	 * Looks up the hosts that the guest can choose from, because the guest cannot wait
	 * for them in a host call.
	 */
	public Mono<Void> findHosts(ServiceInstances instances) {
		return RouteHosts.find(this.guest.routeUpstream(), instances)
			.publishOn(Schedulers.fromExecutor(this.owner.executor()))
			.doOnNext(this.guest::hosts)
			.then();
	}

	void requestHeaders(boolean endOfStream, Consumer<Decision> decision) {
		this.stream.requestHeaders(endOfStream, decision);
	}

	/** Returns whether the guest has a callback for a body. */
	public boolean wantsBody() {
		return this.stream.wantsRequestBody() || this.stream.wantsResponseBody();
	}

	boolean wantsRequestBody() {
		return this.stream.wantsRequestBody();
	}

	void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.stream.requestBody(chunk, endOfStream, decision);
	}

	boolean wantsRequestTrailers() {
		return this.stream.wantsRequestTrailers();
	}

	void requestTrailers(Consumer<Decision> decision) {
		this.stream.requestTrailers(decision);
	}

	void responseHeaders(boolean endOfStream, Consumer<Decision> decision) {
		this.stream.responseHeaders(endOfStream, decision);
	}

	boolean wantsResponseBody() {
		return this.stream.wantsResponseBody();
	}

	void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.stream.responseBody(chunk, endOfStream, decision);
	}

	boolean wantsResponseTrailers() {
		return this.stream.wantsResponseTrailers();
	}

	void responseTrailers(Consumer<Decision> decision) {
		this.stream.responseTrailers(decision);
	}

	/** Counts buffered bytes of a body, as {@link FilterStream#buffer} does. */
	boolean buffer(long change) {
		return this.stream.buffer(change);
	}

	/**
	 * Records that the filter sends a local response. Returns {@code false} if it has
	 * already sent one; in the response phases, the new one replaces it.
	 */
	boolean respond() {
		boolean first = !this.responded;
		this.responded = true;
		this.request.decided();
		return first;
	}

	/** Records that the filter resets the connection. */
	void reset() {
		this.reset = true;
	}

	/** Records that the request cannot be sent as the filter left it. */
	void unsendable() {
		this.unsendable = true;
	}

	/**
	 * Ends the stream. Further calls have no effect. {@code last} is the stream of the
	 * last filter that the request reached.
	 */
	void end(GatewayStream last) {
		if (this.endedAt == null) {
			this.last = last;
			this.endedAt = Instant.now();
		}
		this.stream.end();
		if (this.observation != null) {
			FailureReason failure = this.stream.failureReason();
			this.observation.end(this.reset ? "reset" : this.responded ? "local_response" : "continue",
					(failure == null && this.unsendable) ? FailureReason.INVALID_MESSAGE : failure);
		}
	}

	/**
	 * Ends a stream whose filter was not reached, so that the guest logs the exchange.
	 */
	public void log() {
		this.last = this.owner.streams().last();
		this.endedAt = Instant.now();
		this.stream.log();
	}

	/** Returns the time at which the stream ended, or {@code null} before its end. */
	@Nullable Instant endedAt() {
		return this.endedAt;
	}

}
