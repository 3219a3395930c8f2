package io.gatewaywasm.boot.gateway.exchange;

import java.util.List;
import java.util.concurrent.Executor;

import io.gatewaywasm.boot.gateway.attributes.ExchangeFacts;
import io.gatewaywasm.boot.gateway.attributes.FilterValues;
import io.gatewaywasm.boot.gateway.attributes.UpstreamCall;
import io.gatewaywasm.boot.gateway.message.ClientConnections;
import io.gatewaywasm.boot.gateway.message.FilteredExchange;
import io.gatewaywasm.boot.gateway.message.FilteredForms;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.boot.gateway.route.CurrentRoute;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The state that the Wasm filters of one exchange share. {@link FilteredChain} creates it
 * and runs the filters.
 * <h2>The end</h2> Streams end when the filter chain has completed and the response has
 * passed through the filters, or when the client disconnects. The streams of a WebSocket
 * end with its connection. If an error leaves the chain and becomes a response outside
 * it, the streams end when that response is committed.
 */
public final class WasmExchange {

	private static final String ATTRIBUTE = WasmExchange.class.getName();

	private final ServerWebExchange exchange;

	private final @Nullable Connection connection;

	private final Executor executor;

	private final ExchangeFacts facts;

	private final ReceivedRequest request;

	private final FilteredResponse response;

	private final CurrentRoute route;

	private final GatewayStreams streams = new GatewayStreams();

	/** Set to {@code null} when these filters have logged the exchange. */
	private @Nullable UnreachedFilters unreached;

	/** The part of the chain that contains the filters. */
	private volatile @Nullable ReplaceableChain chain;

	private volatile @Nullable Decision lateDecision;

	/** Whether the chain has completed, failed, or been cancelled. */
	private volatile boolean chainOver;

	WasmExchange(ServerWebExchange exchange, FilterValues values, UnreachedFilters unreached) {
		this.exchange = exchange;
		this.connection = NativeConnection.of(exchange.getRequest());
		this.facts = new ExchangeFacts(this.connection, exchange, values);
		this.request = new ReceivedRequest(exchange);
		this.response = new FilteredResponse(exchange);
		this.executor = ClientConnections.executor(this.connection);
		this.route = new CurrentRoute(exchange);
		this.unreached = unreached;
	}

	/**
	 * Returns the shared state of an exchange, or {@code null} outside
	 * {@link FilteredChain#around}.
	 */
	public static @Nullable WasmExchange of(ServerWebExchange exchange) {
		return exchange.getAttribute(ATTRIBUTE);
	}

	/** Makes the state available to {@link #of}. */
	void open() {
		this.exchange.getAttributes().put(ATTRIBUTE, this);
	}

	/**
	 * Prepares for a filter to run. If the filter already has a stream, this is another
	 * attempt of the Retry filter: the streams of the previous attempt end from this
	 * filter on, and the route choice before them is restored.
	 */
	public void enter(Object filter) {
		List<GatewayStream> stale = this.streams.removeFrom(filter);
		if (!stale.isEmpty()) {
			stale.forEach(GatewayStream::end);
			this.request.resetTrailers();
			this.route.restore(stale.get(0).entered(), filter);
		}
	}

	/** Adds a stream. If the exchange is over, the stream ends immediately. */
	public void add(GatewayStream stream) {
		this.streams.add(stream);
		if (this.chainOver) {
			stream.end();
		}
	}

	/**
	 * Returns whether a plugin has run for the exchange without failing, so that it need
	 * not run again.
	 */
	public boolean hasRun(PluginRoot plugin) {
		return this.streams.haveRun(plugin);
	}

	/** Returns whether a filter has a stream. */
	public boolean hasReached(Object filter) {
		return this.streams.contain(filter);
	}

	/**
	 * Returns the exchange as the last filter left it, or as it reached that filter if
	 * the filter has not decided about the headers.
	 */
	public ServerWebExchange left() {
		GatewayStream last = this.streams.last();
		return (last != null) ? last.request().left()
				: FilteredExchange.received(this.exchange, this.request.framed(), this.response.undecorated());
	}

	/** Records the chain that {@link #endEarly} replaces. */
	void runs(ReplaceableChain chain) {
		this.chain = chain;
		if (this.lateDecision != null) {
			// The decision came while the chain was being assembled.
			chain.replace();
		}
	}

	/**
	 * Ends the exchange immediately with a local response or a reset, whatever the chain
	 * is doing.
	 */
	void endEarly(GatewayStream stream, Decision decision) {
		if (!(decision instanceof Decision.Respond) || stream.respond()) {
			endEarly(decision);
		}
	}

