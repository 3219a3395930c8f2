package io.gatewaywasm.boot.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Decision;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * What the Wasm filters of one exchange share: their streams in the order of the request,
 * the response, and the end.
 *
 * <h2>The response</h2> It is run through the filters once, by whatever comes first: the
 * decorated response being written, or, if the gateway makes an error outside the filter
 * chain, the response being committed.
 *
 * <h2>The end</h2> Streams end when the exchange has gone through the filter chain and
 * its response through the filters, or when the client is gone; those of a WebSocket end
 * with its connection. An error that leaves the chain is made a response only outside, so
 * the end then waits for the commit.
 */
final class WasmExchange {

	private static final String ATTRIBUTE = WasmExchange.class.getName();

	/** How far the response is on its way through the filters. */
	private enum ResponseState {

		NEW, RUNNING, DONE

	}

	private final ServerWebExchange exchange;

	private final @Nullable Connection connection;

	private final Executor executor;

	private final ExchangeFacts facts;

	private final MessageFacts request;

	private final ShownFraming responseFraming = new ShownFraming(null);

	private final List<ExchangeStream> streams = new ArrayList<>(2);

	private final AtomicReference<ResponseState> response = new AtomicReference<>(ResponseState.NEW);

	/** The part of the chain that the filters are in. */
	private volatile @Nullable InterruptibleChain inside;

	private volatile @Nullable Decision interruption;

	private volatile boolean over;

	private volatile @Nullable ResponseTrailers trailers;

	private WasmExchange(ServerWebExchange exchange) {
		this.exchange = exchange;
		this.connection = NativeConnection.of(exchange.getRequest());
		this.facts = new ExchangeFacts(this.connection);
		this.request = MessageFacts.ofRequest(exchange.getRequest());
		this.executor = ClientConnections.executor(this.connection);
	}

	/**
	 * Return what the Wasm filters of an exchange share.
	 * @param exchange the exchange
	 * @return that, or {@code null} if no part of the chain runs {@link #around}
	 */
	static @Nullable WasmExchange of(ServerWebExchange exchange) {
		return exchange.getAttribute(ATTRIBUTE);
	}

	/**
	 * Run a part of the filter chain with Wasm filters in it.
	 * @param exchange the exchange
	 * @param chain the part of the chain
	 * @return completes when the chain has
	 */
	static Mono<Void> around(ServerWebExchange exchange, Function<ServerWebExchange, Mono<Void>> chain) {
		WasmExchange wasm = new WasmExchange(exchange);
		if (!MessageFacts.hasValidHost(exchange.getRequest())) {
			exchange.getResponse().setRawStatusCode(400);
			return LocalReplies.later(exchange.getResponse().setComplete(), wasm.executor);
		}
		exchange.getAttributes().put(ATTRIBUTE, wasm);
		exchange.getResponse().beforeCommit(wasm::beforeCommit);
		WasmResponse response = new WasmResponse(exchange.getResponse(), wasm);
		ServerHttpRequest request = exchange.getRequest();
		FramedBody body = new FramedBody(request.getBody(), wasm.request.body());
		ServerWebExchange framed = exchange.mutate()
			.request(new FramedRequest(request, body))
			.response(response)
			.build();
		InterruptibleChain inside = new InterruptibleChain(chain.apply(framed), () -> wasm.answerInterruption(response),
				wasm::leftChain);
		wasm.inside = inside;
		if (wasm.interruption != null) {
			// It came while the chain was being put together.
			inside.interrupt();
		}
		return inside;
	}

	/**
	 * Add a stream. If its filter has one already, this is another attempt of a retry:
	 * the streams of the last attempt from there on are over.
	 * @param stream the stream
	 * @param filter the stream's filter
	 */
	void add(ExchangeStream stream, Object filter) {
		List<ExchangeStream> stale;
		synchronized (this.streams) {
			int first = 0;
			while (first < this.streams.size() && !this.streams.get(first).isOf(filter)) {
				first++;
			}
			List<ExchangeStream> tail = this.streams.subList(first, this.streams.size());
			stale = List.copyOf(tail);
			tail.clear();
			this.streams.add(stream);
		}
		stale.forEach(ExchangeStream::end);
		if (this.over) {
			stream.end();
		}
	}

