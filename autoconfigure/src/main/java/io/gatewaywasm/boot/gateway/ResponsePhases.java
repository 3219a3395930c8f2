package io.gatewaywasm.boot.gateway;

import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * One response on its way through the filters of its exchange, the last filter of the
 * request first. Headers go through all filters before the body starts, unless a filter
 * holds them until it has seen the body.
 */
final class ResponsePhases {

	private final WasmExchange owner;

	private final ServerHttpResponse response;

	private final Iterator<ExchangeStream> streams;

	/** The body as it was before any filter touched it. */
	private MessageBody received = MessageBody.NONE;

	/**
	 * Whether a filter of the application has put the whole body into one buffer. Spring
	 * Cloud Gateway's set the length when it comes, so that it must be here before the
	 * headers are framed.
	 */
	private boolean single;

	private boolean headersOnly;

	private boolean flushing;

	private @Nullable Publisher<? extends DataBuffer> body;

	private boolean endOfStream = true;

	/** Whether the body is not the one that the response came with. */
	private boolean changed;

	/** Whether a filter can make the body longer or shorter. */
	private boolean rewritten;

	/** Whether the body is a local response, whose length is known. */
	private boolean replaced;

	private Supplier<Mono<Void>> unchanged = Mono::empty;

	/**
	 * Create a new run.
	 * @param owner what the filters share
	 * @param streams the streams in the order of the response
	 */
	ResponsePhases(WasmExchange owner, List<ExchangeStream> streams) {
		this.owner = owner;
		this.response = owner.response();
		this.streams = streams.iterator();
	}

	/**
	 * Run a response that is being committed outside the filter chain. The filters can
	 * change its status and headers; its body is beyond reach.
	 * @return completes when the headers may go
	 */
	Mono<Void> runHeadersOnly() {
		this.headersOnly = true;
		return next();
	}

	/**
	 * Run a response and write it.
	 * @param body the body, or {@code null} if there is none
	 * @param flushing whether each part of the body is to be flushed
	 * @param unchanged writes the response with the body that it came with
	 * @return completes when the response is written
	 */
	Mono<Void> run(@Nullable Publisher<? extends DataBuffer> body, boolean flushing, Supplier<Mono<Void>> unchanged) {
		this.body = body;
		this.flushing = flushing;
		this.single = body instanceof Mono;
		this.unchanged = unchanged;
		this.received = (body != null) ? this.owner.readResponse().body() : MessageBody.NONE;
		this.endOfStream = !this.received.present();
		return next().doOnTerminate(this::done);
	}

	/** The response is written; its end, with the trailers, is sent after this. */
	private void done() {
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
		ExchangeStream stream = this.streams.next();
		DecisionSlot slot = new DecisionSlot();
		stream.responseHeaders(this.endOfStream, slot);
		return slot.then((decision) -> decided(stream, decision));
	}

	private Mono<Void> decided(ExchangeStream stream, Decision decision) {
		if (decision instanceof Decision.Reply reply) {
			stream.reply();
			return replied(reply.reply());
		}
		if (decision instanceof Decision.Reset reset) {
			return reset(reset.reason());
		}
		if (this.headersOnly || this.endOfStream) {
			return next();
		}
		if (decision instanceof Decision.HoldHeaders) {
			return refusable(pipe(stream).hold().flatMap((released) -> decided(released, stream)));
		}
		if (stream.wantsResponseBody()) {
			pipe(stream);
		}
		else if (stream.wantsResponseTrailers() && this.body != null && trailersArePossible()) {
			this.body = new ResponseBodyFilter(stream, this.owner.openTrailers()).behind(this.body);
			this.changed = true;
		}
		return next();
	}

	/** The filter has let go of the headers that it held, or it answers itself. */
	private Mono<Void> decided(Decision released, ExchangeStream stream) {
		return (released instanceof Decision.Continue) ? next() : decided(stream, released);
	}

