package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.host.spi.Decision;
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
 * One request on its way through one filter, and on to the rest of the chain.
 */
final class RequestPhases {

	private static final byte[] NOTHING = {};

	private final ExchangeStream stream;

	private final ServerWebExchange exchange;

	private final GatewayFilterChain chain;

	private final MessageBody body;

	private @Nullable BodyPipe pipe;

	RequestPhases(ExchangeStream stream, ServerWebExchange exchange, GatewayFilterChain chain) {
		this.stream = stream;
		this.exchange = exchange;
		this.chain = chain;
		this.body = Framing.of(exchange.getRequest(), stream.owner().request().body());
	}

	Mono<Void> run() {
		boolean endOfStream = !this.body.present();
		DecisionSlot slot = new DecisionSlot();
		this.stream.requestHeaders(endOfStream, slot);
		return slot.then((decision) -> decided(decision, endOfStream));
	}

	private Mono<Void> decided(Decision decision, boolean endOfStream) {
		if (decision instanceof Decision.Reply reply) {
			this.stream.reply();
			return LocalReplies.write(this.exchange, this.exchange.getResponse(), reply.reply());
		}
		if (decision instanceof Decision.Reset reset) {
			return ClientConnections.reset(this.exchange, reset.reason());
		}
		if (endOfStream) {
			return this.chain.filter(this.stream.changedExchange());
		}
		if (decision instanceof Decision.HoldHeaders) {
			return pipe().hold().flatMap(this::released);
		}
		if (!this.stream.wantsRequestBody()) {
			return this.chain.filter(this.stream.changedExchange());
		}
		return (this.body.isAtMost(BodyPipe.SMALL) && !this.stream.isBodyReadOnly())
				? pipe().gather().flatMap(this::released) : forward(outgoing(pipe()));
	}

	/** The filter has let go of the headers that it held, or it answers itself. */
	private Mono<Void> released(Decision decision) {
		BodyPipe held = this.pipe;
		return (decision instanceof Decision.Continue && held != null) ? forward(outgoing(held))
				: decided(decision, false);
	}

	private BodyPipe pipe() {
		ServerHttpRequest request = this.exchange.getRequest();
		BodyPipe pipe = new BodyPipe(this.stream, request.getBody(), this.stream::requestBody,
				this.exchange.getResponse().bufferFactory());
		this.pipe = pipe;
		return pipe;
	}

	/**
	 * Let a filter answer while its body is on the way to the upstream, and let the Retry
	 * filter read the body again where it has made the gateway keep it: what the filter
	 * made of it is then kept too. A body that is there as a whole can be read at will.
	 */
	private Flux<DataBuffer> outgoing(BodyPipe body) {
		byte[] whole = body.whole();
		if (whole != null) {
			return (whole.length == 0) ? Flux.empty()
					: Mono.fromSupplier(() -> this.exchange.getResponse().bufferFactory().wrap(whole)).flux();
		}
		Flux<DataBuffer> answering = body.onErrorResume(BodyRefusedException.class, (refusal) -> {
			this.stream.interrupt(refusal.decision());
			return Mono.never();
		});
		if (this.exchange.getAttribute(ServerWebExchangeUtils.CACHED_REQUEST_BODY_ATTR) == null) {
			return answering;
		}
		return answering.map(RequestPhases::bytes)
			.replay()
			.autoConnect()
			.map((bytes) -> this.exchange.getResponse().bufferFactory().wrap(bytes));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private Mono<Void> forward(Flux<DataBuffer> body) {
		ServerWebExchange changed = this.stream.changedExchange();
		BodyPipe own = this.pipe;
		byte[] whole = (own != null) ? own.whole() : NOTHING;
		MessageBody sent = (whole != null) ? MessageBody.of(whole.length)
				: this.stream.isBodyReadOnly() ? this.body : MessageBody.UNKNOWN;
		ServerHttpRequest framed = changed.getRequest().mutate().headers((headers) -> frame(headers, sent)).build();
		boolean exact = whole == null && sent.length() >= 0;
		FramedBody framedBody = new FramedBody(exact ? ExactBody.of(body, sent.length()) : body, sent);
		return this.chain.filter(changed.mutate().request(new FramedRequest(framed, framedBody)).build());
	}

	/** Only for the filters that follow: the headers leave as {@link Framing} has it. */
	private static void frame(HttpHeaders headers, MessageBody body) {
		if (body.length() >= 0) {
			Framing.exactLength(headers, body.length());
		}
		else {
			Framing.unknownLength(headers, MessageFacts.Protocol.HTTP_1_1);
		}
	}

}
