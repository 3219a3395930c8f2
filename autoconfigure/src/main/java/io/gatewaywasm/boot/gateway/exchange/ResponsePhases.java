package io.gatewaywasm.boot.gateway.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.body.BodyPipe;
import io.gatewaywasm.boot.gateway.body.BodyRefusedException;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.ResponseHeaderMap;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Runs one response through the filters of its exchange, in reverse order of the request.
 * The headers pass through all filters before the body starts, unless a filter pauses
 * them until it has seen the body. Then {@link ResponseWriter} writes the response.
 */
final class ResponsePhases implements FilteredWrite.Phases {

	private final WasmExchange owner;

	private final ServerHttpResponse response;

	private final Iterator<GatewayStream> streams;

	private final ResponseKind kind;

	private final ResponseBody body;

	private final ResponseWriter writer;

	private ResponsePhases(WasmExchange owner, List<GatewayStream> streams, ResponseKind kind, ResponseBody body,
			Supplier<Mono<Void>> unchanged) {
		this.owner = owner;
		this.response = owner.response().undecorated();
		this.streams = streams.iterator();
		this.kind = kind;
		this.body = body;
		this.writer = new ResponseWriter(owner, body, unchanged);
	}

	/**
	 * Creates the phases of a response that is being committed outside the filter chain.
	 * {@code streams} are in the order of the response.
	 */
	static ResponsePhases ofHeaders(WasmExchange owner, List<GatewayStream> streams) {
		return new ResponsePhases(owner, streams, ResponseKind.HEADERS_ONLY, new ResponseBody(owner, null, false),
				Mono::empty);
	}

	/**
	 * Creates the phases of a response that is being written. {@code streams} are in the
	 * order of the response; {@code body} is {@code null} if there is none; {@code
	 * flushing} says whether each part is flushed; {@code unchanged} writes the response
	 * with its original body.
	 */
	static ResponsePhases of(WasmExchange owner, List<GatewayStream> streams,
			@Nullable Publisher<? extends DataBuffer> body, boolean flushing, Supplier<Mono<Void>> unchanged) {
		return new ResponsePhases(owner, streams, (body != null) ? ResponseKind.WITH_BODY : ResponseKind.WITHOUT_BODY,
				new ResponseBody(owner, body, flushing), unchanged);
	}

	/**
	 * Runs the response through the filters. Completes when it is written, or, if only
	 * its headers pass through the filters, when they may be sent.
	 */
	@Override
	public Mono<Void> start() {
		return next();
	}

	/** Runs when the response is written, before its end is sent with the trailers. */
	@Override
	public void done() {
		ResponseTrailers trailers = this.owner.trailers();
		if (trailers != null) {
			trailers.send(this.response);
		}
		this.owner.responseDone();
	}

	private Mono<Void> next() {
		if (!this.streams.hasNext()) {
			return send();
		}
		GatewayStream stream = this.streams.next();
		DecisionSlot slot = new DecisionSlot();
		stream.responseHeaders(this.body.isAbsent(), slot);
		Function<Decision, Mono<Void>> next = (decision) -> decided(stream, decision, slot);
		boolean streams = this.kind == ResponseKind.WITH_BODY && !this.body.isAbsent() && !this.body.isSingle();
		return (streams && !slot.isDecided())
				? BrokenResponse.watchUntilDecided(this.owner, slot, next, this::cancelled)
				: slot.then(next, this::cancelled);
	}

	/**
	 * Disposes of a body of the application, which may hold a buffer. The gateway closes
	 * the connection of a body from an upstream itself.
	 */
	private void cancelled() {
		if (NativeConnection.ofUpstream(this.owner.exchange()) == null) {
			this.body.dispose();
		}
	}