	private BodyPipe pipe(ExchangeStream stream) {
		Publisher<? extends DataBuffer> source = (this.body != null) ? this.body : Flux.empty();
		BodyPipe pipe = new BodyPipe(stream, source, new ResponseBodyFilter(stream, this.owner.openTrailers()),
				this.response.bufferFactory());
		this.body = pipe;
		this.changed = true;
		this.rewritten |= !stream.isBodyReadOnly();
		return pipe;
	}

	private boolean trailersArePossible() {
		return this.rewritten || ResponseTrailers.arePossible(this.owner.exchange());
	}

	private void dropBody() {
		Publisher<? extends DataBuffer> dropped = this.body;
		if (dropped != null) {
			BodyDisposal.dispose(this.owner.exchange(), dropped);
		}
		this.owner.openTrailers().drop();
		this.body = null;
		this.changed = true;
		this.rewritten = false;
		this.endOfStream = true;
		Framing.exactLength(this.response.getHeaders(), 0);
	}

	private Mono<Void> replied(LocalReply reply) {
		if (this.headersOnly) {
			this.response.setRawStatusCode(LocalReplies.status(reply));
			this.owner.responseFraming().reset();
			reply.headers().forEach((pair) -> {
				if (!BodyHeaders.describesBody(pair.name()) && !FramingHeaders.owns(pair.name())) {
					PortableHeaders.add(this.response.getHeaders(), pair.name(), pair.value());
				}
			});
			return next();
		}
		if (this.owner.request().isHandshake()) {
			return Mono.error(new ResponseStatusException(HttpStatusCode.valueOf(reply.status()), reply.details()));
		}
		dropBody();
		this.owner.responseFraming().reset();
		LocalReplies.removeUpstreamHeaders(this.owner.exchange(), this.response);
		byte[] bytes = LocalReplies.prepare(this.owner.exchange(), this.response, reply);
		this.replaced = true;
		this.body = Mono.fromSupplier(() -> this.response.bufferFactory().wrap(bytes));
		this.endOfStream = bytes.length == 0;
		this.changed = true;
		this.flushing = false;
		return next();
	}

	private Mono<Void> send() {
		if (isStatusRefused()) {
			return replied(LocalReply.of(502, "invalid_response_status"));
		}
		if (this.headersOnly) {
			return Mono.empty();
		}
		endWithHeadersIfSo();
		if (!this.changed) {
			return sendUnchanged();
		}
		Publisher<? extends DataBuffer> outgoing = this.body;
		if (outgoing == null || this.endOfStream) {
			return this.response.setComplete();
		}
		if (this.rewritten && outgoing instanceof BodyPipe pipe && pipe.whole() == null && !this.flushing
				&& (this.single || this.received.isAtMost(BodyPipe.SMALL)) && !pipe.isStarted()) {
			return refusable(pipe.gather().flatMap((end) -> gathered(end, pipe)));
		}
		return write(outgoing);
	}

	private boolean isStatusRefused() {
		return this.owner.responseFraming().isStatusRefused()
				|| !FramingHeaders.isFinalStatus(ResponseHeaderMap.status(this.response));
	}

	/**
	 * Drop a body that the status does not allow, and announce none where there is none:
	 * the status may not be the one that the response came with.
	 */
	private void endWithHeadersIfSo() {
		int status = ResponseHeaderMap.status(this.response);
		HttpHeaders headers = this.response.getHeaders();
		if (Framing.isBodyless(status)) {
			if (!this.endOfStream) {
				dropBody();
			}
			Framing.noBody(headers, status);
		}
		else if (this.endOfStream && !this.owner.request().isHead() && !isLengthZeroOrAbsent(headers)) {
			dropBody();
		}
	}

	private static boolean isLengthZeroOrAbsent(HttpHeaders headers) {
		String length = PortableHeaders.first(headers, HttpHeaders.CONTENT_LENGTH);
		return length == null || length.equals("0");
	}

