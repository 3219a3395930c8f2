package io.gatewaywasm.boot.gateway.exchange;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.gatewaywasm.boot.gateway.attributes.ExchangeFacts;
import io.gatewaywasm.boot.gateway.attributes.FilterValues;
import io.gatewaywasm.boot.gateway.body.FramedBody;
import io.gatewaywasm.boot.gateway.message.ClientConnections;
import io.gatewaywasm.boot.gateway.message.ConnectionOptions;
import io.gatewaywasm.boot.gateway.message.FilteredExchange;
import io.gatewaywasm.boot.gateway.message.FramedRequest;
import io.gatewaywasm.boot.gateway.message.HeaderChanges;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.message.RequestDecoding;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.boot.gateway.message.ShownFraming;
import io.gatewaywasm.boot.gateway.route.RouteChoice;
import io.gatewaywasm.boot.gateway.route.RouteFilters;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import io.gatewaywasm.host.spi.Decision;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The state that the Wasm filters of one exchange share: their streams in the order of
 * the request, the response, and the end of the exchange.
 * <h2>The response</h2> The response passes through the filters once. This happens when
 * the decorated response is written or, if the gateway raises an error outside the filter
 * chain, when the response is committed.
 * <h2>The end</h2> Streams end when the filter chain has completed and the response has
 * passed through the filters, or when the client disconnects. The streams of a WebSocket
 * end with its connection. {@link ErrorResponses} turns an error that leaves the chain
 * into a response. An error that it does not handle becomes a response outside the chain;
 * the streams then end when that response is committed.
 */
public final class WasmExchange {

	private static final String ATTRIBUTE = WasmExchange.class.getName();

	/** The progress of the response through the filters. */
	private enum ResponseState {

		NEW, RUNNING, DONE,

		/**
		 * There will be no response: the connection was reset, or the client
		 * disconnected.
		 */
		NONE

	}

	private final ServerWebExchange exchange;

	private final @Nullable Connection connection;

	private final Executor executor;

	private final ExchangeFacts facts;

	private final MessageFacts request;

	private final @Nullable RequestTrailers requestTrailers;

	private final ShownFraming responseFraming = new ShownFraming(null);

	private final HeaderChanges responseChanges = new HeaderChanges();

	private final List<ExchangeStream> streams = new ArrayList<>(2);

	private final AtomicReference<ResponseState> response = new AtomicReference<>(ResponseState.NEW);

	/** The part of the chain that contains the filters. */
	private volatile @Nullable InterruptibleChain inside;

	private volatile @Nullable Decision interruption;

	private volatile boolean over;

	/** Whether the request has been read to its end. */
	private volatile boolean requestRead;

	private volatile RouteChoice choice;

	private volatile @Nullable ResponseTrailers trailers;

	private WasmExchange(ServerWebExchange exchange, FilterValues values) {
		this.exchange = exchange;
		this.connection = NativeConnection.of(exchange.getRequest());
		this.facts = new ExchangeFacts(this.connection, exchange, values);
		this.request = MessageFacts.ofRequest(exchange.getRequest());
		boolean hasBody = this.request.body().present();
		this.requestTrailers = hasBody ? RequestTrailers.of(exchange) : null;
		if (hasBody) {
			RequestDecoding.watch(exchange);
		}
		this.executor = ClientConnections.executor(this.connection);
		this.requestRead = !this.request.body().present() && !this.request.isHandshake();
		this.choice = RouteChoice.of(exchange);
	}

	/**
	 * Returns the shared state of an exchange, or {@code null} outside {@link #around}.
	 */
	public static @Nullable WasmExchange of(ServerWebExchange exchange) {
		return exchange.getAttribute(ATTRIBUTE);
	}