	private Mono<Void> decided(GatewayStream stream, Decision decision, DecisionSlot slot) {
		if (decision instanceof Decision.Respond local) {
			stream.respond();
			return responded(local.response());
		}
		if (decision instanceof Decision.Reset reset) {
			stream.reset();
			return reset(reset.reason());
		}
		if (decision instanceof Decision.Inject injection && mayHaveBody()) {
			return injected(stream, injection, slot);
		}
		if (this.body.isAbsent()) {
			slot.onBodyDecisions(ResponsePhases::drop);
			return next();
		}
		if (decision instanceof Decision.KeepHeaders) {
			BodyPipe pipe = this.body.pipe(stream);
			Mono<Void> held = pipe.hold((released) -> released(stream, released, slot));
			// The guest can resume before a part of the body arrives
			slot.onBodyDecisions(pipe);
			return held;
		}
		if (stream.wantsResponseBody()) {
			slot.onBodyDecisions(this.body.pipe(stream));
		}
		else if (stream.wantsResponseTrailers()) {
			this.body.showTrailers(stream);
		}
		return next();
	}

	/**
	 * Continues after the filter has released paused headers, or has decided on a local
	 * response or a reset.
	 */
	private Mono<Void> released(GatewayStream stream, Decision released, DecisionSlot slot) {
		return (released instanceof Decision.Continue) ? next() : decided(stream, released, slot);
	}

	private boolean mayHaveBody() {
		return this.kind != ResponseKind.HEADERS_ONLY && !upgrades() && !this.owner.requestFacts().isHead()
				&& !Framing.isBodyless(ResponseHeaderMap.status(this.response));
	}

	/**
	 * Returns whether the writer of this response upgrades the connection next, unless it
	 * fails.
	 */
	private boolean upgrades() {
		return this.kind == ResponseKind.WITHOUT_BODY && this.owner.requestFacts().isHandshake();
	}

	/** Drops what a filter adds to a message that cannot have a body. */
	private static void drop(Decision decision) {
		if (decision instanceof Decision.Inject injection) {
			injection.sent().run();
		}
	}

	/**
	 * Replaces the body, or starts a new one, with bytes that the filter sends while the
	 * headers wait.
	 */
	private Mono<Void> injected(GatewayStream stream, Decision.Inject injection, DecisionSlot slot) {
		if (injection.endOfStream()) {
			this.body.drop();
			this.body.replace(injection.data());
			Framing.exactLength(this.response.getHeaders(), injection.data().length);
			injection.sent().run();
		}
		else {
			this.body.open();
			BodyPipe pipe = this.body.pipe(stream);
			pipe.accept(injection);
			slot.onBodyDecisions(pipe);
		}
		return next();
	}

	private Mono<Void> send() {
		String refusal = this.writer.refusal();
		if (refusal != null) {
			return responded(
					LocalResponse.of(502, "invalid_response_headers", refusal.getBytes(StandardCharsets.UTF_8)));
		}
		this.owner.response().leave();
		if (this.kind == ResponseKind.HEADERS_ONLY) {
			return Mono.empty();
		}
		return this.writer.write();
	}

	/**
	 * Sends a local response in place of the response. As in Envoy, filters that have not
	 * seen the headers do not see it either.
	 */
	private Mono<Void> responded(LocalResponse local) {
		if (this.kind == ResponseKind.HEADERS_ONLY) {
			LocalResponses.replaceHeaders(this.owner.response(), local);
			return Mono.empty();
		}
		if (upgrades() && this.owner.end().endEarly(new Decision.Respond(local))) {
			// The local response replaces the chain, which would upgrade the connection
			// next
			return Mono.never();
		}
		this.body.drop();
		LocalResponses.removeUpstreamHeaders(this.owner.exchange(), this.response);
		this.body.replace(LocalResponses.prepare(this.owner.exchange(), this.response, local));
		return send();
	}

	/**
	 * Handles a filter that sends a local response or a reset after its body has started.
	 */
	@Override
	public Mono<Void> refused(BodyRefusedException refusal) {
		if (refusal.decision() instanceof Decision.Respond local && !this.response.isCommitted()) {
			refusal.filter().responded();
			return responded(local.response());
		}
		refusal.filter().reset();
		return reset(String.valueOf(refusal.getMessage()));
	}

	private Mono<Void> reset(String reason) {
		if (!this.response.isCommitted()) {
			this.body.dispose();
		}
		return this.owner.reset(reason);
	}

}
