package io.gatewaywasm.boot.gateway.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.body.BodyDisposal;
import io.gatewaywasm.boot.gateway.body.BodyPipe;
import io.gatewaywasm.boot.gateway.body.BodyRefusedException;
import io.gatewaywasm.boot.gateway.body.ExactBody;
import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.boot.gateway.body.UnseenBody;
import io.gatewaywasm.boot.gateway.message.BodyHeaders;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.message.ResponseHeaderMap;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
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
 * Runs one response through the filters of its exchange, in reverse order of the request.
 * The headers pass through all filters before the body starts, unless a filter pauses
 * them until it has seen the body.
 */
final class ResponsePhases {

	private final WasmExchange owner;

	private final ServerHttpResponse response;

	private final Iterator<ExchangeStream> streams;

	/** The body before any filter changed it. */
	private MessageBody received = MessageBody.NONE;

	/**
	 * Whether a filter of the application has put the whole body into one buffer. Spring
	 * Cloud Gateway's filters set the length when that buffer arrives, so it must arrive
	 * before the headers are framed.
	 */
	private boolean single;

	/**
	 * Whether the response was written without a body, as the response to an upgrade is.
	 */
	private boolean bare;

	private boolean headersOnly;

	private boolean flushing;

	private @Nullable Publisher<? extends DataBuffer> body;

	/** The pipe of the last filter that sees the body. */
	private @Nullable BodyPipe lastPipe;

	private boolean endOfStream = true;

	/** Whether the body differs from the original one. */
	private boolean changed;

	/** Whether a filter can change the length of the body. */
	private boolean rewritten;

	/** Whether the body is a local response, whose length is known. */
	private boolean replaced;

	private Supplier<Mono<Void>> unchanged = Mono::empty;

	/** Creates the phases. {@code streams} are in the order of the response. */
	ResponsePhases(WasmExchange owner, List<ExchangeStream> streams) {
		this.owner = owner;
		this.response = owner.response();
		this.streams = streams.iterator();
	}

	/**
	 * Runs a response that is being committed outside the filter chain. Filters can
	 * change its status and headers but not its body. Completes when the headers may be
	 * sent.
	 */
	Mono<Void> runHeadersOnly() {
		this.headersOnly = true;
		return next();
	}

	/**
	 * Runs a response through the filters and writes it. {@code body} is {@code null} if
	 * there is none; {@code flushing} tells whether each part is flushed; {@code
	 * unchanged} writes the response with its original body.
	 */
	Mono<Void> run(@Nullable Publisher<? extends DataBuffer> body, boolean flushing, Supplier<Mono<Void>> unchanged) {
		this.body = body;
		this.bare = body == null;
		this.flushing = flushing;
		this.single = body instanceof Mono;
		this.unchanged = unchanged;
		this.received = (body != null) ? this.owner.readResponse().body() : MessageBody.NONE;
		this.endOfStream = !this.received.present();
		return next().doOnTerminate(this::done);
	}