	/**
	 * Runs a part of the filter chain that contains Wasm filters. {@code values} stores
	 * the values that guests set.
	 */
	public static Mono<Void> around(ServerWebExchange exchange, ErrorResponses errors, FilterValues values,
			Function<ServerWebExchange, Mono<Void>> chain) {
		WasmExchange wasm = new WasmExchange(exchange, values);
		if (!MessageFacts.hasValidHost(exchange.getRequest())) {
			exchange.getResponse().setRawStatusCode(400);
			return LocalReplies.later(exchange.getResponse().setComplete(), wasm.executor);
		}
		exchange.getAttributes().put(ATTRIBUTE, wasm);
		exchange.getResponse().beforeCommit(wasm::beforeCommit);
		WasmResponse response = new WasmResponse(exchange.getResponse(), wasm);
		ServerHttpRequest request = exchange.getRequest();
		FramedBody body = new FramedBody(
				wasm.request.body().present() ? wasm.body(request.getBody()) : request.getBody(), wasm.request.body());
		HttpHeaders headers = ConnectionOptions.withoutNamed(request.getHeaders());
		ServerWebExchange framed = FilteredExchange.of(exchange, (headers != null)
				? new FramedRequest(request, request.getMethod(), headers, body) : new FramedRequest(request, body),
				response);
		RequestTrailers trailers = wasm.requestTrailers;
		Mono<Void> filters = chain.apply(framed);
		InterruptibleChain inside = new InterruptibleChain(
				(trailers != null) ? filters.contextWrite(trailers::addTo) : filters,
				() -> wasm.answerInterruption(response),
				(error) -> wasm.isAbandoned() ? null : errors.respond(framed, error), wasm::leftChain);
		wasm.inside = inside;
		if (wasm.interruption != null) {
			// The interruption came while the chain was being assembled.
			inside.interrupt();
		}
		return inside;
	}

	/**
	 * Prepares for a filter to run. If the filter already has a stream, this is another
	 * attempt of the Retry filter: the streams of the previous attempt end from this
	 * filter on, and the route choice before them is restored.
	 */
	public void enter(Object filter) {
		List<ExchangeStream> stale;
		synchronized (this.streams) {
			int first = 0;
			while (first < this.streams.size() && !this.streams.get(first).isOf(filter)) {
				first++;
			}
			if (first == this.streams.size()) {
				return;
			}
			List<ExchangeStream> tail = this.streams.subList(first, this.streams.size());
			stale = List.copyOf(tail);
			tail.clear();
		}
		stale.forEach(ExchangeStream::end);
		if (this.requestTrailers != null) {
			this.requestTrailers.reset();
		}
		restore(stale.get(0).entered(), filter);
	}

	private void restore(RouteChoice before, Object filter) {
		Route route = this.choice.route();
		boolean forwarded = before.dispatch() != this.choice.dispatch() && route != null
				&& RouteFilters.place(route, filter).isPresent();
		if (!forwarded) {
			choose(before);
		}
	}

	/** Adds a stream. If the exchange is over, the stream ends immediately. */
	public void add(ExchangeStream stream) {
		synchronized (this.streams) {
			this.streams.add(stream);
		}
		if (this.over) {
			stream.end();
		}
	}

	/**
	 * Returns whether a plugin has run for the exchange without failing, so that it need
	 * not run again.
	 */
	public boolean hasRun(PluginRoot plugin) {
		synchronized (this.streams) {
			return this.streams.stream().anyMatch((stream) -> stream.hasRun(plugin));
		}
	}

	public RouteChoice choice() {
		return this.choice;
	}

