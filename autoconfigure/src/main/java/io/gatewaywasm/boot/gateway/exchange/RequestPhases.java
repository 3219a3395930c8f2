package io.gatewaywasm.boot.gateway.exchange;

import java.util.function.LongPredicate;

import io.gatewaywasm.boot.gateway.body.BodyPipe;
import io.gatewaywasm.boot.gateway.body.BodyRefusedException;
import io.gatewaywasm.boot.gateway.body.ExactBody;
import io.gatewaywasm.boot.gateway.body.FramedBody;
import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.boot.gateway.body.WholeBody;
import io.gatewaywasm.boot.gateway.message.FilteredExchange;
import io.gatewaywasm.boot.gateway.message.FramedRequest;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Runs one request through one filter and then through the rest of the chain.
 */
public final class RequestPhases {

	private final GatewayStream stream;

	private final ServerWebExchange exchange;

	private final GatewayFilterChain chain;

	private final GatewayFilterChain otherRoute;

	private final MessageBody body;

	private final @Nullable RequestTrailers trailers;

	private @Nullable BodyPipe pipe;

	/** Whether the headers are paused by the filter. */
	private boolean paused;

	private boolean choosesRoute;

	/**
	 * Creates the phases. {@code exchange} is the exchange as it reached the filter;
	 * {@code otherRoute} follows the filter if the route is chosen again, otherwise
	 * {@code chain} does.
	 */
	public RequestPhases(GatewayStream stream, ServerWebExchange exchange, GatewayFilterChain chain,
			GatewayFilterChain otherRoute) {
		this.stream = stream;
		this.exchange = exchange;
		this.chain = chain;
		this.otherRoute = otherRoute;
		this.trailers = stream.owner().received().trailers();
		this.body = Framing.of(exchange.getRequest(), stream.owner().requestFacts().body());
	}

	public Mono<Void> run() {
		boolean endOfStream = !this.body.present();
		DecisionSlot slot = new DecisionSlot();
		this.stream.requestHeaders(endOfStream, slot);
		this.paused = !slot.isDecided();
		return slot.then((decision) -> decided(decision, endOfStream, slot));
	}

	private Mono<Void> decided(Decision decision, boolean endOfStream, DecisionSlot slot) {
		if (decision instanceof Decision.Respond local) {
			return respond(local);
		}
		if (decision instanceof Decision.Reset reset) {
			this.stream.reset();
			return this.stream.owner().reset(reset.reason());
		}
		if (decision instanceof Decision.KeepHeaders && !endOfStream) {
			return keepHeaders(slot);
		}
		return sendHeaders(endOfStream, slot);
	}

	private Mono<Void> respond(Decision.Respond local) {
		this.stream.respond();
		if (this.paused) {
			this.stream.owner().received().readArrived();
		}
		return LocalResponses.write(this.exchange, this.exchange.getResponse(), local.response());
	}

	/** Shows the body to the filter before the headers are sent. */
	private Mono<Void> keepHeaders(DecisionSlot slot) {
		BodyPipe pipe = pipe();
		Mono<Void> held = pipe.hold((then) -> {
			headersLeave();
			return released(then, slot);
		});
		// The guest can resume before a part of the body arrives
		slot.onBodyDecisions(pipe);
		return held;
	}

	private Mono<Void> sendHeaders(boolean endOfStream, DecisionSlot slot) {
		LocalResponse error = this.stream.guestRequest().error();
		if (error != null) {
			this.stream.unsendable();
			return LocalResponses.write(this.exchange, this.exchange.getResponse(), error);
		}
		headersLeave();
		if (endOfStream || !this.stream.wantsRequestBody()) {
			return proceed(withTrailersShown(this.stream.guestRequest().changed(), endOfStream));
		}
		return (this.body.isAtMost(BodyPipe.SMALL) && !this.stream.options().readOnlyBody())
				? pipe().gather((then) -> released(then, slot)) : forward(outgoing(pipe()));
	}

	/** Shows only the trailers to a filter that does not see bodies. */
	private ServerWebExchange withTrailersShown(ServerWebExchange changed, boolean endOfStream) {
		if (endOfStream || this.trailers == null || !this.stream.wantsRequestTrailers()) {
			return changed;
		}
		ServerHttpRequest request = changed.getRequest();
		FramedBody framed = new FramedBody(answering(new BodyWithTrailers(request.getBody(), filter())), this.body);
		return FilteredExchange.withBody(changed,
				new FramedRequest(request, request.getMethod(), request.getHeaders(), framed));
	}