	/**
	 * Ends the exchange immediately with a decision that the stream has recorded. Returns
	 * {@code false} if the chain is over or has been replaced before.
	 */
	boolean endEarly(Decision decision) {
		this.lateDecision = decision;
		ReplaceableChain running = this.chain;
		return running == null || running.replace();
	}

	/**
	 * Returns the decision that replaced the chain, or {@code null} if there is none.
	 */
	@Nullable Decision lateDecision() {
		return this.lateDecision;
	}

	/**
	 * Returns the streams in the order of the response, or {@code null} if the response
	 * has already entered the filters.
	 */
	@Nullable List<GatewayStream> takeResponse() {
		if (!this.response.take()) {
			return null;
		}
		this.facts.upstream(NativeConnection.ofUpstream(this.exchange));
		return this.streams.reversed();
	}

	/** Records that the response has passed through the filters. */
	void responseDone() {
		if (NativeConnection.ofUpstream(this.exchange) != null) {
			this.facts.upstreamCall().responded();
		}
		this.response.done();
		if (this.chainOver) {
			endStreams();
		}
	}

	private void endStreams() {
		this.streams.endAll();
		if (ServerWebExchangeUtils.isAlreadyRouted(this.exchange)) {
			// All filters were reached
			return;
		}
		UnreachedFilters filters = takeUnreached();
		if (filters != null) {
			filters.log(this);
		}
	}

	private synchronized @Nullable UnreachedFilters takeUnreached() {
		UnreachedFilters filters = this.unreached;
		this.unreached = null;
		return filters;
	}

	/** Decides whether the client's connection is kept after the response. */
	void setConnection() {
		if (this.connection != null) {
			this.request.setPersistence(this.connection, this.response.undecorated());
		}
	}

	/**
	 * Resets the connection to the client. No filter sees the response that the
	 * application makes of the returned error.
	 */
	Mono<Void> reset(String reason) {
		this.response.prevent();
		return ClientConnections.reset(this.exchange, reason);
	}

	/** Returns whether the client has disconnected, so that no filter sees a response. */
	boolean isAbandoned() {
		Connection client = this.connection;
		return client != null && !client.channel().isActive() && this.response.prevent();
	}

	/** Records the end of the chain, and ends the streams if they are not needed. */
	void leftChain(SignalType signal) {
		this.chainOver = true;
		FilteredForms.deleteFiles(this.exchange.getAttributes());
		// The chain of a WebSocket completes when the connection is upgraded, but the
		// exchange ends when the connection is closed. If the upgrade was refused, the
		// exchange ends immediately.
		boolean continues = signal == SignalType.ON_COMPLETE && this.connection != null && request().isHandshake();
		if (!continues && (signal == SignalType.CANCEL || this.response.isOver())) {
			endStreams();
			return;
		}
		if (this.connection != null) {
			this.connection.onTerminate().subscribe(null, (failure) -> endStreams(), this::endStreams);
		}
	}

	/** Returns the facts about the request, which filters cannot change. */
	public MessageFacts request() {
		return this.request.facts();
	}

	ReceivedRequest received() {
		return this.request;
	}

	FilteredResponse response() {
		return this.response;
	}

	public CurrentRoute route() {
		return this.route;
	}

	GatewayStreams streams() {
		return this.streams;
	}

	/** Returns the host that the last guest to choose one has chosen, or {@code null}. */
	public RouteHosts.@Nullable Host upstreamHost() {
		return this.streams.upstreamHost();
	}

	/**
	 * Returns the trailers of the response, or {@code null} if no filter has opened them.
	 */
	public @Nullable ResponseTrailers trailers() {
		return this.response.trailers();
	}

	public ServerWebExchange exchange() {
		return this.exchange;
	}

	/** Returns the call to the upstream. */
	public UpstreamCall upstreamCall() {
		return this.facts.upstreamCall();
	}

	ExchangeFacts facts() {
		return this.facts;
	}

	public Executor executor() {
		return this.executor;
	}

	/**
	 * The filters that an exchange does not reach, because a filter ahead of them answers
	 * the request, the chain fails, or the client disconnects.
	 */
	@FunctionalInterface
	public interface UnreachedFilters {

		/**
		 * Shows the end of an exchange to the filters that it has not reached. Called
		 * once, after the streams of the other filters have ended.
		 */
		void log(WasmExchange exchange);

	}

}
