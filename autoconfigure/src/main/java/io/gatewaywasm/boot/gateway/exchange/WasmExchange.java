package io.gatewaywasm.boot.gateway.exchange;

import java.util.List;
import java.util.concurrent.Executor;

import io.gatewaywasm.boot.gateway.attributes.ExchangeFacts;
import io.gatewaywasm.boot.gateway.attributes.FilterValues;
import io.gatewaywasm.boot.gateway.attributes.UpstreamCall;
import io.gatewaywasm.boot.gateway.message.ClientConnections;
import io.gatewaywasm.boot.gateway.message.FilteredExchange;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.boot.gateway.message.ShownFraming;
import io.gatewaywasm.boot.gateway.route.CurrentRoute;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import io.gatewaywasm.host.spi.BodyActivity;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

import org.springframework.web.server.ServerWebExchange;

/**
 * The state that the Wasm filters of one exchange share. {@link FilteredChain} creates it
 * and runs the filters; {@link ExchangeEnd} ends their streams.
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

	private final BodyActivity bodyActivity = new BodyActivity();

	private final ExchangeEnd end;

	WasmExchange(ServerWebExchange exchange, FilterValues values, UnreachedFilters unreached) {
		this.exchange = exchange;
		this.connection = NativeConnection.of(exchange.getRequest());
		this.facts = new ExchangeFacts(this.connection, exchange, values);
		WasmExchange earlier = of(exchange);
		this.request = new ReceivedRequest(exchange, this.facts.sizes(), (earlier != null) ? earlier.request : null);
		this.response = new FilteredResponse(exchange);
		this.executor = ClientConnections.executor(this.connection);
		this.route = new CurrentRoute(exchange);
		this.end = new ExchangeEnd(exchange, this.facts, this.request, this.response, this.streams::endAll,
				() -> unreached.log(this));
	}

	/**
	 * Returns the shared state of an exchange, or {@code null} outside
	 * {@link FilteredChain#around}.
	 */
	public static @Nullable WasmExchange of(ServerWebExchange exchange) {
		return exchange.getAttribute(ATTRIBUTE);
	}

	/**
	 * Returns the shared state of an exchange, or {@code null} if the filters must run:
	 * outside {@link FilteredChain#around}, and for a filter of the application that runs
	 * the chain once more before anything has been sent.
	 */
	public static @Nullable WasmExchange running(ServerWebExchange exchange) {
		WasmExchange wasm = of(exchange);
		return (wasm != null && wasm.end.isChainOver() && !exchange.getResponse().isCommitted()) ? null : wasm;
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
			GatewayStreams.end(stale);
			this.request.resetTrailers();
			this.route.restore(stale.get(0).entered(), filter);
		}
	}

	/** Adds a stream. If the exchange is over, the stream ends immediately. */
	public void add(GatewayStream stream) {
		this.streams.add(stream);
		if (this.end.isChainOver()) {
			stream.end(stream);
		}
	}

	/** Returns whether a plugin has run without failing, so it need not run again. */
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
	public ServerWebExchange lastExchange() {
		GatewayStream last = this.streams.last();
		return (last != null) ? last.guestRequest().left()
				: FilteredExchange.received(this.exchange, this.request.framed(), this.response.undecorated());
	}

	/**
	 * Returns the streams in the order of the response, or {@code null} if the response
	 * has already entered the filters.
	 */
	@Nullable List<GatewayStream> takeResponse() {
		if (!this.response.take(upstreamCall().isHttp2())) {
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
		this.end.responseDone();
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
		this.facts.reset();
		this.response.breakOff();
		return ClientConnections.reset(this.exchange, reason);
	}

	/** Returns whether the client has disconnected, so that no filter sees a response. */
	boolean isAbandoned() {
		Connection client = this.connection;
		if (client == null || client.channel().isActive()) {
			return false;
		}
		this.facts.disconnected();
		return this.response.prevent();
	}

	/** Returns the facts about the request, which filters cannot change. */
	public MessageFacts requestFacts() {
		return this.request.facts();
	}

	ReceivedRequest received() {
		return this.request;
	}

	/**
	 * Ends the exchange immediately with a decision of a stream, in any state of the
	 * chain.
	 */
	void endEarly(GatewayStream stream, Decision decision) {
		if (decision instanceof Decision.Reset) {
			stream.reset();
		}
		if (!(decision instanceof Decision.Respond) || stream.respond()) {
			this.end.endEarly(decision);
		}
	}

	/** Returns the end of the exchange. */
	ExchangeEnd end() {
		return this.end;
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

	/** Returns a copy of the request's framing headers as all guests left them. */
	public ShownFraming framing() {
		return this.streams.framing();
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

	BodyActivity bodyActivity() {
		return this.bodyActivity;
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