	private RequestBodyFilter filter() {
		return new RequestBodyFilter(this.stream, this.trailers);
	}

	/**
	 * Continues after the filter has released paused headers, or has decided on a local
	 * response or a reset.
	 */
	private Mono<Void> released(Decision decision, DecisionSlot slot) {
		BodyPipe held = this.pipe;
		if (decision instanceof Decision.Continue && held != null && this.stream.guestRequest().error() == null) {
			return forward(outgoing(held));
		}
		return decided(decision, false, slot);
	}

	private BodyPipe pipe() {
		ServerHttpRequest request = this.exchange.getRequest();
		Flux<DataBuffer> received = request.getBody();
		LongPredicate endsWith = (received instanceof FramedBody framed) ? framed::endsWith : (bytes) -> false;
		BodyPipe pipe = new BodyPipe(received, endsWith, filter(), this.exchange.getResponse().bufferFactory());
		this.pipe = pipe;
		return pipe;
	}

	/**
	 * Returns the outgoing body. The filter can answer while the body is being sent to
	 * the upstream. If the gateway caches the body for the Retry filter, the filter's
	 * output is cached too. A body that is completely buffered can be read any number of
	 * times.
	 */
	private Flux<DataBuffer> outgoing(BodyPipe body) {
		WholeBody whole = whole(body);
		if (whole != null) {
			return (whole.length() == 0) ? Flux.empty()
					: Mono.fromSupplier(() -> whole.buffer(this.exchange.getResponse().bufferFactory())).flux();
		}
		Flux<DataBuffer> answering = answering(body);
		if (!isReplayed()) {
			return answering;
		}
		return answering.map(RequestPhases::bytes)
			.replay()
			.autoConnect()
			.map((bytes) -> this.exchange.getResponse().bufferFactory().wrap(bytes));
	}

	/** Returns whether the gateway keeps the body, so that it can be sent again. */
	private boolean isReplayed() {
		return this.exchange.getAttribute(ServerWebExchangeUtils.CACHED_REQUEST_BODY_ATTR) != null;
	}

	private Flux<DataBuffer> answering(Flux<DataBuffer> body) {
		return body.onErrorResume(BodyRefusedException.class, (refusal) -> {
			this.stream.owner().endEarly(this.stream, refusal.decision());
			return Mono.never();
		});
	}

	/**
	 * Returns the body if it is completely buffered. A body with a length cannot have
	 * trailers.
	 */
	private @Nullable WholeBody whole(BodyPipe body) {
		return (this.trailers != null && this.trailers.arePresent() && this.body.length() < 0) ? null : body.whole();
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private Mono<Void> forward(Flux<DataBuffer> body) {
		ServerWebExchange changed = this.stream.guestRequest().changed();
		BodyPipe own = this.pipe;
		WholeBody whole = (own != null) ? whole(own) : WholeBody.EMPTY;
		MessageBody sent = (whole != null) ? MessageBody.of(whole.length())
				: this.stream.options().readOnlyBody() ? this.body : MessageBody.UNKNOWN;
		ServerHttpRequest request = changed.getRequest();
		HttpHeaders headers = PortableHeaders.copy(request);
		Framing.forFilters(headers, sent);
		boolean exact = whole == null && sent.length() >= 0;
		FramedBody framed = new FramedBody(exact ? ExactBody.of(body, sent.length()) : body, sent,
				() -> own != null && isLastPart(own, whole != null));
		return proceed(
				FilteredExchange.withBody(changed, new FramedRequest(request, request.getMethod(), headers, framed)));
	}

	/** Returns whether nothing follows the part of the body that was emitted last. */
	private boolean isLastPart(BodyPipe own, boolean whole) {
		return whole ? own.endsWithBytes() : !isReplayed() && own.isAtEnd();
	}

	/**
	 * Decides whether the route is chosen again. As in Envoy, this happens when the
	 * headers leave the filter; a guest that clears the route while it sees the rest of
	 * the body is too late.
	 */
	private void headersLeave() {
		this.stream.guestRequest().decided();
		this.choosesRoute = this.stream.guestRequest().choosesRoute();
	}

	private Mono<Void> proceed(ServerWebExchange changed) {
		return this.choosesRoute ? this.otherRoute.filter(changed) : this.chain.filter(changed);
	}

}
