package io.gatewaywasm.boot.gateway;

import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * One response on its way through the filters of its exchange, the last filter of the
 * request first. Headers go through all filters before the body starts, unless a filter
 * holds them until it has seen the body.
 */
final class ResponsePhases {

	private final WasmExchange owner;

	private final ServerHttpRequest request;

	private final ServerHttpResponse response;

	private final Iterator<ExchangeStream> streams;

	private boolean headersOnly;

	private boolean flushing;

	private @Nullable Publisher<? extends DataBuffer> body;

	private boolean endOfStream = true;

	/** Whether the body is not the one that the response came with. */
	private boolean changed;

	/** Whether a filter can make the body longer or shorter. */
	private boolean rewritten;

	/** The length of the body before any filter touched it, or -1. */
	private long announcedLength = -1;

	private Supplier<Mono<Void>> unchanged = Mono::empty;

	/**
	 * Create a new run.
	 * @param owner what the filters share
	 * @param streams the streams in the order of the response
	 */
	ResponsePhases(WasmExchange owner, List<ExchangeStream> streams) {
		this.owner = owner;
		this.request = owner.exchange().getRequest();
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
		this.unchanged = unchanged;
		this.endOfStream = body == null || BodyHeaders.isBodyless(this.request, this.response);
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
			return stream.reply() ? replied(reply.reply()) : next();
		}
		if (decision instanceof Decision.Reset reset) {
			return reset(reset.reason());
		}
		if (this.headersOnly || this.endOfStream) {
			return next();
		}
		if (decision instanceof Decision.ContinueAndEndStream) {
			dropBody();
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
		if (!this.rewritten) {
			this.announcedLength = this.response.getHeaders().getContentLength();
		}
		// Where trailers may follow, the last byte is not yet the end.
		BodyPipe pipe = new BodyPipe(stream, source, new ResponseBodyFilter(stream, this.owner.openTrailers()),
				this.response.bufferFactory(), trailersArePossible() ? -1 : this.announcedLength);
		this.body = pipe;
		this.changed = true;
		this.rewritten = true;
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
		BodyHeaders.exactLength(this.response.getHeaders(), 0);
	}

	private Mono<Void> replied(LocalReply reply) {
		if (this.headersOnly) {
			this.response.setRawStatusCode(reply.status());
			reply.headers().forEach((pair) -> {
				if (!BodyHeaders.describesBody(pair.name())) {
					PortableHeaders.add(this.response.getHeaders(), pair.name(), pair.value());
				}
			});
			return next();
		}
		if (BodyHeaders.isWebSocket(this.request)) {
			return Mono.error(new ResponseStatusException(HttpStatusCode.valueOf(reply.status()), reply.details()));
		}
		dropBody();
		LocalReplies.removeUpstreamHeaders(this.owner.exchange(), this.response);
		byte[] bytes = LocalReplies.prepare(this.owner.exchange(), this.response, reply);
		this.body = Mono.fromSupplier(() -> this.response.bufferFactory().wrap(bytes));
		this.endOfStream = bytes.length == 0;
		this.changed = true;
		this.flushing = false;
		return next();
	}

	private Mono<Void> send() {
		if (this.headersOnly) {
			return Mono.empty();
		}
		if (!this.endOfStream && BodyHeaders.isBodyless(ResponseHeaderMap.status(this.response))) {
			dropBody();
			PortableHeaders.remove(this.response.getHeaders(), HttpHeaders.CONTENT_LENGTH);
		}
		if (!this.changed) {
			return this.unchanged.get();
		}
		Publisher<? extends DataBuffer> outgoing = this.body;
		if (outgoing == null || this.endOfStream) {
			return this.response.setComplete();
		}
		if (outgoing instanceof BodyPipe pipe && pipe.whole() == null && !this.flushing && this.announcedLength >= 0
				&& this.announcedLength <= BodyPipe.SMALL && !pipe.isStarted()) {
			return refusable(pipe.gather().flatMap((end) -> gathered(end, pipe)));
		}
		return write(outgoing);
	}

	private Mono<Void> gathered(Decision end, BodyPipe pipe) {
		return (end instanceof Decision.Continue) ? write(pipe) : refused(pipe.refusal(end));
	}

	private Mono<Void> write(Publisher<? extends DataBuffer> outgoing) {
		byte[] whole = (outgoing instanceof BodyPipe pipe && !trailersFollow()) ? pipe.whole() : null;
		if (this.rewritten) {
			frame(whole);
		}
		if (whole != null && isEndedByLength()) {
			return writeWhole(whole);
		}
		Mono<Void> written = this.flushing ? this.response.writeAndFlushWith(Flux.from(outgoing).map(Flux::just))
				: this.response.writeWith(outgoing);
		return refusable(written);
	}

	private boolean trailersFollow() {
		ResponseTrailers trailers = this.owner.trailers();
		return trailers != null && trailers.size() > 0;
	}

	private void frame(byte @Nullable [] whole) {
		if (whole != null) {
			BodyHeaders.exactLength(this.response.getHeaders(), whole.length);
		}
		else {
			BodyHeaders.chunked(this.response.getHeaders());
		}
	}

	/**
	 * Return whether nothing can follow a body of known length. In HTTP/2 other filters
	 * can still add trailers when it is written.
	 */
	private boolean isEndedByLength() {
		HttpServerRequest server = NativeConnection.request(this.request);
		return server == null || server.version().majorVersion() == 1;
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
		if (refusal.decision() instanceof Decision.Reply reply && !this.response.isCommitted()
				&& refusal.stream().reply()) {
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