	/**
	 * Take the response to run it through the filters.
	 * @return the run, or {@code null} if the response has been taken already
	 */
	@Nullable ResponsePhases takeResponse() {
		if (!this.response.compareAndSet(ResponseState.NEW, ResponseState.RUNNING)) {
			return null;
		}
		this.facts.upstream(ConnectionProperties.upstream(this.exchange));
		List<ExchangeStream> reversed;
		synchronized (this.streams) {
			reversed = new ArrayList<>(this.streams);
		}
		Collections.reverse(reversed);
		return new ResponsePhases(this, reversed);
	}

	/**
	 * The response has been through the filters.
	 */
	void responseDone() {
		this.response.set(ResponseState.DONE);
		if (this.over) {
			endAll();
		}
	}

	private Mono<Void> beforeCommit() {
		ResponsePhases phases = takeResponse();
		return (phases != null) ? phases.runHeadersOnly().doFinally((signal) -> responseDone()) : Mono.empty();
	}

	/**
	 * Answer at once, whatever the chain is doing.
	 * @param stream the stream whose filter wants it
	 * @param decision a reply or a reset
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

	private Mono<Void> answerInterruption(WasmResponse response) {
		Decision decision = this.interruption;
		ResponseState state = this.response.get();
		if (decision == null || state == ResponseState.DONE) {
			return Mono.empty();
		}
		if (decision instanceof Decision.Reply reply && !response.isCommitted()) {
			// If the response is in the filters already, they are not bothered again.
			return (state == ResponseState.NEW) ? LocalReplies.replace(this.exchange, response, reply.reply())
					: LocalReplies.replace(this.exchange, response.getDelegate(), reply.reply())
						.doOnTerminate(this::responseDone);
		}
		return ClientConnections.reset(this.exchange, String.valueOf(decision));
	}

	private void leftChain(SignalType signal) {
		this.over = true;
		// Of a WebSocket the chain is done when the connection is upgraded, the exchange
		// when it is closed; at once, if it was refused.
		boolean goesOn = signal == SignalType.ON_COMPLETE && this.connection != null && this.request.isHandshake();
		if (!goesOn && (signal == SignalType.CANCEL || this.response.get() == ResponseState.DONE)) {
			endAll();
			return;
		}
		if (this.connection != null) {
			this.connection.onTerminate().subscribe(null, (failure) -> endAll(), this::endAll);
		}
	}

	private void endAll() {
		List<ExchangeStream> all;
		synchronized (this.streams) {
			all = List.copyOf(this.streams);
		}
		all.forEach(ExchangeStream::end);
	}

	/**
	 * Return the facts about the request.
	 * @return the facts, which no filter changes
	 */
	MessageFacts request() {
		return this.request;
	}

	/**
	 * Return the framing headers of the request as a stream's guest finds them.
	 * @param stream the stream
	 * @return a copy of what the guests before have left
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

	/**
	 * Read the facts about the response, which no filter has seen yet.
	 * @return the facts
	 */
	MessageFacts readResponse() {
		return MessageFacts.ofResponse(this.exchange, this.request, response());
	}

	/**
	 * Return the framing headers of the response as guests see and set them.
	 * @return these
	 */
	ShownFraming responseFraming() {
		return this.responseFraming;
	}

	ServerWebExchange exchange() {
		return this.exchange;
	}

	/**
	 * Return the response behind all decorators of this library.
	 * @return the response
	 */
	ServerHttpResponse response() {
		return this.exchange.getResponse();
	}

	/**
	 * Return whether there is a response to speak of.
	 * @return whether it is on its way through the filters, or has been
	 */
	boolean hasResponse() {
		return this.response.get() != ResponseState.NEW;
	}

	/**
	 * Return the trailers of the response.
	 * @return the trailers, or {@code null} if no filter cares for them
	 */
	@Nullable ResponseTrailers trailers() {
		return this.trailers;
	}

	/**
	 * Return the trailers of the response, for a filter that sees or adds some.
	 * @return the trailers
	 */
	ResponseTrailers openTrailers() {
		ResponseTrailers open = this.trailers;
		if (open == null) {
			open = new ResponseTrailers(this.exchange);
			this.trailers = open;
		}
		return open;
	}

	/**
	 * Return what is to be remembered of the exchange for properties.
	 * @return the facts
	 */
	ExchangeFacts facts() {
		return this.facts;
	}

	Executor executor() {
		return this.executor;
	}

	/**
	 * Return what log lines of guests say about the exchange.
	 * @param observation the observation of the stream that logs, or {@code null} for
	 * that of the request
	 * @return keys and values
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