	/** Sets the route choice, to a new route or back to an earlier one. */
	public void choose(RouteChoice next) {
		this.choice = next;
		Route route = next.route();
		if (route != null) {
			this.exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
			// The gateway sets this attribute for some routes and never removes it.
			this.exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR);
		}
	}

	/**
	 * Records the route that the gateway has chosen, for the request or a forward of it.
	 * {@code routed} is the exchange as predicates saw it.
	 */
	public void dispatched(ServerWebExchange routed) {
		this.choice = this.choice.dispatched(routed);
	}

	/**
	 * Records that a guest has changed the path. {@code changed} is the URI that
	 * predicates see from now on.
	 */
	void pathChanged(URI changed) {
		this.choice = this.choice.withUri(changed);
	}

	/**
	 * Returns the phases that run the response through the filters, or {@code null} if
	 * they have already been taken.
	 */
	@Nullable ResponsePhases takeResponse() {
		if (!this.response.compareAndSet(ResponseState.NEW, ResponseState.RUNNING)) {
			return null;
		}
		this.facts.upstream(NativeConnection.ofUpstream(this.exchange));
		HttpClientResponse upstream = MessageFacts.upstream(this.exchange);
		if (upstream != null) {
			this.responseFraming.received(upstream.responseHeaders(), response().getHeaders());
		}
		List<ExchangeStream> reversed;
		synchronized (this.streams) {
			reversed = new ArrayList<>(this.streams);
		}
		Collections.reverse(reversed);
		return new ResponsePhases(this, reversed);
	}

	/** Records that the response has passed through the filters. */
	void responseDone() {
		this.response.compareAndSet(ResponseState.RUNNING, ResponseState.DONE);
		if (this.over) {
			endAll();
		}
	}

	/**
	 * Records the end of the request at its last byte: an upstream that has received it
	 * may respond before the end is signalled here.
	 */
	private Flux<DataBuffer> body(Flux<DataBuffer> received) {
		long length = this.request.body().length();
		if (length < 0) {
			return RequestDecoding.failing(received, this.exchange).doOnComplete(() -> this.requestRead = true);
		}
		long[] remaining = { length };
		return received.doOnNext((buffer) -> {
			remaining[0] -= buffer.readableByteCount();
			if (remaining[0] <= 0) {
				this.requestRead = true;
			}
		});
	}

	/**
	 * Reads the part of the request that has arrived while a filter paused it, if nothing
	 * else reads it. If that is the whole request, the connection can be kept. A client
	 * that waits for "100 Continue" is not asked to send the body.
	 */
	void readRequest() {
		if (!this.requestRead && this.request.body().present()
				&& !PortableHeaders.contains(this.exchange.getRequest().getHeaders(), HttpHeaders.EXPECT)) {
			body(this.exchange.getRequest().getBody()).subscribe(DataBufferUtils::release, (failure) -> {
			});
		}
	}

	private Mono<Void> beforeCommit() {
		ResponsePhases phases = takeResponse();
		if (phases == null) {
			setConnection();
			return Mono.empty();
		}
		return phases.runHeadersOnly().doFinally((signal) -> responseDone()).doOnSuccess((nothing) -> setConnection());
	}

	private void setConnection() {
		if (this.connection != null) {
			ClientConnections.setPersistence(this.connection, this.request, this.requestRead, response());
		}
	}

	/**
	 * Ends the exchange immediately with a reply or a reset, whatever the chain is doing.
	 */
	void interrupt(ExchangeStream stream, Decision decision) {
		if (decision instanceof Decision.Reply && !stream.reply()) {
			return;
		}
		this.interruption = decision;
		InterruptibleChain chain = this.inside;
		if (chain != null) {
			chain.interrupt();
		}
	}

	/**
	 * Resets the connection to the client. No filter sees the response that the
	 * application makes of the returned error.
	 */
	Mono<Void> reset(String reason) {
		this.response.compareAndSet(ResponseState.NEW, ResponseState.NONE);
		return ClientConnections.reset(this.exchange, reason);
	}

	/** Returns whether the client has disconnected, so that no filter sees a response. */
	private boolean isAbandoned() {
		Connection client = this.connection;
		return client != null && !client.channel().isActive()
				&& (this.response.compareAndSet(ResponseState.NEW, ResponseState.NONE)
						|| this.response.get() == ResponseState.NONE);
	}

	private Mono<Void> answerInterruption(WasmResponse response) {
		Decision decision = this.interruption;
		ResponseState state = this.response.get();
		if (decision == null || isResponseOver()) {
			return Mono.empty();
		}
		if (decision instanceof Decision.Reply reply && !response.isCommitted()) {
			// A response that is already in the filters does not run through them again.
			return (state == ResponseState.NEW) ? LocalReplies.replace(this.exchange, response, reply.reply())
					: LocalReplies.replace(this.exchange, response.getDelegate(), reply.reply())
						.doOnTerminate(this::responseDone);
		}
		return reset(String.valueOf(decision));
	}

	private void leftChain(SignalType signal) {
		this.over = true;
		// The chain of a WebSocket completes when the connection is upgraded, but the
		// exchange ends when the connection is closed. If the upgrade was refused, the
		// exchange ends immediately.
		boolean goesOn = signal == SignalType.ON_COMPLETE && this.connection != null && this.request.isHandshake();
		if (!goesOn && (signal == SignalType.CANCEL || isResponseOver())) {
			endAll();
			return;
		}
		if (this.connection != null) {
			this.connection.onTerminate().subscribe(null, (failure) -> endAll(), this::endAll);
		}
	}

	private boolean isResponseOver() {
		ResponseState state = this.response.get();
		return state == ResponseState.DONE || state == ResponseState.NONE;
	}

	private void endAll() {
		List<ExchangeStream> all;
		synchronized (this.streams) {
			all = List.copyOf(this.streams);
		}
		all.forEach(ExchangeStream::end);
	}

	/** Returns the facts about the request, which filters cannot change. */
	public MessageFacts request() {
		return this.request;
	}

	/**
	 * Returns a copy of the request's framing headers as the guests ahead of this stream
	 * left them.
	 */
	ShownFraming framingBefore(ExchangeStream stream) {
		ShownFraming before = null;
		synchronized (this.streams) {
			for (ExchangeStream earlier : this.streams) {
				if (earlier == stream) {
					break;
				}
				ShownFraming left = earlier.requestFraming();
				before = (left != null) ? left : before;
			}
		}
		return new ShownFraming(before);
	}

	/** Returns the host that the last guest to choose one has chosen, or {@code null}. */
	public RouteHosts.@Nullable Host upstreamHost() {
		RouteHosts.Host chosen = null;
		synchronized (this.streams) {
			for (ExchangeStream stream : this.streams) {
				RouteHosts.Host host = stream.upstreamHost();
				chosen = (host != null) ? host : chosen;
			}
		}
		return chosen;
	}

	/** Reads the facts about the response, which no filter has seen yet. */
	MessageFacts readResponse() {
		return MessageFacts.ofResponse(this.exchange, this.request, response());
	}

	/** Returns the framing headers of the response as guests see and set them. */
	ShownFraming responseFraming() {
		return this.responseFraming;
	}

	HeaderChanges responseChanges() {
		return this.responseChanges;
	}

	/**
	 * Undoes the guests' changes to the response headers, because a local response
	 * replaces the response.
	 */
	void undoResponseChanges() {
		this.responseChanges.undo(response().getHeaders());
		this.responseFraming.reset();
	}

	ServerWebExchange exchange() {
		return this.exchange;
	}

	/** Returns the response without the decorators of this library. */
	ServerHttpResponse response() {
		return this.exchange.getResponse();
	}

	/** Returns whether the response has entered the filters. */
	boolean hasResponse() {
		ResponseState state = this.response.get();
		return state == ResponseState.RUNNING || state == ResponseState.DONE;
	}

	/** Returns the trailers of the request, or {@code null} if it has no body. */
	@Nullable RequestTrailers requestTrailers() {
		return this.requestTrailers;
	}

	/**
	 * Returns the trailers of the response, or {@code null} if no filter has opened them.
	 */
	public @Nullable ResponseTrailers trailers() {
		return this.trailers;
	}

	/**
	 * Returns the trailers of the response for a filter that reads or adds trailers, and
	 * creates them if necessary.
	 */
	ResponseTrailers openTrailers() {
		ResponseTrailers open = this.trailers;
		if (open == null) {
			open = new ResponseTrailers(this.exchange);
			this.trailers = open;
		}
		return open;
	}

	ExchangeFacts facts() {
		return this.facts;
	}

	public Executor executor() {
		return this.executor;
	}

	/**
	 * Returns the log context of guests' log lines. {@code observation} is {@code null}
	 * for that of the request.
	 */
	Map<String, String> logContext(@Nullable Observation observation) {
		Map<String, String> context = new HashMap<>();
		Route route = this.exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		context.put("route", (route != null) ? route.getId() : "");
		context.put("request", Objects.requireNonNull(this.exchange.getRequest().getId()));
		TraceIds.addTo(context, (observation != null) ? observation : StreamObservations.ofRequest(this.exchange));
		return context;
	}

}