	/** Runs when the response is written, before its end is sent with the trailers. */
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
		return slot.then((decision) -> decided(stream, decision, slot));
	}

	private Mono<Void> decided(ExchangeStream stream, Decision decision, DecisionSlot slot) {
		if (decision instanceof Decision.Reply reply) {
			stream.reply();
			return replied(reply.reply());
		}
		if (decision instanceof Decision.Reset reset) {
			return reset(reset.reason());
		}
		if (decision instanceof Decision.Inject injection && !this.headersOnly && mayHaveBody()) {
			return injected(stream, injection, slot);
		}
		if (this.headersOnly || this.endOfStream) {
			slot.rest(ResponsePhases::drop);
			return next();
		}
		if (decision instanceof Decision.HoldHeaders) {
			return refusable(pipe(stream, slot).hold().flatMap((released) -> decided(released, stream, slot)));
		}
		if (stream.wantsResponseBody()) {
			pipe(stream, slot);
		}
		else if (stream.wantsResponseTrailers() && this.body != null && trailersArePossible()) {
			this.body = new ResponseBodyFilter(stream, this.owner.openTrailers()).behind(this.body);
			this.changed = true;
		}
		return next();
	}

	/**
	 * Continues after the filter has released paused headers, or has decided on a local
	 * response or a reset.
	 */
	private Mono<Void> decided(Decision released, ExchangeStream stream, DecisionSlot slot) {
		return (released instanceof Decision.Continue) ? next() : decided(stream, released, slot);
	}

	private boolean mayHaveBody() {
		boolean upgraded = this.bare && this.owner.request().isHandshake();
		return !upgraded && !this.owner.request().isHead()
				&& !Framing.isBodyless(ResponseHeaderMap.status(this.response));
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
	private Mono<Void> injected(ExchangeStream stream, Decision.Inject injection, DecisionSlot slot) {
		if (injection.endOfStream()) {
			dropBody();
			replaceBody(injection.data());
			Framing.exactLength(this.response.getHeaders(), injection.data().length);
			injection.sent().run();
			return next();
		}
		if (this.endOfStream) {
			this.body = Flux.empty();
			this.endOfStream = false;
		}
		// From now on the filter determines the length and the end of the body.
		this.received = MessageBody.UNKNOWN;
		this.single = false;
		BodyPipe pipe = pipe(stream, slot);
		pipe.decided(injection);
		return next();
	}

	private BodyPipe pipe(ExchangeStream stream, DecisionSlot slot) {
		Publisher<? extends DataBuffer> source = (this.body != null) ? this.body : Flux.empty();
		BodyPipe pipe = new BodyPipe(source, new ResponseBodyFilter(stream, this.owner.openTrailers()),
				this.response.bufferFactory());
		BodyPipe behind = this.lastPipe;
		if (behind != null) {
			behind.next(pipe);
		}
		this.lastPipe = pipe;
		slot.rest(pipe::decided);
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

	/**
	 * Sends a local response to a response. As in Envoy, filters that have not seen the
	 * headers do not see it either.
	 */
	private Mono<Void> replied(LocalReply reply) {
		if (this.headersOnly) {
			this.response.setRawStatusCode(LocalReplies.status(reply));
			this.owner.undoResponseChanges();
			reply.headers().forEach((pair) -> {
				if (!BodyHeaders.describesBody(pair.name()) && !FramingHeaders.owns(pair.name())) {
					this.owner.responseChanges().note(this.response.getHeaders(), pair.name());
					PortableHeaders.add(this.response.getHeaders(), pair.name(), pair.value());
				}
			});
			return Mono.empty();
		}
		if (this.bare && this.owner.request().isHandshake()) {
			// The writer of this response upgrades the connection next, unless it fails.
			return Mono.error(
					new ResponseStatusException(HttpStatusCode.valueOf(LocalReplies.status(reply)), reply.details()));
		}
		dropBody();
		LocalReplies.removeUpstreamHeaders(this.owner.exchange(), this.response);
		replaceBody(LocalReplies.prepare(this.owner.exchange(), this.response, reply));
		return send();
	}

	private void replaceBody(byte[] bytes) {
		this.replaced = true;
		this.body = Mono.fromSupplier(() -> this.response.bufferFactory().wrap(bytes));
		this.endOfStream = bytes.length == 0;
		this.changed = true;
		this.flushing = false;
	}

	private Mono<Void> send() {
		String refusal = refusal();
		if (refusal != null) {
			return replied(new LocalReply(502, "invalid_response_headers", refusal.getBytes(StandardCharsets.UTF_8),
					List.of(), -1));
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

	private @Nullable String refusal() {
		String refusal = this.owner.responseFraming().refusal();
		boolean invalid = refusal == null && !FramingHeaders.isFinalStatus(ResponseHeaderMap.status(this.response));
		return invalid ? "missing required header: :status" : refusal;
	}

	/**
	 * Drops a body that the status does not allow, and removes its framing. A filter may
	 * have changed the status.
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
	 * Sends the original body with its original length, unless a filter of the
	 * application has set another length. If the whole body is in one buffer, its bytes
	 * are counted.
	 */
	private Mono<Void> sendUnchanged() {
		Publisher<? extends DataBuffer> outgoing = this.body;
		if (outgoing != null && this.endOfStream && !this.owner.request().isHead()) {
			return this.response.writeWith(UnseenBody.of(outgoing));
		}
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
	 * Returns whether nothing can follow a body of known length. In HTTP/2, other filters
	 * can still add trailers while it is written.
	 */
	private boolean isEndedByLength() {
		return this.owner.request().protocol() != MessageFacts.Protocol.HTTP_2;
	}

	/**
	 * Writes headers and body in one piece. Otherwise each part would be a separate write
	 * and flush.
	 */
	private Mono<Void> writeWhole(byte[] bytes) {
		Mono<Void> written = (bytes.length == 0) ? this.response.setComplete()
				: this.response.writeWith(Mono.fromSupplier(() -> this.response.bufferFactory().wrap(bytes)));
		boolean fromUpstream = NativeConnection.ofUpstream(this.owner.exchange()) != null;
		return fromUpstream ? written : LocalReplies.later(written, this.owner.executor());
	}

	private Mono<Void> refusable(Mono<Void> run) {
		return run.onErrorResume(BodyRefusedException.class, this::refused);
	}

	/**
	 * Handles a filter that sends a local response or a reset after its body has started.
	 */
	private Mono<Void> refused(BodyRefusedException refusal) {
		if (refusal.decision() instanceof Decision.Reply reply && !this.response.isCommitted()) {
			refusal.filter().replied();
			return replied(reply.reply());
		}
		return reset(String.valueOf(refusal.getMessage()));
	}

	private Mono<Void> reset(String reason) {
		Publisher<? extends DataBuffer> dropped = this.body;
		if (dropped != null && !this.response.isCommitted()) {
			BodyDisposal.dispose(this.owner.exchange(), dropped);
		}
		return this.owner.reset(reason);
	}

}