	/**
	 * The body goes as it came, and so does its length, unless a filter of the
	 * application has set another one. If the whole body is one buffer, it is counted.
	 */
	private Mono<Void> sendUnchanged() {
		Publisher<? extends DataBuffer> outgoing = this.body;
		if (outgoing == null || this.endOfStream || this.received.length() >= 0) {
			return this.unchanged.get();
		}
		HttpHeaders headers = this.response.getHeaders();
		boolean counted = PortableHeaders.contains(headers, HttpHeaders.CONTENT_LENGTH);
		keepUnknownLength();
		if (counted && !this.flushing && outgoing instanceof Mono<? extends DataBuffer> single) {
			return this.response
				.writeWith(single.doOnNext((buffer) -> Framing.exactLength(headers, buffer.readableByteCount())));
		}
		return this.unchanged.get();
	}

	private void keepUnknownLength() {
		HttpHeaders headers = this.response.getHeaders();
		if (PortableHeaders.contains(headers, HttpHeaders.CONTENT_LENGTH)
				|| !PortableHeaders.contains(headers, HttpHeaders.TRANSFER_ENCODING)
				|| this.owner.request().protocol() == MessageFacts.Protocol.HTTP_1_0) {
			Framing.unknownLength(headers, this.owner.request().protocol());
		}
	}

	private Mono<Void> gathered(Decision end, BodyPipe pipe) {
		return (end instanceof Decision.Continue) ? write(pipe) : refused(pipe.refusal(end));
	}

	private Mono<Void> write(Publisher<? extends DataBuffer> outgoing) {
		byte[] whole = (outgoing instanceof BodyPipe pipe && !trailersFollow()) ? pipe.whole() : null;
		if (this.rewritten) {
			frame(whole);
		}
		else if (this.received.length() < 0 && !this.replaced) {
			keepUnknownLength();
		}
		if (whole != null && isEndedByLength()) {
			return writeWhole(whole);
		}
		boolean exact = !this.rewritten && !this.replaced && this.received.length() >= 0;
		Publisher<? extends DataBuffer> sent = exact ? ExactBody.of(outgoing, this.received.length()) : outgoing;
		Mono<Void> written = this.flushing ? this.response.writeAndFlushWith(Flux.from(sent).map(Flux::just))
				: this.response.writeWith(sent);
		return refusable(written);
	}

	private boolean trailersFollow() {
		ResponseTrailers trailers = this.owner.trailers();
		return trailers != null && trailers.size() > 0;
	}

	private void frame(byte @Nullable [] whole) {
		if (whole != null) {
			Framing.exactLength(this.response.getHeaders(), whole.length);
		}
		else {
			Framing.unknownLength(this.response.getHeaders(), this.owner.request().protocol());
		}
	}

	/**
	 * Return whether nothing can follow a body of known length. In HTTP/2 other filters
	 * can still add trailers when it is written.
	 */
	private boolean isEndedByLength() {
		return this.owner.request().protocol() != MessageFacts.Protocol.HTTP_2;
	}

	/** In one piece, headers and all: of more, each is a write and a flush of its own. */
	private Mono<Void> writeWhole(byte[] bytes) {
		Mono<Void> written = (bytes.length == 0) ? this.response.setComplete()
				: this.response.writeWith(Mono.fromSupplier(() -> this.response.bufferFactory().wrap(bytes)));
		boolean fromUpstream = ConnectionProperties.upstream(this.owner.exchange()) != null;
		return fromUpstream ? written : LocalReplies.later(written, this.owner.executor());
	}

	private Mono<Void> refusable(Mono<Void> run) {
		return run.onErrorResume(BodyRefusedException.class, this::refused);
	}

	/**
	 * A filter answers itself after its body has started. Filters that have not seen the
	 * headers see those of the reply.
	 */
	private Mono<Void> refused(BodyRefusedException refusal) {
		if (refusal.decision() instanceof Decision.Reply reply && !this.response.isCommitted()) {
			refusal.stream().reply();
			return replied(reply.reply());
		}
		return reset(String.valueOf(refusal.getMessage()));
	}

	private Mono<Void> reset(String reason) {
		Publisher<? extends DataBuffer> dropped = this.body;
		if (dropped != null && !this.response.isCommitted()) {
			BodyDisposal.dispose(this.owner.exchange(), dropped);
		}
		return ClientConnections.reset(this.owner.exchange(), reason);
	}

}
